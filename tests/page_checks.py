"""What must hold on every page, checked on every page that any test fetches."""

from __future__ import annotations

import re
from collections import Counter

from bs4 import BeautifulSoup


def check_page(html: str, where: str, part: bool = False) -> None:
    """Raise AssertionError with a sentence on what to mend."""
    soup = BeautifulSoup(html, "html.parser")
    ids = Counter(element["id"] for element in soup.find_all(id=True))
    twice = [name for name, times in ids.items() if times > 1]
    assert not twice, f"{where}: ids used twice: {twice}"
    for form in soup.find_all("form"):
        assert form.get("action"), f"{where}: a form without an action cannot be sent without JavaScript"
        if (form.get("method") or "get").lower() == "post":
            assert form.find("input", attrs={"name": "csrf_token"}) or form.get("data-no-csrf") is not None, (
                f"{where}: the form to {form['action']} has no csrf_token"
            )
    for element in soup.find_all(True):
        assert not element.get("style"), f"{where}: style attribute on <{element.name}> is blocked by our policy"
        events = [name for name in element.attrs if name.startswith(("on", "hx-on"))]
        assert not events, f"{where}: {events} on <{element.name}> is blocked by our policy"
        if element.has_attr("hx-get"):
            assert element.get("href") or element.name == "form", (
                f"{where}: hx-get without an href leaves nothing without JavaScript"
            )
        if element.name == "label" and element.get("for"):
            assert element["for"] in ids, f"{where}: a label points at {element['for']!r}, which is not there"
        if element.name in ("input", "textarea", "select") and element.get("type") not in (
            "hidden",
            "submit",
            "button",
        ):
            named = (
                element.get("aria-label")
                or element.get("aria-labelledby")
                or soup.find("label", attrs={"for": element.get("id")})
            )
            assert named, f"{where}: the field {element.get('name')!r} has no label"
        if (
            element.name == "a"
            and element.get("href", "").startswith("tel:")
            and re.match(r"\d+ \d", element.get_text())
        ):
            assert element.get("dir") == "ltr" or element.find("bdi", attrs={"dir": "ltr"}), (
                f"{where}: the number {element.get_text()!r} runs backwards in a language written from right to left"
            )
        if element.name == "img":
            assert element.has_attr("alt"), f"{where}: an image without alt"
        if element.name == "script":
            assert element.get("src") and not element.get_text(strip=True), (
                f"{where}: inline script is blocked by our policy"
            )
    assert "Markup(" not in html and "&lt;bound method" not in html and "None</" not in html, (
        f"{where}: a raw Python value reached the page"
    )
    if part:
        return
    headings = soup.find_all("h1")
    assert len(headings) == 1, f"{where}: {len(headings)} h1 headings, there must be one"
    title = soup.title.get_text(strip=True) if soup.title else ""
    assert title, f"{where}: no title"
    assert soup.html is not None and soup.html.get("lang") and soup.html.get("dir") in ("ltr", "rtl"), (
        f"{where}: html needs lang and dir"
    )
    assert soup.find(attrs={"data-exit": True}) or soup.find(class_="exit"), f"{where}: no way to leave this page fast"

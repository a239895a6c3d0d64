"""Wherever a family writes more than a line, the page says who will read it, and that it is not for emergencies."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import ROOT

TEMPLATES = ROOT / "templates"
APART = {"work", "oversight", "demo", "components", "layouts"}
"""Folders of pages that no family writes on, and of what pages are made of."""
IN_OTHER_WORDS = {
    "duty/not_safe.html": "it is for emergencies: it says who sees it at once, and whom to call until then",
}
"""Templates that say it in words of their own, and why."""
PIECES = {"questions/_question.html": "its macro `box` stands in the forms of the pages that call it"}
"""Templates with a box that is not in a form there, and why."""
BOX = re.compile(r"textarea_field\(|<textarea")
FORM = re.compile(r"\{% call post_form\(.*?\{% endcall %\}\n(?!\{\{ submit)|<form .*?</form>", re.S)
SAYS = re.compile(r"who_hears\(|ask_about\(")


def words_of(path: Path) -> str:
    """The template without its comments."""
    return re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)


def with_boxes() -> list[Path]:
    """The templates of pages on which a family can write more than a line."""
    found = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        source = words_of(path)
        if path.relative_to(TEMPLATES).parts[0] in APART or "layouts/work.html" in source:
            continue
        if BOX.search(source):
            found.append(path)
    return found


def test_every_form_in_which_a_family_writes_says_who_will_read_it() -> None:
    boxes = with_boxes()
    assert len(boxes) >= 5, "the templates are elsewhere: this rule looks at nothing"
    for path in boxes:
        name = path.relative_to(TEMPLATES).as_posix()
        # each form by itself: who reads one says nothing of the next
        for form in FORM.findall(words_of(path)):
            if BOX.search(form) and name not in IN_OTHER_WORDS:
                assert SAYS.search(form), (
                    f"{name}: a box where a family writes, and nothing says who reads it; "
                    "put who_hears (components/who_hears.html) under it"
                )


def test_a_box_stands_in_a_form_that_the_rule_can_see() -> None:
    for path in with_boxes():
        if path.relative_to(TEMPLATES).as_posix() in PIECES:
            continue
        source = words_of(path)
        inside = sum(len(BOX.findall(form)) for form in FORM.findall(source))
        imported = len(re.findall(r"import [^%]*textarea_field", source))
        assert inside == len(BOX.findall(source)), f"{path.name}: a box outside a form ({imported} imports)"


def test_who_hears_says_that_it_is_not_for_emergencies() -> None:
    said = (TEMPLATES / "components" / "who_hears.html").read_text()
    assert "not for emergencies" in said and "/help-now" in said

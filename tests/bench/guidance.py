"""How fast guidance answers somebody signed out, how much a first visit weighs, and how long a search takes."""

from __future__ import annotations

import dataclasses
import re
import time
import urllib.request
from functools import cache
from statistics import median
from unittest.mock import patch

from portal import create_app
from portal.foundation.database import make_engine
from portal.guidance import queries
from portal.guidance.models import Page
from portal.settings import Settings
from tests.bench.load import fetch, requests_a_second

PAGES = ("/help-now", "/guidance/knives")
MANY = 500
ASKED = (
    "knife", "nife", "my son was stabed", "section 47", "excluson", "cownty lines", "who pays the rent", "bail",
    "arested", "how to leave a gang", "missing daughter", "child protection meeting", "parenting course", "RUI",
    "debt", "snapchat", "x" * 10_000, "the meeting where they all talk about my child and i am not there",
)  # fmt: skip


def share_of_bare(base: str, bare: str) -> dict[str, tuple[float, float]]:
    """For each page its throughput as a share of a bare Flask page's, and the bare page's: alternating, the median."""
    found = {}
    for path in PAGES:
        shares, below = [], 0.0
        for _ in range(3):
            below = requests_a_second(bare + "/bare")
            shares.append(requests_a_second(base + path) / below)
        found[path] = (median(shares), below)
    return found


def first_visit(base: str, path: str) -> float:
    """Kilobytes over the wire for a page and everything it asks for, by somebody who has never been here, and for what
    the service worker fetches once to be ready for a lost connection."""
    page, _ = fetch(base + path, "", "gzip")
    html = _text(base + path)
    assets = sorted(set(re.findall(r'(?:src|href)="(/static/[^"]+)"', html)))
    ready = sum(fetch(base + each, "", "gzip")[0] for each in {"/sw.js", "/help-now"} - {path})
    return (page + sum(fetch(base + asset, "", "gzip")[0] for asset in assets) + ready) / 1000


def _text(url: str) -> str:
    with urllib.request.urlopen(url) as answer:
        return str(answer.read().decode())


def search_among_many(settings: Settings) -> float:
    """The median time of a search, in milliseconds, in a glossary and 500 pages, the page made and all."""
    every = queries.all_pages("en")

    @cache
    def many(language: str) -> tuple[Page, ...]:
        copies = range(MANY // len(every) + 1)
        made = [
            dataclasses.replace(page, slug=page.slug if not n else f"{page.slug}-{n}", title=f"{page.title} {n or ''}")
            for n in copies
            for page in every
        ]
        return tuple(made[:MANY])

    queries._index.cache_clear()
    app = create_app(settings, make_engine("postgresql+psycopg://nobody@127.0.0.1:1/nowhere"))
    browser = app.test_client()
    english = {page.slug: page for page in many("en")}
    with patch.object(queries, "all_pages", many), patch.object(queries, "pages", lambda language: english):
        browser.get("/guidance/search?q=knife")
        times = []
        for question in ASKED * 4:
            began = time.perf_counter()
            assert (
                browser.get("/guidance/search", query_string={"q": question}, follow_redirects=True).status_code == 200
            )
            times.append((time.perf_counter() - began) * 1000)
    queries._index.cache_clear()
    return median(times)

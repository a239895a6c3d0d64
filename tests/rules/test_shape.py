"""The shape of the code: small modules that say what they are for, under names that tell what is in them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

MODULES = sorted((ROOT / "portal").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

LONGEST = 300
LONGER = {
    "migrations/versions/0001_the_house.py": "every table of the first version, as Alembic writes them",
    "migrations/versions/0002_second_lock.py": "the whole second lock on one page, to be read at one sitting",
    "involvement/queries.py": "who is responsible, who helps and what opens a family: each question leans on the others",
}
NAMES_OF_NOTHING = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "base",
    "manager",
    "services",
    "service",
    "core",
    "misc",
}
SAFE = {
    "components/places.html": "pictures drawn in the template itself, from a list of our own",
}
"""Templates that may write markup as it is, and why nobody's words are in it."""


def name(path: Path) -> str:
    """The path as one says it: `access/gate.py`."""
    return path.relative_to(ROOT / path.relative_to(ROOT).parts[0]).as_posix()


@pytest.mark.parametrize(
    "path", [path for path in MODULES + TESTS if path.stat().st_size], ids=lambda path: str(path.relative_to(ROOT))
)
def test_a_module_begins_by_saying_what_it_is_for(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text()), clean=True)
    assert said, f"{path.name} does not say what it is for"
    assert path.read_text().startswith(('"""', 'r"""')), f"{path.name}: the sentence stands on the first line"
    assert said.split("\n\n")[0].rstrip().endswith((".", "?", ":", "…")), (
        f"{path.name}: a sentence ends with a full stop"
    )


def test_modules_are_small() -> None:
    long = {name(path): lines for path in MODULES if (lines := len(path.read_text().splitlines())) > LONGEST}
    assert set(long) <= set(LONGER), f"longer than {LONGEST} lines: {long}"
    assert set(LONGER) <= set(long), "no longer long: take it off the list"


def test_nothing_is_called_after_nothing() -> None:
    for path in [*MODULES, *TESTS, *TEMPLATES]:
        parts = {part.removesuffix(path.suffix).strip("_") for part in path.relative_to(ROOT).parts}
        assert not parts & NAMES_OF_NOTHING, f"{path.relative_to(ROOT)} does not tell what is in it"


def test_no_class_is_a_service_or_a_manager() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                assert not re.search(r"(Service|Manager|Helper|Util|Repository|Handler|Mixin)s?$", node.name), (
                    f"{name(path)}: {node.name}"
                )


def test_what_is_asked_and_done_knows_nothing_of_the_web() -> None:
    web = {"flask", "flask_login", "flask_wtf", "werkzeug", "wtforms"}
    for path in MODULES:
        if path.stem not in ("models", "queries", "conditions", "actions"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            modules = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else ([node.module or ""] if isinstance(node, ast.ImportFrom) else [])
            )
            found = web & {module.split(".")[0] for module in modules}
            assert not found, f"{name(path)} imports {found}"


def test_nothing_is_left_for_later() -> None:
    for path in [*MODULES, *TEMPLATES, *(ROOT / "static" / "src").rglob("*.*")]:
        if path == Path(__file__) or path.suffix not in (".py", ".html", ".js", ".scss"):
            continue
        words = re.search(r"\b(TODO|FIXME|XXX|HACK)\b", path.read_text())
        assert not words, f"{path.relative_to(ROOT)} leaves something for later"


def test_actions_never_commit() -> None:
    """One commit at the end of the request; an action that commits by itself breaks that in two."""
    for path in MODULES:
        if path.stem in ("actions", "queries", "conditions"):
            assert ".commit()" not in path.read_text(), f"{name(path)} commits"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_does_nothing_that_our_policy_blocks(path: Path) -> None:
    source = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)
    if "|safe" in source.replace(" ", "") or "Markup(" in source or "autoescape false" in source:
        assert name(path) in SAFE, f"{name(path)} writes markup as it is"
    tags = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", source, flags=re.S)
    assert not re.search(r"\bhx-on", tags), "hx-on needs eval"
    assert not re.search(r"\sstyle\s*=", tags), "style attributes are blocked"
    assert not re.search(r"<style[\s>]", tags), "inline styles are blocked"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", tags), "inline handlers are blocked"
    assert not re.search(r"<script(?![^>]*\ssrc=)", tags), "inline scripts are blocked"
    assert "javascript:" not in tags
    assert not re.search(r"\bhx-(vals|headers)[^=]*=\s*[\"']js:", tags), "js: needs eval"
    assert not re.search(r"hx-trigger\s*=\s*\"[^\"]*\[", tags), "filters in triggers need eval"
    assert not re.search(
        r"(src|href)=\"(https?:)?//(?!www\.bbc\.co\.uk)", tags.replace("http://www.w3.org", "")
    ) or name(path).startswith("guidance/"), "nothing is fetched from elsewhere"


def test_every_template_that_may_write_markup_still_does() -> None:
    for template in SAFE:
        assert "|safe" in (ROOT / "templates" / template).read_text()


def test_styles_know_no_left_and_no_right() -> None:
    """One file serves both directions: our own styles use logical properties only."""
    physical = re.compile(
        r"^\s*(?:margin|padding|border)-(?:left|right)\b|^\s*(?:left|right)\s*:|text-align:\s*(?:left|right)|float:\s*(?:left|right)",
        re.M,
    )
    for path in sorted((ROOT / "static" / "src").rglob("*.scss")):
        found = physical.findall(path.read_text())
        assert not found, f"{path.name}: {found}"

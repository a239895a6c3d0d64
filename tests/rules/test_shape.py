"""The shape of the code: small modules that say what they are for, under names that tell what is in them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.conftest import ROOT

MODULES = sorted((ROOT / "portal").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

LONGEST = 300
LONGER = {
    "appointments/actions.py": "everything that can happen to a date, which leans on the same few steps",
    "conversations/actions.py": "one text's way through everything it can mean, in the order in which it is tried",
    "messages/queries.py": "all that decides whether a text goes out, and the outbox's own statements",
    "involvement/conditions.py": "what opens a family, whom one may know of, and how often a worker changed",
    "policy.py": "every permission of the service on one page",
    "involvement/queries.py": "who is responsible, who helps and what opens a family, which lean on each other",
}
NAMES_OF_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "manager", "services", "service", "core"}
SAFE = {
    "components/places.html": "pictures drawn in the template itself, from a list of our own",
}
"""Templates that may write markup as it is, and why nobody's words are in it."""
BLOCKED = {
    r"\bhx-on": "hx-on needs eval",
    r"\sstyle\s*=": "style attributes are blocked",
    r"<style[\s>]": "inline styles are blocked",
    r"\son[a-z]+\s*=\s*[\"']": "inline handlers are blocked",
    r"<script(?![^>]*\ssrc=)": "inline scripts are blocked",
    r"javascript:": "inline scripts are blocked",
    r"\bhx-(?:vals|headers)[^=]*=\s*[\"']js:": "js: needs eval",
    r"hx-trigger\s*=\s*\"[^\"]*\[": "filters in triggers need eval",
}


def name(path: Path) -> str:
    """The path as one says it: `access/gate.py`."""
    return path.relative_to(ROOT / path.relative_to(ROOT).parts[0]).as_posix()


def test_a_module_begins_by_saying_what_it_is_for() -> None:
    for path in MODULES + TESTS:
        source = path.read_text()
        if not source:
            continue
        where = path.relative_to(ROOT)
        assert source.startswith(('"""', 'r"""')), f"{where}: the first line says what it is for"
        said = ast.get_docstring(ast.parse(source), clean=True) or ""
        assert said.split("\n\n")[0].endswith((".", "?", ":", "…")), f"{where}: a sentence ends with a full stop"


def test_modules_are_small() -> None:
    # a migration is written once, as one piece: its tables and the second lock on them are read at one sitting
    lasting = [path for path in MODULES if path.parent.name != "versions"]
    long = {name(path): lines for path in lasting if (lines := len(path.read_text().splitlines())) > LONGEST}
    assert set(long) <= set(LONGER), f"longer than {LONGEST} lines: {long}"
    assert set(LONGER) <= set(long), "no longer long: take it off the list"


def test_nothing_is_called_after_nothing() -> None:
    for path in [*MODULES, *TEMPLATES]:
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


def test_no_template_does_what_our_policy_blocks() -> None:
    for path in TEMPLATES:
        check_template(path)


def check_template(path: Path) -> None:
    """What the content security policy blocks is not written in the first place."""
    source = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)
    if "|safe" in source.replace(" ", "") or "Markup(" in source or "autoescape false" in source:
        assert name(path) in SAFE, f"{name(path)} writes markup as it is"
    tags = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", source, flags=re.S)
    for pattern, why in BLOCKED.items():
        assert not re.search(pattern, tags), f"{name(path)}: {why}"
    if not name(path).startswith("guidance/"):  # which links to its sources
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", tags), f"{name(path)} leads elsewhere"


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

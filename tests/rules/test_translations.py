"""Every word a person reads can be translated, is gathered for translators, and is there in each language offered."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup, Comment, Doctype
from jinja2 import Environment

from tests.conftest import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CATALOGUES = sorted((ROOT / "translations").glob("*/LC_MESSAGES/messages.po"))
NOT_WORDS = {"PIN", "Twilio"}
SPOKEN = ("alt", "title", "placeholder", "aria-label", "aria-description", "data-text", "label")
NOT_FOR_PEOPLE = {
    "demo": "the demo's own pages, in English: they tell visitors who they can be and are never in production",
}
"""Folders of templates whose words need no translation, and why."""
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")
HTML_TAG = re.compile(r"</?(\w+)")


def bare(source: str) -> BeautifulSoup:
    """A template without its expressions: what is left was typed into it."""
    source = re.sub(r"\{% block body_class %\}.*?\{% endblock %\}", "", source)
    pieces = [value if kind == "data" else "\u2060" for _, kind, value in Environment().lex(source)]
    return BeautifulSoup("".join(pieces), "html.parser")


def words(text: str) -> list[str]:
    """The words of a text, besides those that are no language's."""
    text = re.sub(r"govuk-[\w-]*", "", text)  # names of styles
    return [word for word in re.findall(r"[^\W\d_]{2,}", text) if word not in NOT_WORDS]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_no_word_in_a_template_is_out_of_a_translators_reach(path: Path) -> None:
    if path.parent.name in NOT_FOR_PEOPLE:
        return
    soup = bare(path.read_text())
    for text in soup.find_all(string=True):
        if isinstance(text, Comment | Doctype) or text.parent.name in ("script", "style"):
            continue
        assert not words(str(text)), f"{path.name}: {text.strip()!r}"
    for element in soup.find_all(True):
        for attribute in SPOKEN:
            value = element.get(attribute)
            assert not (isinstance(value, str) and words(value)), f"{path.name}: {attribute}={value!r}"


def plain(node: ast.AST) -> bool:
    """A text as it is, with words in it."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(words(node.value))


def test_no_sentence_in_python_is_out_of_a_translators_reach() -> None:
    """What is flashed, labels a field or explains a mistake goes through gettext."""
    for path in sorted((ROOT / "portal").rglob("*.py")):
        where = path.relative_to(ROOT)
        if where.parts[1] in ("demo", "imports", "migrations"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if called == "flash" or called.endswith("Field"):
                assert not (node.args and plain(node.args[0])), f"{where}:{node.lineno}: {ast.unparse(node)}"
            for keyword in node.keywords:
                if keyword.arg in ("message", "description", "label"):
                    assert not plain(keyword.value), f"{where}:{node.lineno}: {ast.unparse(node)}"


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def ids(catalogue: Catalog) -> set[object]:
    return {message.id for message in catalogue if message.id}


def test_the_catalogue_for_translators_is_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`make translations` gathers them."""
    monkeypatch.chdir(ROOT)
    gathered = tmp_path / "messages.pot"
    options = [
        "--mapping-file=pyproject.toml",
        "--keywords=_l",
        "--keywords=lazy_gettext",
        "--keywords=lazy_ngettext:1,2",
        ".",
    ]
    ours = "--ignore-dirs=node_modules static tests docs var .*"
    CommandLineInterface().run(["pybabel", "--quiet", "extract", ours, f"--output-file={gathered}", *options, "."])
    now, kept = ids(read(gathered)), ids(read(ROOT / "translations" / "messages.pot"))
    assert now, "nothing was gathered"
    assert now == kept, f"run `make translations`: new {list(now - kept)[:5]}, gone {list(kept - now)[:5]}"


def test_there_is_a_catalogue_for_each_language_with_guidance() -> None:
    guided = {path.parent.name for path in (ROOT / "translations").glob("*/guidance")} - {"en"}
    assert guided == {path.parts[-3] for path in CATALOGUES}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_language_that_is_offered_is_complete(path: Path) -> None:
    catalogue, source = read(path), ids(read(ROOT / "translations" / "messages.pot"))
    assert ids(catalogue) == source, "run `make translations`"
    missing = [message.id for message in catalogue if message.id and not done(message)]
    assert not missing, f"{len(missing)} not translated: {missing[:5]}"
    unsure = [message.id for message in catalogue if message.id and message.fuzzy]
    assert not unsure, f"{len(unsure)} marked fuzzy: {unsure[:5]}"


def done(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings) and bool(strings)


def told(text: str) -> set[str]:
    """The values and the markup in a text."""
    return {found.group() for pattern in (PLACEHOLDER, HTML_TAG) for found in pattern.finditer(text)}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_translation_says_what_the_sentence_says(path: Path) -> None:
    """The same values and the same markup; as many plural forms as the language has; spaces and stops alike."""
    catalogue = read(path)
    for message in catalogue:
        if not message.id:
            continue
        sources = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if len(sources) > 1:
            assert len(strings) == catalogue.num_plurals, message.id
        for number, string in enumerate(strings):
            source = sources[min(number, len(sources) - 1)]
            # "one" may leave the number out, where the language says it so
            allowed = [told(source), told(source) - {"%(num)d"}] if len(sources) > 1 else [told(source)]
            assert told(string) in allowed, f"{source!r} → {string!r}"
            assert (source[:1].isspace(), source[-1:].isspace()) == (string[:1].isspace(), string[-1:].isspace()), repr(
                source
            )
            assert (source[-1:] in ".?:") == (string[-1:] in ".?:"), f"{source!r} → {string!r}"
            assert "!" not in string.replace("¡", "") or "!" in source, f"{string!r} shouts"
        assert not list(message.check(catalogue)), message.id

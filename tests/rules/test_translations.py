"""Every word goes through translation, the catalogue is up to date, and an offered language is complete."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from jinja2 import Environment

ROOT = Path(__file__).resolve().parents[2]
OFFERED = sorted(path.parts[-3] for path in (ROOT / "translations").glob("*/LC_MESSAGES/messages.po"))
PLACE = re.compile(r"%\(\w+\)[sd]|%%")
EXTRACT = [
    *("extract", "--mapping-file=pyproject.toml", "--add-comments=NOTE:", "--keywords=_l", "--keywords=lazy_gettext"),
    *("--keywords=lazy_ngettext:1,2", "--keywords=N_", "--ignore-dirs=node_modules static tests docs var .*"),
]


@cache
def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def words(message: Message) -> set[str]:
    return {message.id} if isinstance(message.id, str) else set(message.id)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What is in the code and the templates now."""
    found = tmp_path_factory.mktemp("words") / "messages.pot"
    command = [str(Path(sys.executable).parent / "pybabel"), "-q", *EXTRACT, f"--output-file={found}", "."]
    subprocess.run(command, cwd=ROOT, check=True)
    return catalogue(found)


def test_something_is_offered_besides_english() -> None:
    assert "es" in OFFERED


@pytest.mark.parametrize("language", OFFERED)
def test_every_word_has_its_translation(language: str, extracted: Catalog) -> None:
    po = catalogue(ROOT / "translations" / language / "LC_MESSAGES" / "messages.po")
    missing = []
    for message in extracted:
        if not message.id:
            continue
        there = po.get(message.id, message.context)
        texts = [] if there is None else [there.string] if isinstance(there.string, str) else list(there.string)
        if there is None or there.fuzzy or not texts or not all(texts):
            missing.append(message.id)
    assert not missing, f"run `make translations` and translate into {language}: {missing[:10]} ({len(missing)} in all)"


@pytest.mark.parametrize("language", OFFERED)
def test_a_translation_keeps_every_placeholder(language: str) -> None:
    wrong = []
    for message in catalogue(ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"):
        if not message.id:
            continue
        said = {place for text in words(message) for place in PLACE.findall(text)}
        for text in [message.string] if isinstance(message.string, str) else message.string:
            unknown = set(PLACE.findall(text)) - said
            lost = {place for place in said if place not in text} if isinstance(message.id, str) else set()
            if unknown or lost:
                wrong.append((message.id, sorted(unknown | lost)))
    assert not wrong, wrong[:5]


TAGS = re.compile(r"(?s)<svg.*?</svg>|<[^>]*>|&\w+;")
CLASSES = {"work", "govuk", ""}  # pieces of class names that blocks and macros put together
SPOKEN = re.compile(r'\b(?:aria-label|title|placeholder|alt)="([^"{]*[A-Za-z]{2}[^"{]*)"')


@pytest.mark.parametrize("template", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_word_of_a_template_escapes_translation(template: Path) -> None:
    source = template.read_text()
    text = "".join(value for _, kind, value in Environment(autoescape=True).lex(source) if kind == "data")
    left = [word for word in re.findall(r"[A-Za-z-]{2,}", TAGS.sub(" ", text)) if word.strip("-") not in CLASSES]
    spoken = SPOKEN.findall(text)
    assert not left, f"{template}: put these into _(): {left[:8]}"
    assert not spoken, f"{template}: attributes are read aloud too: {spoken[:5]}"

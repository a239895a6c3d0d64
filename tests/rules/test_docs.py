"""The documents say what is so: every path, link, name, setting and command in them is checked against the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from portal.cli import main
from tests.settings_table import PAGE, written

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]

BLOCK = re.compile(r"^```.*?^```$", re.M | re.S)
QUOTED = re.compile(r"`([^`\n]+)`")
OURS = re.compile(r"(?:portal|tests|templates|static|translations|docs)/[\w./*-]*|Makefile|Procfile|LICENSE")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
FILE = r"`((?:portal|tests|static|templates)/[\w./]+\.\w+)`"
INSIDE = re.compile(rf"`(\w+)(?:\(\))?`,? (?:in |\(){FILE}")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
COMMAND = re.compile(r"(?:`|^\s*(?:\$ )?(?:\.venv/bin/)?)portal ((?:[a-z]+)(?: [a-z]+)?)", re.M)
TARGET = re.compile(r"(?:`|^\s*)make ([a-z-]+)", re.M)
VARIABLE = re.compile(r"(?:PORTAL|DATABASE|REDIS|TWILIO|WEB)_[A-Z_]+|PORT")
BUILT = "static/dist"
"""What is made on set-up, and so may be absent."""


def prose(page: Path) -> str:
    """The page without its blocks of code, which show what somebody might write."""
    return BLOCK.sub("", page.read_text(encoding="utf-8"))


def says(path: str, pattern: str) -> bool:
    """Does the file say this?"""
    return re.search(pattern, (ROOT / path).read_text(encoding="utf-8")) is not None


def commands(group: click.Group = main, before: str = "") -> Iterator[str]:
    """Every command one can type after `portal`."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_what_a_page_names_is_there(page: Path) -> None:
    """A file that moved takes its mention with it."""
    text = prose(page)
    named = [quoted.split("::")[0] for quoted in QUOTED.findall(text)]
    paths = [path for path in named if OURS.fullmatch(path) and not path.startswith(BUILT)]
    missing = [path for path in paths if not any(ROOT.glob(path.rstrip("/")))]
    missing += [link for link in LINK.findall(text) if "://" not in link and not (page.parent / link).exists()]
    missing += [f"{name} in {path}" for name, path in INSIDE.findall(text) if not says(path, rf"\b{name}\b")]
    missing += [f"{path}::{name}" for path, name in TEST.findall(text) if not says(path, rf"def {name}\b")]
    assert not missing, f"{page.relative_to(ROOT)} names what is not there: {missing}"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_what_a_page_tells_to_type_exists(page: Path) -> None:
    """`portal …` in a page is a command that there is, and `make …` a target."""
    text = page.read_text(encoding="utf-8")
    known = set(commands())
    groups = {name.split()[0] for name in known if " " in name}
    for said in COMMAND.findall(text):
        first, *rest = said.split()
        found = f"{first} {rest[0]}" if first in groups and rest else first
        assert found in known | groups, f"{page.relative_to(ROOT)}: there is no command `portal {said}`"
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    unknown = set(TARGET.findall(text)) - targets
    assert not unknown, f"{page.relative_to(ROOT)}: the Makefile has no {unknown}"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_page_is_led_to(page: Path) -> None:
    """Nobody finds a page that no other page names."""
    leads = [(other.parent / link).resolve() for other in PAGES for link in LINK.findall(other.read_text("utf-8"))]
    folders = [lead / "README.md" for lead in leads if lead.is_dir()]
    assert page == ROOT / "README.md" or page in [*leads, *folders], f"no page leads to {page.relative_to(ROOT)}"


def test_every_setting_is_told() -> None:
    """Whoever runs the portal finds every environment variable that it reads."""
    told = PAGE.read_text(encoding="utf-8")
    for file in ("portal/settings.py", "portal/cli.py"):
        nodes = ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8")))
        texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        missing = [name for name in texts if VARIABLE.fullmatch(name) and f"`{name}" not in told]
        assert not missing, f"docs/running-it.md does not tell of {missing}"


def test_the_table_of_settings_is_the_one_in_the_code() -> None:
    """Written by `python -m tests.settings_table`, so that there is one truth."""
    told = PAGE.read_text(encoding="utf-8")
    assert told == written(told), "run python -m tests.settings_table"


def test_every_command_is_told() -> None:
    """Each command of `portal` stands in docs/running-it.md."""
    told = PAGE.read_text(encoding="utf-8")
    missing = [name for name in commands() if f"`portal {name}" not in told]
    assert not missing, f"docs/running-it.md does not tell of {missing}"

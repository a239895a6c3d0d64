"""Nobody real stands in our examples: numbers come from those set aside for drama, addresses from `.example`."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

NUMBER = re.compile(r"(?<![\w.&#])(?:\+44|0)[ ()]*\d(?:[ ()-]*\d){7,11}(?![\w.])")
DRAMA = re.compile(r"(?:\+44|0)(?:7700900\d{3}|2079460\d{3})")  # Ofcom, "Telephone numbers for drama use"
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def committed(*patterns: str) -> list[Path]:
    """Files that are, or are about to be, part of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def digits(number: str) -> str:
    return re.sub(r"[^\d+]", "", number)


def help_lines() -> set[str]:
    """Numbers that are published for anybody to call."""
    return {digits(found) for found in NUMBER.findall((ROOT / "portal/guidance/help_lines.toml").read_text())}


@pytest.mark.parametrize("pattern", ["*.csv", "templates", "docs", "portal/demo", "README.md"])
def test_every_phone_number_is_one_that_nobody_has(pattern: str) -> None:
    published = help_lines()
    for file in committed(pattern):
        if file.suffix in (".csv", ".html", ".txt", ".md", ".py", ".toml"):
            for found in NUMBER.findall(file.read_text()):
                assert DRAMA.fullmatch(digits(found)) or digits(found) in published, (
                    f"{file.relative_to(ROOT)}: {found} may be somebody's. Use 07700 900xxx or 020 7946 0xxx."
                )


@pytest.mark.parametrize("pattern", ["*.csv", "templates", "docs", "portal/demo", "README.md"])
def test_every_email_address_ends_in_example(pattern: str) -> None:
    for file in committed(pattern):
        if file.suffix in (".csv", ".html", ".txt", ".md", ".py", ".toml"):
            for found in EMAIL.findall(file.read_text()):
                assert found.endswith(".example"), (
                    f"{file.relative_to(ROOT)}: {found} may be somebody's. End it in .example."
                )


def test_the_rule_knows_a_real_number_when_it_sees_one() -> None:
    for real in ("020 7123 4567", "+447911123456", "07911 123456", "(0161) 496 1234"):
        assert NUMBER.search(real), real
        assert not DRAMA.fullmatch(digits(NUMBER.findall(real)[0]))
    for drama in ("020 7946 0123", "+447700900123", "07700 900 123"):
        assert DRAMA.fullmatch(digits(NUMBER.findall(drama)[0]))
    assert not NUMBER.search("2019-07-15T09:00")

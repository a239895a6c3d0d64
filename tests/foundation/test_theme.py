"""Contrast of every pair of colours that the stylesheet uses, in light and dark, measured as WCAG does."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

THEME = Path(__file__).resolve().parents[2] / "static" / "src" / "_theme.scss"

GROUNDS = ("paper", "card", "green-soft", "late-soft", "sky")
TEXT = [
    *product(("ink",), GROUNDS),
    *product(("soft",), ("paper", "card", "green-soft")),
    *product(("green", "green-deep"), ("paper", "card", "green-soft")),
    *product(("late",), ("paper", "card", "late-soft")),
    ("on-green", "green"),
    ("on-green", "green-deep"),
    ("card", "late"),
    ("paper", "ink"),
    ("glow-ink", "glow"),
    *((f"face-{number}-ink", f"face-{number}") for number in range(1, 7)),
]
# What has no words but must be seen: borders of fields, dots, bars.
SHAPES = [*product(("edge", "green", "late"), ("paper", "card"))]


def colours(part: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", part))


LIGHT_PART, DARK_PART = THEME.read_text().split("@media (prefers-color-scheme: dark)")
LIGHT = colours(LIGHT_PART)
DARK = LIGHT | colours(DARK_PART)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_read_and_shapes_be_seen(scheme: str) -> None:
    colour = LIGHT if scheme == "light" else DARK
    weak = [
        f"{front} on {ground}: {contrast(colour[front], colour[ground]):.2f}, needs {least}"
        for pairs, least in ((TEXT, 4.5), (SHAPES, 3.0))
        for front, ground in pairs
        if contrast(colour[front], colour[ground]) < least
    ]
    assert not weak, f"{scheme}: {weak}"


def test_focus_shows_on_every_ground() -> None:
    """Two rings, one dark and one bright: at least one of them stands out wherever the focus is."""
    for colour in (LIGHT, DARK):
        for ground in ("paper", "card", "green", "ink", "late"):
            assert max(contrast(colour[ring], colour[ground]) for ring in ("glow", "glow-ink")) >= 3, ground


def test_measure_is_right() -> None:
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54

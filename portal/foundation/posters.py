"""A poster on one A4 page: a few words that can be read from across a playground, and a code to point a phone at."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import segno

if TYPE_CHECKING:
    from fpdf import FPDF

INK, ACCENT = (24, 38, 36), (11, 92, 82)
SIDE = 85.0  # millimetres of the code
PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "})


def draw(title: str, lines: Sequence[str], points: Sequence[str], link: str, under: str, foot: str) -> bytes:
    """The poster as PDF. `points` stand as a list; `under` is said beneath the code that leads to `link`.

    The fonts every PDF reader has are used, so that the file stays small; they know Western Europe's letters only, and
    any other is shown as a question mark.
    """
    from fpdf import FPDF  # with its fonts and pictures some 36 MB, which only a process that draws one should carry

    page = FPDF(format="A4")
    page.set_title(title)
    page.set_auto_page_break(auto=False)
    page.add_page()
    page.set_margins(20, 20, 20)
    page.set_fill_color(*ACCENT)
    page.rect(0, 0, 210, 12, style="F")
    page.set_xy(20, 26)
    page.set_text_color(*ACCENT)
    _write(page, title, 34 if len(title) <= 45 else 26, bold=True, height=13 if len(title) <= 45 else 10)
    page.set_text_color(*INK)
    page.ln(4)
    for line in lines:
        _write(page, line, 16, height=8)
    page.ln(3)
    for point in points:
        _write(page, f"·  {point}", 15, height=7.5)
    code = io.BytesIO()
    segno.make(link, error="m").save(code, kind="png", scale=12, border=2)
    code.seek(0)
    page.image(code, x=(210 - SIDE) / 2, y=168, w=SIDE, h=SIDE)
    page.set_xy(20, 168 + SIDE + 2)
    _write(page, under, 14, height=7, align="C")
    page.set_xy(20, 280)
    _write(page, foot, 10, height=5, align="C")
    return bytes(page.output())


def _write(page: FPDF, text: str, size: float, *, bold: bool = False, height: float, align: str = "L") -> None:
    page.set_font("Helvetica", style="B" if bold else "", size=size)
    known = text.translate(PLAIN).encode("latin-1", "replace").decode("latin-1")
    page.multi_cell(170, height, known, align=align, new_x="LMARGIN", new_y="NEXT")

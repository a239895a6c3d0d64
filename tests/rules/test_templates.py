"""What no template may hold: markup that trusts its input, handlers and styles that the policy blocks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

TRUSTED = {
    "places.html": "the pictures of the five places are written in that file",
}
"""Templates that may say `|safe`, and why."""

BANNED = {
    r"\sstyle=": "a style attribute is blocked by our policy: use a class",
    r"\son[a-z]+=": "an inline handler is blocked by our policy: use static/src/js",
    r"hx-on": "hx-on needs eval, which our policy blocks",
    r"hx-(?:vars|params|ext|history)\b": "htmx 4 does not know this any more",
    r"<script(?![^>]*\ssrc=)": "inline script is blocked by our policy",
    r"hx-(?:get|post)=\"[^\"]*\bjs:": "js: needs eval, which our policy blocks",
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_template_holds_nothing_the_policy_blocks(template: Path) -> None:
    text = re.sub(r"(?s)\{#.*?#\}", "", template.read_text())
    for pattern, why in BANNED.items():
        assert not re.search(pattern, text), f"{template}: {why}"


def test_safe_is_said_only_where_the_reason_is_written_down() -> None:
    said = {template.name for template in TEMPLATES if "|safe" in template.read_text()}
    assert said == set(TRUSTED)


def test_every_part_says_what_it_is() -> None:
    """A component or part begins with a comment: the one place where a stranger looks."""
    parts = [path for path in TEMPLATES if path.name.startswith("_") or path.parent.name == "components"]
    assert not [path.name for path in parts if not path.read_text().startswith("{#")]

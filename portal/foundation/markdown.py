"""Markdown as people write it, turned into HTML that can do no harm: the only way from a person's text to markup."""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from html import unescape
from typing import Any

import bleach
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

TAGS = frozenset({"a", "blockquote", "br", "em", "h2", "h3", "hr", "li", "ol", "p", "strong", "ul"})
ATTRIBUTES = {"a": ["href", "rel"], "ol": ["start"]}
PROTOCOLS = frozenset({"http", "https", "mailto", "sms", "tel"})


def _link_open(
    self: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: MutableMapping[str, Any]
) -> str:
    """A link that leaves the portal gives the other side no hold on this page and no credit for being in it."""
    target = str(tokens[place].attrs.get("href", ""))
    if not target.startswith(("/", "#")) or target.startswith("//"):
        tokens[place].attrSet("rel", "nofollow noopener")
    return self.renderToken(tokens, place, options, env)


def _reader(breaks: bool) -> MarkdownIt:
    # Code and pictures are left as people typed them: nobody who writes here means either.
    reader = MarkdownIt("commonmark", {"html": False, "breaks": breaks})
    reader.disable(["image", "code", "fence", "backticks", "html_block", "html_inline"])
    reader.add_render_rule("link_open", _link_open)
    return reader


_READERS = {breaks: _reader(breaks) for breaks in (False, True)}


def clean_html(markdown_text: str, breaks: bool = False) -> Markup:
    """Clean HTML from Markdown. Whatever was typed comes out as text, lists, headings below the page's own, or links.

    `breaks` keeps each end of line, for what people type into a box."""
    reader = _READERS[breaks]
    tokens = reader.parse(markdown_text)
    for token in tokens:
        if token.type.startswith("heading"):
            token.tag = "h2" if token.tag in ("h1", "h2") else "h3"
    rendered = reader.renderer.render(tokens, reader.options, {})
    cleaned = bleach.clean(rendered, TAGS, ATTRIBUTES, PROTOCOLS, strip=True, strip_comments=True)
    return Markup(cleaned)  # noqa: S704 -- the one place where cleaned text becomes markup


def plain_text(markdown_text: str) -> str:
    """The words alone, for a place that shows only a beginning: no marks and no links, the lines kept."""
    html = re.sub(r"<[^>]+>", "", str(clean_html(markdown_text, breaks=True)))
    return re.sub(r"\n{2,}", "\n", unescape(html)).strip()

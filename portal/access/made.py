"""The main part of a page that somebody reads again and again, made once for the same answer of the database.

The database is asked each time. Everything that the words depend on is in the key (what was answered, who reads, in
which language, on which day), so nobody can be given what was made for somebody else. Not kept for a viewer from whom
words are hidden, since those can change apart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app
from markupsafe import Markup

from portal.access.asking import Answer
from portal.access.scope import Scope
from portal.foundation import clock, language

MOST = 300  # parts kept, of some 10 kB
_made: dict[tuple[object, ...], Markup] = {}


def made(scope: Scope, answered: Answer, template: str, values: Callable[[], dict[str, Any]]) -> Markup:
    """The template's words for this answer and viewer; `values` reads the answer, where it has to be read at all."""
    key = (template, answered.mark, scope.shape, scope.person_id, language.code(), clock.today())
    if (kept := _made.get(key)) is not None:
        return kept
    part = current_app.jinja_env.get_template(template)
    html = Markup(part.render(**values()))  # noqa: S704  # a template of ours, which escapes what it is given
    if scope.sees_where and scope.person_id is not None:
        if len(_made) >= MOST:
            _made.clear()
        _made[key] = html
    return html

"""Asking for everything a page shows in one round trip, with the query built once for each shape of viewer.

Building a page's select costs some thirty milliseconds, running it one: so it is built for a symbolic scope (its
family, person, circles, today and now are parameters) and kept as text. What decides the form of a query (contact
limit, professional or family, kinds open) is the scope's shape; everything else is only filled in.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import psycopg
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import Session

from portal.access.scope import Scope
from portal.foundation import clock
from portal.foundation.database import AnyRows, Readers, Row, gathering, read_rows, readers_of

Question = Callable[[Scope], AnyRows]
"""A function that builds a select for a scope; `partial(question, limit=2)` for one with more to say."""

DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves its dialects untyped
MOST = 500  # shapes kept; a few dozen are real (limits, functions, managers of several)


@dataclass(frozen=True)
class _Built:
    sql: bytes
    order: list[str]
    values: dict[str, Any]
    readers: dict[str, Readers]


_built: dict[tuple[Any, ...], _Built] = {}
_building = threading.Lock()  # so that threads that meet a cold process do not all do the same work


@dataclass(frozen=True)
class Answer:
    """What the database said, not read yet."""

    texts: tuple[str, ...]
    readers: dict[str, Readers]

    def __add__(self, more: Answer) -> Answer:
        """What both said: for a page that asks a second time for what the first answer shows to be there."""
        return Answer(self.texts + more.texts, self.readers | more.readers)

    def first(self, name: str) -> Row:
        """The first row of one question."""
        place = list(self.readers).index(name)
        return read_rows(self.readers[name], json.loads(self.texts[place]))[0]

    @property
    def mark(self) -> bytes:
        """Equal for equal answers and for no others: what was made of the one can serve for the other."""
        return hashlib.sha256("\0".join(self.texts).encode()).digest()

    def rows(self) -> dict[str, list[Row]]:
        """The rows of each question."""
        return {
            name: read_rows(readers, json.loads(text))
            for (name, readers), text in zip(self.readers.items(), self.texts, strict=True)
        }


def ask(
    session: Session, scope: Scope, given: dict[str, Any] | None = None, /, **questions: Question
) -> dict[str, list[Row]]:
    """The rows of each question for this viewer, in one round trip. A question never calls the clock itself.

    `given`: values of a question's own parameters (`named`), such as which record it is about, so that the query is
    built once and not once for each record.
    """
    return answer(session, scope, given, **questions).rows()


def named(name: str, type_: Any) -> Any:
    """A parameter of a question that `ask` fills in from `given`."""
    return bindparam(name, None, required=False, type_=type_)


def answer(session: Session, scope: Scope, given: dict[str, Any] | None = None, /, **questions: Question) -> Answer:
    """As `ask`, not read yet: for a page that may have been made of the same answer before."""
    key = (scope.shape, *((name, _named(question)) for name, question in questions.items()))
    built = _built.get(key)
    if built is None:
        with _building:
            if len(_built) >= MOST:
                _built.clear()
            built = _built[key] = _built.get(key) or _build(scope, questions)
    raw = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    values = built.values | scope.values() | (given or {})
    # straight to the driver, numbered parameters and all: taking the text apart again for each request costs more
    # than the query
    told = [values[name] for name in built.order]
    found = psycopg.RawCursor(raw).execute(built.sql, told, prepare=True).fetchone()  # planned once, at first use
    return Answer(cast("tuple[str, ...]", found), built.readers)


def _named(question: Question) -> Any:
    """What tells one question from another: the function, and what was filled in beforehand."""
    if isinstance(question, partial):
        return question.func, question.args, tuple(sorted(question.keywords.items()))
    return question


def _build(scope: Scope, questions: dict[str, Question]) -> _Built:
    with clock.held():
        selects = {name: question(scope.as_symbol()) for name, question in questions.items()}
    compiled = gathering(selects).compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
    order: list[str] = []

    def numbered(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        if found[1] not in order:
            order.append(found[1])
        return f"${order.index(found[1]) + 1}"

    columns = ", ".join(f'said."{name}"::text' for name in selects)
    said = re.sub(r"%%|%\((\w+)\)s", numbered, str(compiled))
    sql = " ".join(("select", columns, "from (", said, ") said")).encode()
    return _Built(sql, order, dict(compiled.params), {name: readers_of(each) for name, each in selects.items()})

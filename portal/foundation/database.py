"""The database: tables' common ground, engines for each role, and sessions that say for whom they ask.

Every transaction begins by telling PostgreSQL who is asking (`speak`), in the same round trip as BEGIN; row-level
security does the rest. Nobody asking means that nothing is seen.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import psycopg
from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Engine,
    Identity,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    func,
    literal_column,
    select,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.sql import Select
from sqlalchemy.types import Date

from portal.foundation import clock
from portal.foundation.fields import Encrypted

ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"  # no vowels, no look-alikes: references that can be read aloud


class Base(DeclarativeBase):
    """The ground every table stands on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Text(), int: BigInteger(), datetime: DateTime(timezone=True), bytes: LargeBinary()}


def reference() -> str:
    """A fresh public reference, 12 characters: it names a record in an address and cannot be guessed."""
    return "".join(secrets.choice(ALPHABET) for _ in range(12))


class Keyed:
    """The key and public reference that every record has."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True, default=reference)


class Imported:
    """Columns of a record that can come from a sender's import folder (docs/importing.md)."""

    source: Mapped[str | None]
    """Who sent it (`--source NAME`); null when it was made here."""
    source_ref: Mapped[str | None]
    """The sender's own identifier, unique within its file and sender."""
    source_digest: Mapped[bytes | None]
    """Hash of the row as last imported: the same row again changes nothing."""
    edited_at: Mapped[datetime | None]
    """When somebody last changed it here; an import never overwrites that."""


def once_per_source(*more: str) -> UniqueConstraint:
    """The constraint that two senders may use the same reference, and one sender may not use it twice."""
    return UniqueConstraint("source", "source_ref", *more)


@dataclass(frozen=True)
class Speaker:
    """For whom a session asks. All fields empty: nobody, who sees nothing."""

    person_id: int | None = None
    worker_id: int | None = None
    door: bool = False
    """At the door: signing in, before anybody is known. Opens the tables of access and nothing else."""


NOBODY = Speaker()
DOOR = Speaker(door=True)

SPEAK = """select set_config('portal.person', %(person)s, true), set_config('portal.worker', %(worker)s, true),
    set_config('portal.door', %(door)s, true), set_config('portal.now', %(now)s, true),
    set_config('portal.circles', '', true), set_config('portal.families', '', true),
    set_config('portal.sees_where', '', true), set_config('portal.sees_police', '', true)"""

OPEN_DEVICE = "select * from open_device(%(token)s)"
ENTER = f"{SPEAK};{OPEN_DEVICE}"


class PortalSession(Session):
    """A session that speaks for somebody. `info['speaker']` is set by `speak_for`, or read from a device's token."""


@event.listens_for(PortalSession, "after_begin")
def speak(session: Session, transaction: Any, connection: Any) -> None:
    """Tell PostgreSQL who asks, in the round trip that begins the transaction; all settings, every time."""
    if transaction.nested:
        return
    try:
        _speak(session, connection)
    except psycopg.OperationalError as lost:
        # the database was restarted under us: every connection in the pool is as dead as this one
        connection.engine.dispose()
        connection.invalidate(lost)
        raise OperationalError("begin", None, lost, connection_invalidated=True) from lost


def begin(session: Session) -> None:
    """Begin the session's transaction; when the database was restarted since it was last asked, ask once more."""
    try:
        session.connection()
    except OperationalError:
        session.rollback()
        session.connection()


def _speak(session: Session, connection: Connection) -> None:
    raw = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    idle = raw.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    cursor = psycopg.ClientCursor(raw)
    opening = "begin; " if idle else ""
    now = clock.now().isoformat()
    if token := session.info.get("token"):
        cursor.execute(opening + ENTER, _said(NOBODY, now) | {"token": token})
        while cursor.nextset():
            pass
        found = cursor.fetchone()
        names = [column.name for column in cursor.description or ()]
        session.info["entered"] = dict(zip(names, found, strict=True)) if found else None
        if found:
            entered = session.info["entered"]
            session.info["speaker"] = Speaker(entered["person_id"], entered["worker_id"])
    else:
        cursor.execute(opening + SPEAK, _said(session.info.get("speaker", NOBODY), now))
    cursor.close()


def _said(speaker: Speaker, now: str) -> dict[str, str]:
    return {
        "person": str(speaker.person_id or ""),
        "worker": str(speaker.worker_id or ""),
        "door": "open" if speaker.door else "",
        "now": now,
    }


def speak_for(session: Session, speaker: Speaker) -> None:
    """Ask for somebody else from here on. Forgets every loaded object: what one may see, the other may not."""
    session.flush()
    session.expunge_all()
    session.info["speaker"] = speaker
    session.info.pop("token", None)
    if session.in_transaction():
        raw = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
        psycopg.ClientCursor(raw).execute(SPEAK, _said(speaker, clock.now().isoformat()))


def one_at_a_time(session: Session, what: str, key: int) -> None:
    """Two who do this to the same thing at once: the second waits until the first has committed, and then sees it."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(what), key % 2**31)))


def make_engine(url: str, *, pooler: bool = False, pool_size: int = 5) -> Engine:
    """An engine for one role.

    Autocommit at the driver, because `speak` sends BEGIN itself together with the settings: one round trip, not two.
    A connection used without a PortalSession has no speaker, so row-level security shows it nothing.
    """
    return create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_use_lifo=True,
        use_native_hstore=False,
        # an error's text reaches the log; the values of the statement that failed are families' words
        hide_parameters=True,
        # a transaction pooler moves us between server connections, where a prepared statement would be unknown
        connect_args={"prepare_threshold": None if pooler else 2},
    )


AnyRows: TypeAlias = Select[*tuple[Any, ...]]
"""A select of whatever columns."""


class Row(dict[str, Any]):
    """One answer's row; its columns are read as attributes, as from any SQLAlchemy row."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...
    else:
        __getattr__ = dict.__getitem__


def gathering(questions: dict[str, AnyRows]) -> AnyRows:
    """One select that answers several: each becomes a JSON array under its name."""
    parts = []
    for name, question in questions.items():
        # not the bare name: a column called like its question would be read instead of the row
        sub = question.subquery(f"rows of {name}")
        rows = func.json_agg(func.row_to_json(literal_column(f'"rows of {name}"')))
        parts.append(
            select(func.coalesce(rows, literal_column("'[]'::json"))).select_from(sub).scalar_subquery().label(name)
        )
    return select(*parts)


def gather(session: Session, **questions: AnyRows) -> dict[str, list[Row]]:
    """Ask several questions in one round trip. Returns, for each name, its rows in order.

    Dates, times and encrypted fields come back as themselves. For pages that every request asks for, access/asking.py
    keeps the built query, since building costs more than running.
    """
    answer = session.execute(gathering(questions)).one()
    return {
        name: read_rows(readers_of(question), rows)
        for (name, question), rows in zip(questions.items(), answer, strict=True)
    }


Readers = list[tuple[str, Any]]


def readers_of(question: AnyRows) -> Readers:
    """Which columns of this select need more than JSON gives, and how to read each."""
    return [(column.name, reader) for column in question.selected_columns if (reader := _reader(column.type))]


def read_rows(readers: Readers, rows: Sequence[dict[str, Any]]) -> list[Row]:
    """The JSON rows with their dates, times and encrypted fields as themselves."""
    found = [Row(row) for row in rows]
    for row in found:
        for name, reader in readers:
            if row[name] is not None:
                row[name] = reader(row[name])
    return found


def _reader(type_: Any) -> Any:
    if isinstance(type_, Encrypted):
        return lambda value: type_.process_result_value(bytes.fromhex(value[2:]), None)  # type: ignore[arg-type]  # no dialect needed
    if isinstance(type_, DateTime):
        return lambda value: clock.london(datetime.fromisoformat(value))
    if isinstance(type_, Date):
        return date.fromisoformat
    return None

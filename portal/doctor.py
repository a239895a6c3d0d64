"""`portal doctor`: looks over the whole installation, one line for each thing, and says what to do where it should.

Nothing is changed. Families are never named: what stands here may be read by somebody who runs machines.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import click
import psycopg
from babel.messages.pofile import read_po
from sqlalchemy import Select, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.access.models import Phone
from portal.duty.queries import without_rota
from portal.foundation import clock, schema
from portal.foundation.clock import real_now
from portal.foundation.database import PortalSession
from portal.foundation.embedded import EmbeddedError
from portal.foundation.fields import Encrypted, KeysMissing
from portal.foundation.health import LATE, YOUNG
from portal.foundation.language import own_name
from portal.foundation.phones import number_hash
from portal.foundation.roles import Role, engine_for
from portal.guidance import queries as guidance
from portal.settings import HERE, Settings
from portal.tables import metadata

ROOT = Path(__file__).resolve().parent.parent
OK, LOOK, MEND = "ok", "look at this", "mend this"
MOST = 10  # names in one line
CLOCKS = 5.0  # seconds by which two clocks may differ
ROLES: tuple[Role, ...] = ("web", "worker")


@dataclass(frozen=True)
class Finding:
    """One line: how it is, and what to do where it is not well."""

    how: str
    says: str


@click.command()
@click.pass_obj
def doctor(settings: Settings) -> None:
    """Look over settings, database, worker, built files and records. Ends with 1 when something must be mended."""
    findings = []
    for finding in examine(settings, ROOT):
        click.echo(f"{finding.how:<14}{finding.says}")
        findings.append(finding)
    sys.exit(any(finding.how == MEND for finding in findings))


def examine(settings: Settings, root: Path) -> Iterator[Finding]:
    """Everything that is looked at, in order. What cannot be looked at without the database is left out without it."""
    yield from settings_of(settings)
    yield from assets(root / "static" / "dist")
    yield from languages(root / "translations")
    late = guidance.past_review(clock.today())
    yield Finding(LOOK if late else OK, late or "Guidance and help lines are within their dates.")
    try:
        with PortalSession(engine_for(settings, "owner", pool_size=1)) as session:
            version = session.scalar(text("show server_version"))
            yield Finding(OK, f"The database answers. PostgreSQL {version}.")
            behind = list(migrations(session))
            yield from behind
            if any(finding.how == MEND for finding in behind):
                return
            for role in ROLES:
                yield from role_of(settings, role)
            for look in (second_lock, clocks, keys, seniors, families, duty, texts):
                yield from look(session)
            yield from heartbeat(session, settings)
    except (DBAPIError, psycopg.OperationalError, EmbeddedError) as problem:
        yield Finding(MEND, f"The database does not answer: {first_line(problem)} Check DATABASE_URL, or start it.")


def settings_of(settings: Settings) -> Iterator[Finding]:
    """Settings that can be read, and go together."""
    host = urlsplit(settings.url).hostname or ""
    public = host not in HERE and not host.endswith(".localhost")
    if settings.demo and public:
        yield Finding(MEND, f"Demo mode lets anybody be anybody, and {settings.url} is public. Unset PORTAL_DEMO.")
    elif public and not settings.secure_cookies:
        yield Finding(
            MEND, f"{settings.url} is plain http: who listens on the way can sign in. Serve https, then say so."
        )
    else:
        yield Finding(OK, "The settings can be read." + (" This is a demo." if settings.demo else ""))
    if settings.now:
        yield Finding(LOOK, f"PORTAL_NOW keeps the clock at {settings.now:%Y-%m-%d %H:%M}. Unset it for today.")
    if not settings.demo and settings.database_url is None:
        yield Finding(LOOK, "The database is the built-in one, made for demo and tests. Set DATABASE_URL.")
    if not settings.demo and settings.sms == "simulator":
        yield Finding(LOOK, "PORTAL_SMS is simulator: no text leaves this machine, so no family can sign in.")


def assets(folder: Path) -> Iterator[Finding]:
    """What the browser gets has been built, all of it."""
    manifest = folder / "manifest.json"
    if not manifest.exists():
        yield Finding(MEND, "Nothing has been built for the browser. Run `make assets`.")
        return
    missing = [name for name in json.loads(manifest.read_text()).values() if not (folder / name).exists()]
    if missing:
        yield Finding(MEND, f"Built files are missing: {some(missing)}. Run `make clean`, then `make assets`.")
    else:
        yield Finding(OK, "What the browser gets is built.")


def languages(folder: Path) -> Iterator[Finding]:
    """Each language is compiled and has every sentence."""
    well = ["English"]
    for catalogue in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        name, compiled = own_name(catalogue.parts[-3]), catalogue.with_suffix(".mo")
        with catalogue.open("rb") as file:
            messages = [message for message in read_po(file) if message.id]
        open_ = sum(1 for message in messages if message.fuzzy or not said(message.string))
        if not compiled.exists():
            yield Finding(LOOK, f"{name} is not offered: it is not compiled. Run `make demo` or `make test` once.")
        elif open_:
            yield Finding(LOOK, f"{name}: {open_} of {len(messages)} sentences are in English still. Translate them.")
        else:
            well.append(name)
    yield Finding(OK, f"Complete languages: {', '.join(well)}.")


def said(string: str | tuple[str, ...] | list[str] | None) -> bool:
    """Is there a translation? For a plural, one of each kind."""
    return all([string] if isinstance(string, str) else string or [""])


def migrations(session: Session) -> Iterator[Finding]:
    """The database's tables are those that this version expects."""
    current, newest = schema.current(session.connection()), schema.newest()
    if current == newest:
        yield Finding(OK, f"The tables are up to date ({current}).")
    else:
        at = f"at {current}" if current else "empty"
        yield Finding(MEND, f"The database is {at}, and this version needs {newest}. Run `portal migrate`.")


def role_of(settings: Settings, role: Role) -> Iterator[Finding]:
    """Web and worker come in, under roles that row-level security holds back."""
    held = text("""
        select current_user, rolsuper or rolbypassrls or exists (
            select from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
            and pg_has_role(current_user, relowner, 'member'))
        from pg_roles where rolname = current_user""")
    engine = engine_for(settings, role, pool_size=1)
    try:
        with PortalSession(engine) as session:
            name, free = session.execute(held).one()
    except (DBAPIError, psycopg.OperationalError) as problem:
        yield Finding(MEND, f"The {role} cannot come in: {first_line(problem)} Run `portal migrate`, which lets it in.")
        return
    finally:
        engine.dispose()
    setting = f"DATABASE_{role.upper()}_URL"
    if free:
        yield Finding(MEND, f"The {role} speaks as {name}, whom no lock holds. Give {setting} the role portal_{role}.")
    else:
        yield Finding(OK, f"The {role} speaks as {name}, which owns nothing.")


def second_lock(session: Session) -> Iterator[Finding]:
    """Every table has row-level security, and at least one policy."""
    open_ = session.scalars(
        text("""
        select relname from pg_class c where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
        and relname <> 'alembic_version'
        and not (relrowsecurity and exists (select from pg_policy where polrelid = c.oid)) order by relname""")
    ).all()
    if open_:
        yield Finding(MEND, f"These tables have no second lock: {some(open_)}. Restore it, or run `portal migrate`.")
    else:
        yield Finding(OK, "Every table has its second lock.")


def clocks(session: Session) -> Iterator[Finding]:
    """This machine and the database agree on the time."""
    theirs = session.scalars(text("select clock_timestamp()")).one()
    apart = abs((theirs - real_now()).total_seconds())
    if apart > CLOCKS:
        yield Finding(MEND, f"The database's clock is {apart:.0f} seconds off ours: codes would not fit. Set both.")
    else:
        yield Finding(OK, "The clocks agree.")


def keys(session: Session) -> Iterator[Finding]:
    """The oldest and the newest sealed field of each kind open, and the key that finds numbers is the right one."""
    shut: dict[str, str] = {}
    for table in metadata.sorted_tables:
        key = next(iter(table.primary_key.columns))
        for column in (column for column in table.columns if isinstance(column.type, Encrypted)):
            some_: Select[tuple[str]] = select(column).where(column.is_not(None)).limit(1)
            try:
                for order in (key, key.desc()):
                    session.scalar(some_.order_by(order))
            except KeysMissing as reason:
                shut[str(column)] = str(reason)
    if shut:
        yield Finding(MEND, f"Sealed fields do not open: {some([*shut])}. {next(iter(shut.values()))}.")
        return
    phone = session.scalar(select(Phone).order_by(Phone.id.desc()).limit(1))
    if phone and number_hash(phone.number) != phone.number_hash:
        yield Finding(MEND, "PORTAL_SEARCH_KEY is not the one that numbers were kept under. Put the old one back.")
    else:
        yield Finding(OK, "Sealed fields open, the oldest and the newest.")


def seniors(session: Session) -> Iterator[Finding]:
    """Somebody senior stands behind every organisation."""
    # one where nobody works, such as a police force that is only named, leads no family
    without = session.scalars(
        text("""
        select name from organisation o where senior_of(id) is null
        and (kind = 'borough' or exists (select from worker w where w.organisation_id = o.id)) order by name""")
    ).all()
    if without:
        yield Finding(LOOK, f"Nobody senior is known for: {some(without)}. Name them in organisations.csv and import.")
    else:
        yield Finding(OK, "Every organisation has somebody senior.")


def families(session: Session) -> Iterator[Finding]:
    """There is never nobody (M1). Asked only where an organisation has nobody senior: elsewhere somebody answers."""
    nobody = session.scalars(
        text("""
        with headless as (select id from organisation where senior_of(id) is null)
        select coalesce(f.source_ref, f.ref) from family f
        where (home_borough_id in (select id from headless)
            or exists (select from move m where m.family_id = f.id and m.from_borough_id in (select id from headless))
            or exists (select from involvement i join worker w on w.id = i.worker_id where i.family_id = f.id
                and i.is_lead and w.organisation_id in (select id from headless)))
        and (select worker_id from responsible(f.id)) is null order by f.id""")
    ).all()
    if nobody:
        count = f"{len(nobody)} families have" if len(nobody) > 1 else "One family has"
        yield Finding(MEND, f"{count} nobody who answers: {some(nobody)}. Name a senior manager, or a lead.")
    else:
        yield Finding(OK, "Somebody answers for every family.")


def duty(session: Session) -> Iterator[Finding]:
    """Somebody hears a call for help at any hour."""
    holes = [row.name for row in session.execute(without_rota())]
    if holes:
        yield Finding(LOOK, f"Nobody is on duty for: {some(holes)}. A manager makes a rota under Duty.")
    else:
        yield Finding(OK, "Every organisation has somebody on duty.")


def texts(session: Session) -> Iterator[Finding]:
    """Texts go out."""
    asked = select(text("*")).select_from(func.texts_waiting(clock.now()))
    waiting, oldest, today, since = session.execute(asked).one()
    if since:
        when = f"{clock.london(since):%Y-%m-%d %H:%M}"
        yield Finding(LOOK, f"All texts are stopped since {when}, and {waiting} wait. See `portal texts`.")
    elif oldest and clock.now() - oldest > timedelta(seconds=LATE):
        yield Finding(
            LOOK, f"{waiting} texts wait, the oldest since {oldest:%Y-%m-%d %H:%M}. Look at worker and provider."
        )
    else:
        yield Finding(OK, f"No text waits long. {today} went out today.")


def heartbeat(session: Session, settings: Settings) -> Iterator[Finding]:
    """A worker is at work: without one no text goes out."""
    last = session.scalar(text("select max(at) from heartbeat"))
    if last and real_now() - last < YOUNG:
        yield Finding(OK, "The worker is at work.")
    else:
        since = f"since {last:%Y-%m-%d %H:%M} UTC" if last else "yet"
        yield Finding(
            LOOK if settings.demo else MEND, f"No worker was heard of {since}: no text goes out. Start `portal worker`."
        )


def some(names: Sequence[str]) -> str:
    """The first few names."""
    more = len(names) - MOST
    return ", ".join(names[:MOST]) + (f" and {more} more" if more > 0 else "")


def first_line(problem: Exception) -> str:
    """What the driver says, in one line and with its full stop."""
    said = str(getattr(problem, "orig", problem)).strip().splitlines() or [type(problem).__name__]
    return said[0].rstrip(".") + "."

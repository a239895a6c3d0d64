"""The demo world in the database: filled once a day, emptied and filled again when the day or its files have changed.

The demo keeps nothing overnight: what visitors change in it is gone with the day, so that "today" is always true. It
never touches families that somebody else brought in.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, delete, or_, select, text, update
from sqlalchemy.orm import Session

from portal.access.models import Account
from portal.access.scope import Scope
from portal.demo import assessments, courses, dates, guidance, handovers, moves, plans, shifting, texting, words
from portal.demo.shifting import SAMPLE, WORLD
from portal.demo.who import SOURCE, actor_of, person, worker
from portal.foundation import clock
from portal.foundation.database import PortalSession, Speaker, speak_for
from portal.foundation.models import Timetable
from portal.imports.run import import_folder_into
from portal.involvement.models import Alert, Involvement
from portal.involvement.queries import open_family
from portal.organisations.models import Organisation, Worker
from portal.people.actions import SupporterInvitation, invite_supporter
from portal.people.models import Family
from portal.records.actions import record_opening

MARK = "demo world "
"""Begins the timetable's entry that says which world is in the database, and of which day."""

# everything that is about somebody refers to one of these in the end; the matrix of functions stays
EMPTY = "truncate organisation, worker, family, account, text_message, sign_in_code, attempt, change_follower cascade"


class NotOurs(RuntimeError):
    """There are families here that are not the demo's; the text says what to do."""


def version() -> str:
    """A name for what the demo's files hold, so that a changed file makes the world anew."""
    found = hashlib.sha256()
    for file in sorted([*SAMPLE.glob("*.csv"), *WORLD.glob("*.csv"), *Path(__file__).parent.glob("*.py")]):
        found.update(file.name.encode() + file.read_bytes())
    return MARK + found.hexdigest()[:12]


def stands(session: Session) -> bool:
    """Is today's world in the database, made from today's files?"""
    made = session.scalar(select(Timetable.last_run_at).where(Timetable.name == version()))
    return made is not None and clock.london(made).date() == clock.today()


def prepare(owner: Engine, *, fresh: bool = False) -> str | None:
    """See to it that today's world is there. Returns a sentence on what was done, or None when nothing was.

    Raises NotOurs when somebody else's families are there and `fresh` does not say to throw them away.
    """
    with PortalSession(owner) as session:
        empty = is_empty(session)
        if not fresh:
            if somebody_elses(session):
                raise NotOurs(
                    "There are records here that are not the demo's, so the demo world was left out. "
                    "`portal demo --fresh` throws away everything here and begins anew."
                )
            if stands(session):
                return None
        session.execute(text(EMPTY))
        session.execute(delete(Timetable).where(Timetable.name.startswith(MARK)))
        # from here on what comes in is ours; only the day is still to be written
        session.add(Timetable(name=version()))
        session.commit()
    fill(owner)
    if empty:
        return "The demo world is in place."
    return "The demo world was made anew, with today as its day. What was changed in it before is gone."


def holds_more(owner: Engine) -> bool:
    """Does this database hold anything that the demo did not bring?"""
    with PortalSession(owner) as session:
        return somebody_elses(session)


def is_empty(session: Session) -> bool:
    """Has nothing been brought in yet?"""
    return session.scalar(select(Organisation.id).limit(1)) is None


def somebody_elses(session: Session) -> bool:
    """Is there anything here that the demo did not bring?"""
    ours = session.scalar(select(Timetable.name).where(Timetable.name.startswith(MARK)).limit(1)) is not None
    if not ours:
        return not is_empty(session)
    refs = [row["ref"] for folder in (SAMPLE, WORLD) for row in shifting.rows(folder, "families.csv")]
    foreign = or_(Family.source.is_(None), Family.source != SOURCE, Family.source_ref.not_in(refs))
    return session.scalar(select(Family.id).where(foreign).limit(1)) is not None


def fill(owner: Engine) -> None:
    """Put the world into an empty database, as it is today. Its day is written last: without it, it is made again."""
    now = clock.now()
    today = now.date()
    with TemporaryDirectory(prefix="demo-world-") as folder:
        shifting.write_folder(Path(folder), today)
        import_folder_into(owner, Path(folder), source=SOURCE)
    with PortalSession(owner) as session:
        welcome_everybody_but_the_new(session)
        say_yes(session, today)
        let_rob_go(session, today)
        stand_by_the_talukdars(session)
        tell_the_manager_of_the_gap(session, today)
        plans.add(session, today)
        handovers.add(session, today)
        look_in(session, today)
        courses.add(session, today)
        guidance.add(session, today)
        dates.add(session, today)
        moves.add(session, today)
        assessments.add(session, today)
        texting.add(session, today)
        words.add(session, today)
        session.merge(Timetable(name=version(), last_run_at=now))
        session.commit()


def moment(written: str, today: date) -> datetime:
    """A moment of the world's files, moved with the rest."""
    return clock.london(datetime.fromisoformat(shifting.moved_day(written, today)))


def welcome_everybody_but_the_new(session: Session) -> None:
    """Everybody has been here before and answered the first questions, but for the family that has just come."""
    new = select(Family.id).where(Family.source_ref == "F2")
    before = clock.real_now() - timedelta(days=30)
    session.execute(
        update(Account)
        .where(or_(Account.family_id.is_(None), Account.family_id.not_in(new)))
        .values(invited_at=before, joined_at=before, welcomed_at=before)
    )


YES = {"W-KIN-SW2": "2019-07-08", "W-BRV-CH1": "2019-07-11"}
"""Who joins later and has said yes already, and when: a family hears of nobody before that."""


def say_yes(session: Session, today: date) -> None:
    """An import knows only when somebody starts, so it takes them to say yes on that day."""
    for ref, day in YES.items():
        joining = (Involvement.worker_id == worker(session, ref).id, Involvement.starts_on > today)
        session.execute(update(Involvement).where(*joining).values(accepted_on=moment(day, today).date()))


def let_rob_go(session: Session, today: date) -> None:
    """The Fenwicks' last lead has left the service, which no import file says."""
    session.execute(
        update(Worker).where(Worker.source_ref == "W-KIN-YS1").values(left_on=moment("2019-07-03", today).date())
    )


def stand_by_the_talukdars(session: Session) -> None:
    """Rukhsana invites her brother, as she would on her own page."""
    rukhsana = person(session, "P-RUKH")
    asked = SupporterInvitation(
        name="Shafiq Miah", who="my brother", number="+447700900404", sees_network=True, comes_to_conference=True
    )
    shafiq = invite_supporter(session, Scope(family_id=rukhsana.family_id, person_id=rukhsana.id), asked)
    assert shafiq is not None  # noqa: S101 - the family has just been made, so nobody of that name is there
    shafiq.source, shafiq.source_ref = SOURCE, "P-SHAFIQ"
    session.flush()


def tell_the_manager_of_the_gap(session: Session, today: date) -> None:
    """The morning after the Fenwicks' lead went, the manager who answers was told."""
    family = session.scalars(select(Family).where(Family.source_ref == "F5")).one()
    session.add(
        Alert(
            to_worker_id=worker(session, "W-KIN-YSM").id,
            family_id=family.id,
            about_worker_id=worker(session, "W-KIN-YS1").id,
            kind="no_lead",
            made_at=moment("2019-07-04T07:00", today),
        )
    )


def look_in(session: Session, today: date) -> None:
    """Professionals open the families as they would have, through the same doors: a closed one stays shut."""
    fixed = clock.fixed()
    try:
        for row in sorted(shifting.rows(WORLD, "looks.csv"), key=lambda row: row["at"]):
            who = worker(session, row["worker_ref"])
            clock.fix(moment(row["at"], today))
            # says the new time to the database too
            speak_for(session, Speaker(worker_id=who.id))
            opened = open_family(session, actor_of(who), row["family_ref"])
            assert opened is not None, row  # noqa: S101 - a line of ours that could never have happened
            record_opening(session, actor_of(who), opened, row["what"])
    finally:
        clock.fix(fixed)
        speak_for(session, Speaker())

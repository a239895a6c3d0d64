"""What the demo's own pages read: everybody one can be, and texts. Through the worker's role, as no real page may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from portal.access.models import Account
from portal.demo.people import HOUSEHOLDS, Household
from portal.foundation.database import PortalSession, begin, make_engine
from portal.foundation.roles import NAMES, engine_for
from portal.organisations.models import Organisation, Worker
from portal.people.models import Family, Person

MOST = 40  # families and organisations shown beyond the demo's own; an import may hold thousands


@dataclass(frozen=True)
class Entry:
    """One person or worker to be, as the demo's first page shows them."""

    ref: str
    name: str
    says: str


@dataclass(frozen=True)
class Group:
    """A family or an organisation, and who one can be there."""

    title: str
    says: str
    entries: list[Entry]


def reading(app: Flask) -> PortalSession:
    """A session as the worker's role, which reads every table. Its engine is made at the first need."""
    engine: Engine | None = app.extensions.get("demo_engine")
    if engine is None:
        settings, web = app.config["SETTINGS"], app.extensions["engine"]
        if settings.database_url is None:
            url = web.url.set(username=NAMES["worker"]).render_as_string(hide_password=False)
            engine = make_engine(url, pooler=settings.pooler, pool_size=1)
        else:
            engine = engine_for(settings, "worker", pool_size=1)
        app.extensions["demo_engine"] = engine
    session = PortalSession(engine)
    begin(session)
    return session


def account_of(session: Session, ref: str) -> int | None:
    """The account of the person or worker with this import reference: people first, the main sender first."""
    for model, column in ((Person, Account.person_id), (Worker, Account.worker_id)):
        rows = select(Account.id).join(model, model.id == column).where(model.source_ref == ref)
        found = session.scalar(
            rows.order_by(func.coalesce(model.source, "") != "main", model.source, model.id).limit(1)
        )
        if found is not None:
            return found
    return None


def everybody(session: Session) -> tuple[list[Group], list[Group]]:
    """Everyone one can be: the demo's own households with their sentences; and all others, by family and service."""
    people = {row.source_ref: row for row in session.execute(_people())}
    workers = {row.source_ref: row for row in session.execute(_workers())}
    groups = [group for household in HOUSEHOLDS if (group := _household(household, {*people, *workers})).entries]
    told = {entry.ref for group in groups for entry in group.entries}
    others: dict[str, list[Entry]] = {}
    for row in people.values():
        if row.source_ref not in told:
            others.setdefault(row.family, []).append(
                Entry(row.source_ref, row.name, _relation(row.relation, row.family))
            )
    families = len(others)
    for row in workers.values():
        if row.source_ref not in told and (families < MOST or row.organisation in others):
            others.setdefault(row.organisation, []).append(
                Entry(row.source_ref, row.name, f"{row.role}, {row.organisation}")
            )
    return groups, [Group(title, "", entries) for title, entries in others.items()]


def _household(household: Household, known: set[str]) -> Group:
    entries = [Entry(one.ref, one.name, _(one.says)) for one in household.people if one.ref in known]
    return Group(_(household.title), _(household.says), entries)


def _people() -> Select[*tuple[Any, ...]]:
    rows = select(Person.source_ref, Person.name, Person.relation, Family.name.label("family"))
    rows = rows.join(Family, Family.id == Person.family_id)
    within = select(Family.id).order_by(Family.id).limit(MOST).scalar_subquery()
    mine = Person.source_ref.is_not(None), Person.contact_limit != "no_contact", Family.id.in_(within)
    return rows.where(*mine).order_by(Person.source != "main", Family.id, Person.id)


def _workers() -> Select[*tuple[Any, ...]]:
    rows = select(Worker.source_ref, Worker.name, Worker.role, Organisation.name.label("organisation"))
    rows = rows.join(Organisation, Organisation.id == Worker.organisation_id)
    here = Worker.source_ref.is_not(None), Worker.left_on.is_(None)
    return rows.where(*here).order_by(Worker.source != "main", Organisation.id, Worker.id).limit(10 * MOST)


def _relation(relation: str, family: str) -> str:
    said = {
        "young_person": _("A young person."),
        "parent": _("A parent."),
        "carer": _("A carer."),
        "sibling": _("A brother or sister."),
        "supporter": _("Somebody the family invited."),
    }
    return said.get(relation, _("Somebody in the family."))

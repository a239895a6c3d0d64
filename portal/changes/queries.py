"""The recommendations, and what has been written about each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.actor import Actor
from portal.changes.models import ChangeNote
from portal.foundation.database import Row, gather
from portal.organisations.models import Organisation

TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"


@dataclass(frozen=True)
class Recommendation:
    """One of the fifteen, in plain words."""

    number: int
    for_whom: str
    said: str


@cache
def recommendations(language: str) -> Mapping[int, Recommendation]:
    """All fifteen by number, in English where the language has none (review 4.1.1 to 4.1.15)."""
    path = TRANSLATIONS / language.replace("-", "_") / "recommendations.toml"
    if not path.exists():
        path = TRANSLATIONS / "en" / "recommendations.toml"
    facts = tomllib.loads(path.read_text(encoding="utf-8"))
    return {int(number): Recommendation(int(number), one["for_whom"], one["said"]) for number, one in facts.items()}


def notes(session: Session) -> dict[int, list[Row]]:
    """What has been written about each recommendation, newest first."""
    rows = select(
        ChangeNote.ref,
        ChangeNote.recommendation,
        ChangeNote.organisation,
        ChangeNote.owner,
        ChangeNote.done,
        ChangeNote.evidence,
        ChangeNote.on_day,
        ChangeNote.state,
        ChangeNote.made_at,
    ).order_by(ChangeNote.on_day.desc(), ChangeNote.id.desc())
    found: dict[int, list[Row]] = {}
    for row in gather(session, notes=rows)["notes"]:
        found.setdefault(row["recommendation"], []).append(row)
    return found


def one(session: Session, actor: Actor, number: int) -> Recommendation | None:
    """The recommendation with this number, for somebody who writes about it."""
    return recommendations("en").get(number)


def place_of(session: Session, actor: Actor) -> Organisation:
    """The organisation for which this manager writes."""
    return session.get_one(Organisation, actor.organisation_id)

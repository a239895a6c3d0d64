"""How an offer stands; and an offer, a request or a decision that somebody has open, and who in the family reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func

from portal.access.scope import Scope
from portal.foundation.database import Row
from portal.involvement.queries import OpenFamily
from portal.offers.models import Offer

STILL_NEAR = timedelta(days=183)
"""For so long something serious brings back what was declined before it."""


def thing(of: Any = Offer) -> ColumnElement[str]:
    """What is offered, so that the same help under other words is the same."""
    return func.coalesce(of.thing, func.thing_of(of.what))


def response(scope: Scope, of: Any = Offer) -> ColumnElement[str]:
    """The answer as it stands today: one that is dated later has not been given yet."""
    return case((of.answered_on > scope.today, "no_answer"), else_=of.response)


def waits_for(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """The offers to this person which they have not answered and which are not too long ago."""
    near = Offer.offered_on > scope.today - STILL_NEAR
    return Offer.to_person_id == scope.person_id, response(scope) == "no_answer", near


def names_in(names: list[Row], circle_id: int) -> list[str]:
    """Who in the family is in this circle."""
    return [row["name"] for row in names if row["circle_id"] == circle_id]


@dataclass
class OneOffer:
    """One offer."""

    scope: Scope
    row: Row
    names: list[Row]
    readers: list[Row]
    opened: OpenFamily | None = None

    @property
    def family_id(self) -> int:
        return self.scope.family_id

    @property
    def mine_to_answer(self) -> bool:
        """Was it made to this family member, and is it open, or declined and so still theirs to take?"""
        return self.row.to_person_id == self.scope.person_id and self.row.response in ("no_answer", "declined")

    @property
    def reader_names(self) -> list[str]:
        return names_in(self.names, self.row.circle_id)

    @property
    def readers_inside(self) -> list[Row]:
        """Those of the family who see this offer, and so may have answered it."""
        inside = {row["person_id"] for row in self.names if row["circle_id"] == self.row.circle_id}
        return [row for row in self.readers if row["id"] in inside]


@dataclass
class OneRequest:
    """One request for help."""

    scope: Scope
    row: Row
    names: list[Row]
    opened: OpenFamily | None = None

    @property
    def family_id(self) -> int:
        return self.scope.family_id

    @property
    def is_open(self) -> bool:
        """Does it still wait for a yes or a no?"""
        return self.row.state in ("asked", "looking")

    @property
    def reader_names(self) -> list[str]:
        return names_in(self.names, self.row.circle_id)


@dataclass
class OneReview:
    """What a senior person is asked to decide, with all that was offered to whoever refused."""

    scope: Scope
    row: Row
    names: list[Row]
    offers: list[Row]
    opened: OpenFamily

    @property
    def family_id(self) -> int:
        return self.scope.family_id

    @property
    def refused(self) -> list[Row]:
        """The offers this person said no to and has not accepted since."""
        theirs = [row for row in self.offers if row.to_person_id == self.row.person_id]

        def accepted_since(no: Row) -> bool:
            return any(
                row.thing == no.thing and row.response == "accepted" and row.offered_on >= no.offered_on
                for row in theirs
            )

        return [row for row in theirs if row.response == "declined" and not accepted_since(row)]

    @property
    def reader_names(self) -> list[str]:
        return names_in(self.names, self.row.circle_id)

"""May this free time take the place of the time a date has now?"""

from __future__ import annotations

from portal.appointments.queries import OneDate
from portal.availability.conditions import Slot


def takes_the_place(date: OneDate, slot: Slot) -> Slot | None:
    """The free time as a family member may move this date to it; None when that would make it another meeting.

    What a family member booked moves to whatever is free, and so does a date whose worker will not be there. What a
    worker arranged keeps its way: a call stays a call, and a meeting stays where it is. A home visit with three others
    does not become half an hour on the phone because somebody tapped; they ask the worker instead.
    """
    own = any(change["what"] == "booked" and change["by_person_id"] for change in date.changes)
    if own or date.row["last"] == "worker_away":
        return slot
    if date.on_the_phone:
        return slot.on_the_phone() if slot.by_phone else None
    place = (date.row["place"] or "").casefold()
    return slot if slot.place is not None and slot.place.casefold() == place else None


def instead(date: OneDate, slots: list[Slot]) -> list[Slot]:
    """Of these free times, those to which this date may be moved."""
    return [kept for slot in slots if (kept := takes_the_place(date, slot))]

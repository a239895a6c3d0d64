"""Which times are free: worked out from a worker's week, what differs from it, and what is taken already."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from portal.foundation.clock import LONDON
from portal.foundation.working_days import is_bank_holiday
from portal.places.conditions import to_avoid

STEP = 15  # minutes: meetings begin at a quarter of an hour


@dataclass(frozen=True)
class Stretch:
    """A time from which to which a worker can be met, on a weekday or on some days."""

    starts: time
    ends: time
    place: str | None
    by_phone: bool
    weekday: int | None = None
    first: date | None = None
    last: date | None = None

    def is_on(self, day: date) -> bool:
        """Does it hold on this day? The usual week rests on bank holidays; a day that was added does not."""
        if self.weekday is not None:
            return day.weekday() == self.weekday and not is_bank_holiday(day)
        return self.first is not None and self.last is not None and self.first <= day <= self.last


@dataclass(frozen=True)
class Off:
    """Days, or hours of days, on which a worker is not there."""

    first: date
    last: date
    starts: time | None = None
    ends: time | None = None


@dataclass(frozen=True)
class OpenTimes:
    """Everything that decides when one worker can be met."""

    worker_id: int
    ref: str
    name: str
    role: str
    open: bool
    minutes: int
    gap: timedelta
    most: int | None
    notice: timedelta
    ahead: timedelta
    stretches: tuple[Stretch, ...]
    off: tuple[Off, ...]
    busy: tuple[tuple[datetime, datetime, datetime], ...]
    last_day: date | None
    """After it they no longer work here, or not with this family."""

    def away(self, day: date) -> bool:
        """Is the worker not there on this whole day?"""
        gone = self.last_day is not None and day > self.last_day
        return gone or any(off.starts is None and off.first <= day <= off.last for off in self.off)

    def full(self, day: date) -> bool:
        """Has this day as many meetings as the worker can take?"""
        return self.most is not None and sum(begins.date() == day for begins, *_ in self.busy) >= self.most


@dataclass(frozen=True)
class Slot:
    """A time that somebody can take."""

    worker_id: int
    worker_ref: str
    worker: str
    starts_at: datetime
    minutes: int
    place: str | None
    """Absent: by phone."""
    by_phone: bool
    """It can be by phone, as well or only."""
    way: timedelta
    """Kept free after it when it is in person."""

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    def on_the_phone(self) -> Slot:
        """The same time without a way to go."""
        return replace(self, place=None)


def slots(
    times: OpenTimes, now: datetime, first: date, last: date, avoid: Collection[str] = (), *, phone_only: bool = False
) -> Iterator[Slot]:
    """The free times from day to day, in order, none overlapping another."""
    day = max(first, now.date())
    last = min(last, (now + times.ahead).date())
    while day <= last:
        found: dict[datetime, Slot] = {}
        for stretch in times.stretches if times.open and not times.full(day) else ():
            if stretch.is_on(day):
                for slot in _of_stretch(times, now, day, stretch, avoid, phone_only):
                    found.setdefault(slot.starts_at, slot)
        until = None
        for starts_at in sorted(found):
            if until is None or starts_at >= until:
                yield found[starts_at]
                until = found[starts_at].ends_at
        day += timedelta(days=1)


def _of_stretch(
    times: OpenTimes, now: datetime, day: date, stretch: Stretch, avoid: Collection[str], phone_only: bool
) -> Iterator[Slot]:
    ends = datetime.combine(day, stretch.ends, LONDON)
    begins = datetime.combine(day, stretch.starts, LONDON)
    while begins + timedelta(minutes=times.minutes) <= ends:
        slot = _slot(times, begins, stretch, avoid, phone_only)
        if slot and is_free(times, now, slot):
            yield slot
            begins = slot.ends_at + (times.gap if slot.place else timedelta())
        else:
            begins += timedelta(minutes=STEP)
        if rest := (begins.minute % STEP):
            begins += timedelta(minutes=STEP - rest)


def _slot(
    times: OpenTimes, begins: datetime, stretch: Stretch, avoid: Collection[str], phone_only: bool
) -> Slot | None:
    place = None if phone_only or to_avoid(stretch.place, avoid) else stretch.place
    if place is None and not stretch.by_phone:
        return None
    return Slot(times.worker_id, times.ref, times.name, begins, times.minutes, place, stretch.by_phone, times.gap)


def is_free(times: OpenTimes, now: datetime, slot: Slot) -> bool:
    """Is this time neither taken nor too soon, and the worker there?"""
    day = slot.starts_at.date()
    if slot.starts_at < now + times.notice or times.away(day) or times.full(day):
        return False
    until = slot.ends_at + (slot.way if slot.place else timedelta())
    # the way to a place is as long before a meeting there as after it, whatever the worker does on either side
    since = slot.starts_at - (slot.way if slot.place else timedelta())
    for begins, ends, over in times.busy:
        if (slot.starts_at < ends or since < over) and begins < until:
            return False
    return not any(
        off.first <= day <= off.last and slot.starts_at.time() < off.ends and off.starts < slot.ends_at.time()
        for off in times.off
        if off.starts is not None and off.ends is not None
    )


def the_slot(
    times: OpenTimes, now: datetime, starts_at: datetime, avoid: Collection[str], *, by_phone: bool
) -> Slot | None:
    """The time that begins then, if it can still be taken, in this way; whichever others are taken meanwhile."""
    day = starts_at.date()
    if not times.open or starts_at > now + times.ahead + timedelta(days=1):
        return None
    for stretch in times.stretches:
        inside = stretch.is_on(day) and stretch.starts <= starts_at.time()
        if inside and starts_at + timedelta(minutes=times.minutes) <= datetime.combine(day, stretch.ends, LONDON):
            slot = _slot(times, starts_at, stretch, avoid, by_phone)
            if slot and is_free(times, now, slot):
                return slot
    return None

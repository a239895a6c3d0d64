"""Random worlds from a seed, full of what goes wrong at the edges: first and last days, gaps, limits, overlaps."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any

from portal.foundation.clock import london
from tests.who_sees_what import crossing, telling, texting
from tests.who_sees_what.model import (
    Circle,
    Delay,
    Family,
    Involvement,
    Look,
    Marked,
    Move,
    Organisation,
    Person,
    Supporter,
    Urgent,
    Worker,
    World,
    Written,
)
from tests.who_sees_what.oracle import SECTIONS

SERVICES = ("youth_justice", "youth_support", "charity", "school", "health", "housing")
FUNCTIONS = ("social_work", "youth_justice", "youth_support", "mentor", "school", "health", "housing", "police_liaison")
LEADING = ("social_work", "youth_justice", "youth_support")
BOROUGHS = ("Quillmoor", "Zarn Vale", "Ostrabeck and Wyke", "Pellowick", "Tamberly", "Royal Borough of Nyssing")
FIRST, LAST = (
    ("Ada", "Ben", "Cem", "Dot", "Eli", "Fay", "Gus", "Hal", "Ivy", "Jon"),
    ("Abel", "Bond", "Cole", "Dunn", "Eads"),
)
DAYS = (-400, -90, -7, -2, -1, 0, 1, 2, 30)
"""Days from the world's day at which things are dated: mostly its edges."""


class Maker:
    """Draws one world. `base` is where its ids begin, so that many worlds fit into one database."""

    def __init__(self, seed: int, base: int, matrix: dict[str, set[str]]) -> None:
        self.draw = Random(seed)
        self.ids = count(base)
        self.more, self.more_ids = Random(seed + 1_000_003), count(base + 50_000)
        day = date(2019, 1, 1) + timedelta(days=self.draw.randrange(365))
        # near midnight on a London clock the day in UTC is another one
        hour = self.draw.choice((time(0, 20), time(9, 0), time(15, 30), time(23, 40)))
        self.world = World(seed, london(datetime.combine(day, hour)), matrix=matrix)

    def near(self, *more: int) -> date:
        return self.world.day + timedelta(days=self.draw.choice(DAYS + more))

    def moment(self) -> datetime:
        if self.draw.random() < 0.3:
            return self.world.now + timedelta(minutes=self.draw.choice((-1, 0, 1)))
        return london(datetime.combine(self.near(), self.draw.choice((time(0, 5), time(12, 0), time(23, 55)))))

    def maybe(self, chance: float) -> bool:
        return self.draw.random() < chance

    def make(self) -> World:
        self.services()
        for _ in range(self.draw.randint(3, 5)):
            self.family()
        texting.draw(self)
        return self.world

    # --- services

    def services(self) -> None:
        world, draw = self.world, self.draw
        boroughs = draw.sample(BOROUGHS, 3)
        places: list[Organisation] = []
        for name in boroughs:
            borough = Organisation(next(self.ids), f"{name} children's services", "borough", None, None, self.number())
            places.append(borough)
            for kind in draw.sample(SERVICES, draw.randint(1, 3)):
                places.append(
                    Organisation(
                        next(self.ids), f"{name} {kind.replace('_', ' ')}", kind, borough.id, None, self.number()
                    )
                )
        places.append(Organisation(next(self.ids), "Police liaison", "police", None, None, self.number()))
        world.organisations = {place.id: place for place in places}
        for place in places:
            for _ in range(draw.randint(1, 3)):
                self.worker(place)
        for place in places:
            if self.maybe(0.6):
                # of their own, of their borough, or of somewhere else: some are senior manager of several
                nearby = [
                    worker
                    for worker in world.workers.values()
                    if worker.manager and (worker.organisation in (place.id, place.borough) or self.maybe(0.2))
                ]
                if nearby:
                    senior = draw.choice(nearby).id
                    world.organisations[place.id] = Organisation(
                        place.id, place.name, place.kind, place.borough, senior, place.phone
                    )

    def number(self) -> str:
        return f"020 7946 0{self.draw.randrange(1000):03}"

    def worker(self, place: Organisation) -> None:
        draw, everyone = self.draw, sorted(self.world.workers)
        away = self.near() if self.maybe(0.4) else None
        identity = next(self.ids)
        self.world.workers[identity] = Worker(
            identity,
            f"{draw.choice(FIRST)} {draw.choice(LAST)}",
            place.id,
            self.maybe(0.45),
            draw.choice(everyone) if everyone and self.maybe(0.5) else None,
            draw.choice(everyone) if everyone and self.maybe(0.6) else None,
            away,
            away and away + timedelta(days=draw.choice((0, 1, 2, 100))),
            self.near() if self.maybe(0.1) else None,
            self.number(),
        )

    # --- families

    def family(self) -> None:
        world, draw = self.world, self.draw
        boroughs = [place for place in world.organisations.values() if place.kind == "borough"]
        family = Family(next(self.ids), draw.choice(boroughs).id)
        world.families[family.id] = family
        members = [self.person(family, relation) for relation in ("young_person", "parent", "parent", "sibling")]
        for _ in range(draw.randint(0, 2)):
            friend = self.person(family, "supporter")
            members_who_may = [person.id for person in members if person.limit == "none"]
            world.supporters[friend.id] = Supporter(
                friend.id, family.id, draw.choice(members_who_may or [members[0].id]), self.maybe(0.5), self.maybe(0.25)
            )
        circles = self.circles(family)
        self.leads(family)
        for _ in range(draw.randint(1, 4)):
            self.involvement(
                family, draw.choice(sorted(world.workers)), draw.choice(FUNCTIONS), False, self.near(), self.ending()
            )
        for _ in range(draw.randint(0, 2)):
            self.urgent(family.id)
        if self.maybe(0.3):
            self.urgent(None)
        self.moves(family, boroughs, circles)
        self.writings(family, members, boroughs, circles)
        self.places(family, members)
        self.looks(family, circles)

    def person(self, family: Family, relation: str) -> Person:
        limit = "none"
        if relation != "young_person":
            limit = self.draw.choices(("none", "no_address", "no_contact"), (6, 3, 1))[0]
        person = Person(
            next(self.ids),
            family.id,
            f"{self.draw.choice(FIRST)} {self.draw.choice(LAST)}",
            relation,
            limit,
            self.maybe(0.3),
        )
        self.world.people[person.id] = person
        return person

    def circles(self, family: Family) -> list[Circle]:
        """The whole family, nobody (professionals only), and some chosen ones; now and then with a supporter."""
        world, draw = self.world, self.draw
        mine = [person for person in world.people.values() if person.family == family.id]
        members = frozenset(person.id for person in mine if person.relation != "supporter")
        found = {"family": members, "": frozenset[int]()}
        for _ in range(3):
            chosen = draw.sample(sorted(members), draw.randint(1, 3))
            if self.maybe(0.15):
                chosen += [person.id for person in mine if person.relation == "supporter"][:1]
            found[",".join(map(str, sorted(chosen)))] = frozenset(chosen)
        made = [Circle(next(self.ids), family.id, people, key) for key, people in found.items()]
        world.circles |= {circle.id: circle for circle in made}
        return made

    def ending(self) -> date | None:
        return self.near(60, 200) if self.maybe(0.6) else None

    def involvement(
        self, family: Family, worker: int, function: str, lead: bool, starts: date, ends: date | None
    ) -> None:
        if ends is not None and ends < starts:
            starts, ends = ends, starts
        taken = {(i.family, i.worker, i.function, i.starts) for i in self.world.involvements}
        if (family.id, worker, function, starts) in taken:
            return
        accepted = self.draw.choice((None, starts, starts, starts, self.near()))
        self.world.involvements.append(
            Involvement(
                next(self.ids),
                family.id,
                worker,
                function,
                lead,
                starts,
                ends,
                accepted,
                ends is not None and lead and self.maybe(0.3),
            )
        )

    def leads(self, family: Family) -> None:
        """One after the other, with gaps and without, never two at once; or nobody yet."""
        day = self.world.day - timedelta(days=self.draw.choice((500, 40, 3, 1, 0, -1)))
        for _ in range(self.draw.randint(0, 4)):
            length = self.draw.choice((0, 1, 2, 30, 200))
            last = None if self.maybe(0.3) else day + timedelta(days=length)
            self.involvement(
                family, self.draw.choice(sorted(self.world.workers)), self.draw.choice(LEADING), True, day, last
            )
            if last is None:
                return
            day = last + timedelta(days=self.draw.choice((1, 1, 2, 20)))

    def urgent(self, family: int | None) -> None:
        self.world.urgents.append(
            Urgent(
                next(self.ids),
                family,
                self.draw.choice(sorted(self.world.workers)),
                self.draw.choice(("duty", "break_glass")),
                self.moment(),
                self.maybe(0.6),
            )
        )

    # --- what is written

    def moves(self, family: Family, boroughs: list[Organisation], circles: list[Circle]) -> None:
        for _ in range(self.draw.choice((0, 0, 1, 2))):
            left, went_to = self.draw.sample(boroughs, 2)
            if self.maybe(0.7):
                went_to = self.world.organisations[family.home]
            if left.id == went_to.id:
                continue
            moved = self.near() if self.maybe(0.8) else None
            self.world.moves.append(
                Move(next(self.ids), family.id, self.draw.choice(circles).id, left.id, went_to.id, self.near(), moved)
            )

    def writings(
        self, family: Family, members: list[Person], boroughs: list[Organisation], circles: list[Circle]
    ) -> None:
        world, draw = self.world, self.draw

        def write(kind: str, since: Any, **more: Any) -> Written:
            row = Written(
                kind,
                next(self.ids),
                family.id,
                draw.choice(circles).id,
                since,
                worker=more.pop("worker", draw.choice(sorted(world.workers))),
                **more,
            )
            world.written.append(row)
            return row

        for _ in range(draw.randint(3, 6)):
            write("step", self.near())
        for _ in range(draw.randint(2, 4)):
            made = write("appointment", self.near() if self.maybe(0.6) else None)
            if self.maybe(0.8):
                world.written.append(Written("appointment_place", made.id, family.id, made.circle, made.since))
            for person in draw.sample(members, draw.randint(0, 2)):
                world.written.append(
                    Written("appointment_person", made.id, family.id, made.circle, made.since, person=person.id)
                )
            for _ in range(draw.randint(0, 2)):
                world.written.append(
                    Written("appointment_change", next(self.ids), family.id, made.circle, self.moment(), about=made.id)
                )
        for _ in range(draw.randint(3, 6)):
            by = {"worker": None, "person": draw.choice(members).id} if self.maybe(0.3) else {}
            said = by | {"section": draw.choice(sorted(SECTIONS)), "about": members[0].id}
            newer = write("statement", self.near(), organisation=draw.choice(sorted(world.organisations)), **said)
            if self.maybe(0.3):
                write("statement", self.near(), replaced_by=newer.id, replaced_on=newer.since, **said)
            for kind in ("statement_check", "statement_removal"):
                if self.maybe(0.3):
                    by_worker = draw.choice(sorted(world.workers))
                    world.written.append(
                        Written(
                            kind,
                            next(self.ids),
                            family.id,
                            newer.circle,
                            self.near(),
                            by_worker,
                            about=newer.id,
                            section=newer.section,
                        )
                    )
        for kind in ("asked_again", "statutory_entry", "kept_elsewhere"):
            section = draw.choice(sorted(SECTIONS))
            write(kind, self.near(), section=section, about=members[0].id, organisation=boroughs[0].id)
        for _ in range(2):
            write("offer", self.near(), person=draw.choice(members).id)
            write("link", None, person=members[0].id, borough=draw.choice(boroughs).id)
            write("moment", None, person=members[0].id)
            asked = draw.choice(sorted(world.workers))
            write("context_question", self.near(), person=members[0].id, about=asked, borough=draw.choice(boroughs).id)
        mine = [part for part in world.involvements if part.family == family.id]
        for part in draw.sample(mine, min(len(mine), 2)):
            other = draw.choice([one for one in sorted(world.workers) if one != part.worker])
            said = {"worker": part.worker, "other": other, "about": part.id}
            write(
                "handover",
                self.moment(),
                section=part.function,
                answered=self.near() if self.maybe(0.7) else None,
                **said,
            )
            write("ending", self.moment(), answered=self.moment() if self.maybe(0.7) else None, **said)
        for _ in range(draw.randint(2, 4)):
            update = write("family_update", self.moment())
            for person in draw.sample(members, draw.randint(0, 2)):
                world.written.append(
                    Written("update_read", update.id, family.id, update.circle, update.since, person=person.id)
                )
            for _ in range(draw.randint(0, 2)):
                alone = self.maybe(0.5)
                write("update_reply", self.moment(), about=update.id, person=draw.choice(members).id, alone=alone)
        for _ in range(draw.randint(1, 3)):
            back, whole = self.near() if self.maybe(0.6) else None, self.maybe(0.5)
            met = write("meeting", self.moment(), held_back=back, whole=whole)
            if self.maybe(0.7):
                world.written.append(
                    Written(
                        "meeting_decision", met.id, family.id, met.circle, met.since, met.worker, held_back=back,
                        replaced_by=None, about=met.id, whole=whole,
                    )
                )  # fmt: skip
            write(
                "protection", self.moment(), person=members[0].id, section=draw.choice(("order", "housing", "worker"))
            )
            write("checkin", self.moment(), person=draw.choice(members).id, alone=True)
        for _ in range(draw.randint(2, 4)):
            write("question", self.moment(), person=draw.choice(members).id)
        for kind in ("text_message", "inbound_text"):
            to = members[-1].id
            world.written.append(Written(kind, next(self.ids), family.id, circles[0].id, None, person=to))
        crossing.draw(self, family.id, members[0].id, write)
        self.help_and_safety(family, members, circles)
        telling.draw(self, family.id)

    def help_and_safety(self, family: Family, members: list[Person], circles: list[Circle]) -> None:
        """Drawn and numbered apart, so that the rest of a seed's world stays what it was."""
        world, whole = self.world, (self.draw, self.ids)
        self.draw, self.ids = self.more, self.more_ids
        steps = [row.id for row in world.written if row.kind == "step" and row.family == family.id]

        def write(kind: str, since: Any, **more: Any) -> Written:
            worker, circle = self.draw.choice(sorted(world.workers)), more.pop("circle", self.draw.choice(circles).id)
            world.written.append(Written(kind, next(self.ids), family.id, circle, since, worker=worker, **more))
            return world.written[-1]

        for _ in range(2):
            write("goal", self.near())
            write("help_request", self.moment(), person=self.draw.choice(members).id)
            write("refusal_review", self.near(), person=self.draw.choice(members).id)
            write("step_event", self.moment(), about=self.draw.choice(steps))
            safe = write("safety_plan", self.moment())
            write("safety_line", None, circle=safe.circle, person=members[0].id, about=safe.id)
        write("mentor_wish", self.moment(), person=members[0].id)
        self.draw, self.ids = whole

    def places(self, family: Family, members: list[Person]) -> None:
        """Places that are not safe, marked by whom they are about or by a worker."""
        for _ in range(self.draw.randint(0, 3)):
            own = self.maybe(0.5)
            worker = None if own else self.draw.choice(sorted(self.world.workers))
            self.world.marked.append(Marked(next(self.ids), family.id, self.draw.choice(members).id, own, worker))

    def looks(self, family: Family, circles: list[Circle]) -> None:
        draw, staff = self.draw, sorted(self.world.workers)
        lookers = draw.sample(staff, 3)
        police = [
            w.id for w in self.world.workers.values() if self.world.organisations[w.organisation].kind == "police"
        ]
        for _ in range(draw.randint(3, 7)):
            shown = frozenset(circle.id for circle in draw.sample(circles, draw.randint(0, 3)))
            self.world.looks.append(
                Look(next(self.ids), family.id, draw.choice([*lookers, *police]), self.moment(), shown)
            )
        if self.maybe(0.5):
            self.world.delays.append(
                Delay(next(self.ids), family.id, draw.choice(lookers), draw.choice(staff), self.near())
            )


def make_world(seed: int, base: int, matrix: dict[str, set[str]]) -> World:
    """The world of this seed: the same each time."""
    return Maker(seed, base, matrix).make()

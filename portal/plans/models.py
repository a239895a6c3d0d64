"""Goals, the steps toward them with their history, and plans to start from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Imported, Keyed, once_per_source
from portal.foundation.fields import Encrypted

STATUSES = ("todo", "doing", "done", "stopped")
EVENTS = ("made", "begun", "moved", "done", "reopened", "handed_on", "stopped", "changed", "not_working")


class Goal(Keyed, Base):
    """What the family works for, in their own words as they stand now.

    Steps carry the words under which they were written down (`Step.goal`, an import knows nothing else); a goal that
    was worded anew is found by those first words. So rewording changes no step, and whoever may not read the new words
    goes on reading the old ones.
    """

    __tablename__ = "goal"
    __table_args__ = (
        CheckConstraint("num_nonnulls(by_person_id, by_worker_id) = 1", name="one_writer"),
        Index("ix_goal_family_id_first_words", "family_id", "first_words"),
    )
    kind = "plan"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    first_words: Mapped[str]
    text: Mapped[str]
    made_on: Mapped[date]
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    """Who worded it as it stands now."""
    version: Mapped[int] = mapped_column(default=1, server_default=sql("1"))


class Step(Keyed, Imported, Base):
    """One step toward a goal, with one owner: a family member or a professional. Without one: nobody yet."""

    __tablename__ = "step"
    __table_args__ = (
        once_per_source(),
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint("num_nonnulls(owner_person_id, owner_worker_id) <= 1", name="one_owner"),
        CheckConstraint("num_nonnulls(made_by_person_id, made_by_worker_id) <= 1", name="one_maker"),
        Index("ix_step_family_id_due", "family_id", "due"),
    )
    kind = "plan"

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    goal: Mapped[str]
    """The goal's first words; how it is worded now stands in `goal`."""
    text: Mapped[str]
    why: Mapped[str | None]
    """Why it matters."""
    owner_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    owner_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"), index=True)
    made_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_by_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    """Who put it on the plan; both absent: it came with an import, and its owner promised it."""
    promised_on: Mapped[date]
    due: Mapped[date]
    status: Mapped[str] = mapped_column(default="todo")
    done_on: Mapped[date | None]
    """A step with a later day here is not done yet."""
    version: Mapped[int] = mapped_column(default=1, server_default=sql("1"))
    """One more with each change: who saves over an older one is told."""


class StepEvent(Keyed, Base):
    """Something that happened to a step: made, begun, put off, handed on, done, stopped, or said not to work."""

    __tablename__ = "step_event"
    __table_args__ = (
        CheckConstraint(f"what in {EVENTS}", name="what"),
        CheckConstraint("num_nonnulls(by_person_id, by_worker_id) = 1", name="one_writer"),
        CheckConstraint("num_nonnulls(to_person_id, to_worker_id) <= 1", name="one_receiver"),
    )
    kind = "plan"

    step_id: Mapped[int] = mapped_column(ForeignKey("step.id", ondelete="CASCADE"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id"), index=True)
    """The step's, or fewer: whom the writer chose."""
    at: Mapped[datetime]
    what: Mapped[str]
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    words: Mapped[str | None] = mapped_column(Encrypted("step_event.words"))
    due_before: Mapped[date | None]
    due_after: Mapped[date | None]
    to_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    to_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))


@dataclass(frozen=True)
class Start:
    """A plan to start from: one goal and a few steps, each with who and within how many days."""

    name: str
    title: Any
    goal: Any
    steps: tuple[tuple[Any, str, int], ...]
    """What, who (worker, young_person or parent), and how many days from today."""

    @property
    def days(self) -> int:
        """In how many days it ends."""
        return max(days for _text, _who, days in self.steps)


STARTS = (
    Start(
        "safe-this-week",
        _l("After something serious: the first week"),
        _l("We are safe this week"),
        (
            (_l("Talk with each of you, alone, about what would help"), "worker", 1),
            (_l("Write down together what each of us does to stay safe"), "worker", 2),
            (_l("Say who can be called at night"), "worker", 2),
            (_l("Tell one adult I trust where I am going"), "young_person", 7),
            (_l("Look together at what has changed"), "worker", 7),
        ),
    ),
    Start(
        "back-to-learning",
        _l("Out of school: back to learning"),
        _l("Learning again"),
        (
            (_l("Ask which school or college can take me, and by when"), "worker", 7),
            (_l("Visit one place together"), "worker", 21),
            (_l("Say what I would like to learn"), "young_person", 10),
            (_l("Agree on the first day"), "worker", 28),
        ),
    ),
    Start(
        "somebody-to-trust",
        _l("Somebody to trust: a mentor"),
        _l("I have someone I trust"),
        (
            (_l("Say what matters to me in a mentor"), "young_person", 7),
            (_l("Find who fits, and say so"), "worker", 14),
            (_l("Meet the first time, with somebody I know"), "worker", 21),
        ),
    ),
    Start(
        "a-new-home",
        _l("A new home after a move"),
        _l("We have settled in"),
        (
            (_l("Say who pays which rent, and until when"), "worker", 7),
            (_l("Find a doctor near the new home"), "parent", 21),
            (_l("Ask the old area to hand over what they know"), "worker", 7),
            (_l("Meet the new workers together with the old ones"), "worker", 14),
        ),
    ),
)
"""A small set of our own; each step is changed or left out before it is saved."""

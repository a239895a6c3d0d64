"""The forms of the plan: a step, a goal, a few words with those who will read them. They parse; the actions decide."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.foundation import clock
from portal.foundation.database import Row
from portal.foundation.forms import DateField, RadioField, SelectField, filled
from portal.foundation.language import say_day
from portal.people.forms import ReadersField
from portal.plans.actions import NOBODY, Owner, Wanted
from portal.plans.conditions import Group, OneGoal

TOO_LONG = _l("That is too long. Use 300 letters or fewer.")
TOO_MANY_WORDS = _l("That is too long. Use 2,000 letters or fewer.")
AHEAD = timedelta(days=731)
NEW = "new"


def not_past(form: FlaskForm, field: DateField) -> None:
    """A promise is for a day that is still to come."""
    if field.data and field.data < clock.today():
        raise ValidationError(_("That day has gone. Choose today or a day that is still to come."))
    if field.data and field.data > clock.today() + AHEAD:
        raise ValidationError(_("That is more than two years away. Check the year."))


class VersionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form that says which version of a step it was filled in for."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """The version on the page as it was opened; 0, which is none, when somebody altered it."""
        digits = self.version.data or ""
        return int(digits) if digits.isdecimal() and len(digits) < 10 else 0


Owners = list[tuple[str, str, Owner]]
"""Who can do a step: what the form sends, what the page says, and who that is."""


class OwnerField(RadioField):
    """Who does it: a name among those who can, or nobody yet."""

    def offer(self, owners: Owners) -> None:
        """Let these be chosen: value, label, owner."""
        self.owners = {value: owner for value, _label, owner in owners}
        self.choices = [(value, label) for value, label, _owner in owners]

    @property
    def owner(self) -> Owner:
        """Whom the form names."""
        return self.owners.get(self.data or "", NOBODY)

    def named(self, person_id: int | None, worker_id: int | None) -> str:
        """The value that stands for this owner; for one who can no longer be chosen, nobody's."""
        wanted = Owner(person_id, worker_id)
        return next((value for value, owner in self.owners.items() if owner == wanted), "nobody")


def owners_for_worker(workers: list[Row], people: list[Row], me: int | None) -> Owners:
    """Whom a worker can give a step: themselves first, colleagues, the family."""
    first = sorted(workers, key=lambda worker: worker.id != me)
    found = [
        (
            f"w-{worker.ref}",
            _("You") if worker.id == me else _("%(name)s, %(role)s", name=worker.name, role=worker.role),
            Owner(worker_id=worker.id),
        )
        for worker in first
    ]
    found += [(f"p-{person.ref}", person.name, Owner(person_id=person.id)) for person in people]
    return [*found, ("nobody", _("Nobody yet"), NOBODY)]


def owners_for_family(people: list[Row], me: int | None) -> Owners:
    """Who in the family does a step they add: the writer, somebody else, or nobody yet."""
    first = sorted(people, key=lambda person: person.id != me)
    found = [
        (f"p-{person.ref}", _("I do it") if person.id == me else person.name, Owner(person_id=person.id))
        for person in first
    ]
    return [*found, ("nobody", _("We need somebody to do it"), NOBODY)]


class StepForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A new step."""

    goal = SelectField(_l("For which goal?"), validate_choice=False)
    new_goal = StringField(
        _l("Or a new goal, in the family's words"),
        [Length(max=300, message=TOO_LONG)],
        description=_l("Such as: Leo is learning again"),
    )
    text = StringField(
        _l("What will be done?"), [DataRequired(_l("Write what will be done.")), Length(max=300, message=TOO_LONG)]
    )
    why = StringField(_l("Why does it matter? (if you like)"), [Length(max=300, message=TOO_LONG)])
    owner = OwnerField(_l("Who does it?"), [DataRequired(_l("Choose who does it."))])
    due = DateField(_l("By when?"), [InputRequired(_l("Add a day.")), not_past])
    readers = ReadersField()

    def offer(self, groups: list[Group]) -> None:
        """The goals one can choose."""
        self.groups = {group.ref: group for group in groups}
        self.goal.choices = [(group.ref, group.words) for group in groups] + [(NEW, _("A new goal"))]

    def validate_new_goal(self, field: StringField) -> None:
        """One of the two ways to say what it is for."""
        if self.goal.data not in self.groups and not (field.data or "").strip():
            raise ValidationError(_("Choose a goal, or write a new one."))

    @property
    def first_words(self) -> str:
        """The words the step is kept under."""
        written = (self.new_goal.data or "").strip()
        return written or self.groups[self.goal.data].first_words

    def wanted(self) -> Wanted:
        """What was filled in."""
        return Wanted(filled(self.text), filled(self.due), self.first_words, filled(self.why) or None, self.owner.owner)


class ChangeForm(VersionForm):
    """A step as it should be from now on."""

    text = StringField(
        _l("What will be done?"), [DataRequired(_l("Write what will be done.")), Length(max=300, message=TOO_LONG)]
    )
    why = StringField(_l("Why does it matter? (if you like)"), [Length(max=300, message=TOO_LONG)])
    owner = OwnerField(_l("Who does it?"), [DataRequired(_l("Choose who does it."))])
    due = DateField(_l("By when?"), [InputRequired(_l("Add a day."))])
    reason = StringField(
        _l("If the day changes: why?"),
        [Length(max=300, message=TOO_LONG)],
        description=_l("The family reads this beside the new day."),
    )

    def stands(self, row: Row) -> None:
        """Remember how the step stands, to know what changes."""
        self.was = row.due

    def validate_due(self, field: DateField) -> None:
        """A day that has gone may stay as it is, and not be chosen."""
        if field.data and field.data != self.was:
            not_past(self, field)

    def validate_reason(self, field: StringField) -> None:
        """Putting a promise off takes a reason."""
        later = self.due.data and self.due.data > self.was
        if later and not (field.data or "").strip():
            raise ValidationError(_("Say why it takes longer. The family reads it."))

    def wanted(self) -> Wanted:
        """What was filled in."""
        return Wanted(filled(self.text), filled(self.due), "", filled(self.why) or None, self.owner.owner)


class StopForm(VersionForm):
    """Why nobody goes on with a step."""

    why = TextAreaField(
        _l("Why does it stop?"), [DataRequired(_l("Say why.")), Length(max=2000, message=TOO_MANY_WORDS)]
    )


class GoalForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A goal, new or in other words."""

    words = StringField(
        _l("The goal, in your own words"), [DataRequired(_l("Write the goal.")), Length(max=300, message=TOO_LONG)]
    )
    readers = ReadersField()
    seen = HiddenField()

    def is_newer(self, goal: OneGoal) -> bool:
        """Somebody put it into other words since the page was opened, and not into these: they are shown first. What
        was typed stays, and saved again it stands in the place of theirs."""
        newer = self.seen.data != goal.mark and filled(self.words) != goal.words
        self.seen.data = goal.mark
        return newer


class SayForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A few words about a step, and who in the family reads them."""

    words = TextAreaField(
        _l("Your words"), [DataRequired(_l("Write a few words.")), Length(max=2000, message=TOO_MANY_WORDS)]
    )
    readers = ReadersField()


class StartStepForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One step of a plan to start from."""

    class Meta:
        csrf = False

    take = BooleanField(_l("Take this step"))
    text = StringField(_l("What will be done?"), [Length(max=300, message=TOO_LONG)])
    owner = SelectField(_l("Who does it?"))
    days = SelectField(_l("By when?"))

    def offer(self, owners: Owners) -> None:
        """Who can do it, and by when."""
        self.owners = {value: owner for value, _label, owner in owners}
        self.owner.choices = [(value, label) for value, label, _owner in owners]
        self.days.choices = [(str(days), say_day(step_in(days), weekday=True)) for days in DAYS]

    @property
    def chosen(self) -> Owner:
        """Who does it."""
        return self.owners.get(self.owner.data or "", NOBODY)

    def wanted(self, goal: str) -> Wanted:
        """What was filled in; the last day there is when somebody altered the form."""
        days = int(self.days.data) if self.days.data in {str(number) for number in DAYS} else DAYS[-1]
        return Wanted(filled(self.text), step_in(days), goal, None, self.chosen)


DAYS = (1, 2, 3, 7, 10, 14, 21, 28, 42, 56)


class StartForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The goal and the readers of a plan to start from; its steps are forms of their own beside it."""

    goal = StringField(
        _l("The goal, in the family's words"), [DataRequired(_l("Write the goal.")), Length(max=300, message=TOO_LONG)]
    )
    readers = ReadersField()


def step_in(days: int) -> date:
    """The day this many days from today."""
    return clock.today() + timedelta(days=days)

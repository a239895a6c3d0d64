"""The forms of help and offers. They parse; the actions decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from portal.foundation import clock
from portal.foundation.database import Row
from portal.foundation.forms import DateField, RadioField, SelectField, filled
from portal.offers.actions import What
from portal.people.forms import ReadersField

TOO_LONG = _l("That is too long. Use 300 letters or fewer.")
TOO_MANY_WORDS = _l("That is too long. Use 2,000 letters or fewer.")
OTHER = "other"

NAMES = {
    "mentor": _l("A mentor"),
    "mental_health": _l("A mental-health assessment"),
    "parents_support": _l("Support for parents"),
    "parents_group": _l("A parents' group"),
    "bus_pass": _l("A bus pass"),
    "apprenticeship": _l("An apprenticeship place"),
    "school_place": _l("A school or college place"),
    "rehousing": _l("Help to move home"),
    "hotel_nights": _l("A safe place for a few nights"),
    "money": _l("Help with money"),
    "legal_advice": _l("A solicitor's advice"),
    "respite": _l("A break for parents"),
    "activity": _l("Something to do after school"),
}
"""What the known things are called."""


def called(row: Row) -> str:
    """What an offer or a request is called in the language of the page; in the words it was made with when it has no
    name of its own."""
    return str(NAMES[row["thing"]]) if row["thing"] in NAMES else row["what"]


def choices(known: list[str], own: list[Row]) -> list[tuple[str, Any]]:
    """What can be chosen: the known things, an organisation's own, something else."""
    return [
        *((key, NAMES[key]) for key in known),
        *((f"own-{row['ref']}", row["name"]) for row in own if row["name"]),
        (OTHER, _("Something else")),
    ]


class ThingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form about one thing from the list, or something else."""

    thing = SelectField(_l("What is it?"))
    other = StringField(_l("Something else: what?"), [Length(max=300, message=TOO_LONG)])

    def offer(self, known: list[str], own: list[Row]) -> None:
        """The list."""
        self.own = {f"own-{row['ref']}": row["name"] for row in own if row["name"]}
        self.thing.choices = choices(known, own)

    def validate_other(self, field: StringField) -> None:
        """Something else has to be said."""
        if self.thing.data == OTHER and not (field.data or "").strip():
            raise ValidationError(_("Write what it is."))

    @property
    def what(self) -> What:
        """What was chosen. A known thing is kept by its key and in English, so that it can be said in each language."""
        if self.thing.data in NAMES:
            with force_locale("en"):
                return What(str(NAMES[self.thing.data]), self.thing.data)
        return What(self.own.get(self.thing.data) or filled(self.other))


class AskForm(ThingForm):
    """Asking for something."""

    words = TextAreaField(
        _l("Say more, if you like"),
        [Length(max=2000, message=TOO_MANY_WORDS)],
        description=_l("What for, by when, for whom."),
    )
    readers = ReadersField()


class NoteForm(ThingForm):
    """What somebody in the family asked for by word of mouth."""

    person = SelectField(_l("Who asked?"))
    words = TextAreaField(_l("In their words, if they said more"), [Length(max=2000, message=TOO_MANY_WORDS)])
    readers = ReadersField()


class OfferForm(ThingForm):
    """Offering something to somebody."""

    to = SelectField(_l("To whom?"))
    readers = ReadersField(_l("Who else in the family sees the offer?"))


class ReplyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A family member's own answer to an offer."""

    version = HiddenField()
    response = RadioField(
        _l("What do you say?"),
        [DataRequired(_l("Choose one."))],
        choices=[("accepted", _l("Yes, please")), ("declined", _l("Not now"))],
    )
    reason = TextAreaField(
        _l("Why, if you like"),
        [Length(max=2000, message=TOO_MANY_WORDS)],
        description=_l("It helps to find what fits better. You need not say."),
    )


class NoteReplyForm(ReplyForm):
    """The answer somebody in the family gave, as a worker writes it down."""

    response = RadioField(
        _l("What did they say?"),
        [DataRequired(_l("Choose one."))],
        choices=[("accepted", _l("Yes")), ("declined", _l("Not now"))],
    )
    by = SelectField(_l("Who said it?"))
    reason = TextAreaField(_l("Why, in their words"), [Length(max=2000, message=TOO_MANY_WORDS)])
    again_on = DateField(
        _l("When do you offer it again?"),
        [Optional()],
        description=_l("Left empty: in eight weeks. Something serious brings it back sooner."),
    )

    def validate_again_on(self, field: DateField) -> None:
        """A day to come, within two years."""
        if field.data and field.data <= clock.today():
            raise ValidationError(_("That day has gone. Choose a day that is still to come."))
        if field.data and field.data > clock.today() + timedelta(days=731):
            raise ValidationError(_("That is more than two years away. Check the year."))

    def validate_reason(self, field: TextAreaField) -> None:
        """A no is kept with its reason, so that nobody has to guess later."""
        if self.response.data == "declined" and not (field.data or "").strip():
            raise ValidationError(_("Write why, in their words. “They did not say” is an answer too."))


class AnswerForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a worker answers to a request."""

    version = HiddenField()
    state = RadioField(_l("Where does it stand?"), [DataRequired(_l("Choose one."))])
    words = TextAreaField(
        _l("What you say to them"),
        [Length(max=2000, message=TOO_MANY_WORDS)],
        description=_l("A no needs a reason, and what could help instead. “Arranged” needs the when and how."),
    )

    def offer(self, state: str) -> None:
        """What can still be said to a request that stands so."""
        every = [
            ("looking", _l("I am looking into it")),
            ("yes", _l("Yes, they get it")),
            ("no", _l("No")),
            ("arranged", _l("It is arranged")),
        ]
        past = {"looking": 1, "yes": 3, "no": 1}.get(state, 0)
        self.state.choices = every[past:]

    def validate_words(self, field: TextAreaField) -> None:
        """A no without a reason is no answer."""
        if self.state.data in ("no", "arranged") and not (field.data or "").strip():
            raise ValidationError(
                _("Say why, and what could help instead.") if self.state.data == "no" else _("Say when and how.")
            )


class DecideForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What changes after refusals."""

    changes = TextAreaField(
        _l("What changes from now on?"),
        [DataRequired(_l("Write what changes.")), Length(max=2000, message=TOO_MANY_WORDS)],
        description=_l("Who tries what, another way, by when. “They declined” is not a decision."),
    )


class OwnThingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One more line of an organisation's list."""

    name = StringField(
        _l("What can families ask for?"), [DataRequired(_l("Write what it is.")), Length(max=100, message=TOO_LONG)]
    )
    about = StringField(_l("A few words about it"), [Length(max=300, message=TOO_LONG)])


def seen(form: Any) -> int:
    """The version on the page as it was opened; 0, which is none, when somebody altered it."""
    digits = form.version.data or ""
    return int(digits) if digits.isdecimal() and len(digits) < 10 else 0

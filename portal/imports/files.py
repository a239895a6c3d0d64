"""The thirteen files of the import folder: their columns, what each value must be, and what each reference points to."""

from __future__ import annotations

from dataclasses import dataclass

from portal.access.models import Phone
from portal.appointments import models as appointments
from portal.assessments import models as assessments
from portal.foundation.fields import Encrypted
from portal.imports import values
from portal.imports.values import Reader
from portal.involvement.models import FUNCTIONS
from portal.moments import models as moments
from portal.moves import models as moves
from portal.offers.models import RESPONSES
from portal.organisations.models import KINDS
from portal.people.models import LIMITS, RELATIONS
from portal.plans.models import STATUSES


@dataclass(frozen=True)
class Column:
    """One column of one file."""

    name: str
    read: Reader
    optional: bool = False
    """The column may be absent, and its value empty."""
    may_be_empty: bool = False
    """The column must be there, but a row may leave it empty."""
    to: tuple[str, ...] = ()
    """Files whose refs the value is one of."""
    must_be: str | None = None
    """What the record it points to must be: `borough` or `young_person`."""
    is_list: bool = False
    staged: str = "text"
    """PostgreSQL's type for the clean value."""
    sealed: str | None = None
    """The label under which the value is encrypted before it leaves this process."""


@dataclass(frozen=True)
class File:
    """One file of the folder."""

    name: str
    columns: tuple[Column, ...]
    required: bool = False
    keyed: bool = True
    """Its rows have a ref."""
    in_order: tuple[tuple[str, str], ...] = ()
    """Pairs of columns of which the second may not be before the first."""
    not_same: tuple[tuple[str, str], ...] = ()
    """Pairs of columns that may not name the same record."""
    audience: str | None = None
    """Who sees a row whose seen_by is empty: a column with a person's ref, or `young_people`."""
    hashed: str | None = None
    """A column of which a keyed hash is kept too, so that equal values can be found."""
    fresh: tuple[str, ...] = ()
    """Further records made with each row, for each of which a public reference is made."""

    @property
    def csv(self) -> str:
        return f"{self.name}.csv"

    @property
    def number(self) -> int:
        """The place in the order of the specification, which is also the order of reports."""
        return FILES.index(self)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def place(self, name: str) -> int:
        """The column's place, for the order of reports; the whole row comes first."""
        return next((i for i, column in enumerate(self.columns, 1) if column.name == name), 0)

    @property
    def of_young_person(self) -> bool:
        """The family is known through a young person, not through a family_ref."""
        return self.columns[1].name == "young_person_ref"


def _label(column: object) -> str:
    """The label of a model's encrypted column."""
    type_ = getattr(column, "type", None)
    assert isinstance(type_, Encrypted)
    return type_.label


def _ref() -> Column:
    return Column("ref", values.ref)


def _name(name: str = "name", optional: bool = False) -> Column:
    return Column(name, values.name, optional)


def _text(name: str, optional: bool = False, sealed: object = None) -> Column:
    return Column(name, values.text, optional, sealed=_label(sealed) if sealed is not None else None, staged="bytea" if sealed is not None else "text")


def _day(name: str, optional: bool = False) -> Column:
    return Column(name, values.day, optional, staged="date")


def _moment(name: str, optional: bool = False) -> Column:
    return Column(name, values.moment, optional, staged="timestamptz")


def _yes_no(name: str, optional: bool = False) -> Column:
    return Column(name, values.yes_no, optional, staged="boolean")


def _one_of(name: str, choices: tuple[str, ...], optional: bool = False) -> Column:
    return Column(name, values.one_of(choices), optional)


def _to(name: str, *to: str, optional: bool = False, must_be: str | None = None) -> Column:
    return Column(name, values.ref, optional, to=to, must_be=must_be)


def _borough(name: str, optional: bool = False) -> Column:
    return _to(name, "organisations", optional=optional, must_be="borough")


def _young_person() -> Column:
    return _to("young_person_ref", "people", must_be="young_person")


def _people(name: str, optional: bool = False) -> Column:
    return Column(name, values.refs, optional, to=("people",), is_list=True)


def _seen_by(optional: bool = False) -> Column:
    return Column("seen_by", values.seen_by, optional, may_be_empty=True, to=("people",), is_list=True)


FAMILY = _to("family_ref", "families")
YOUNG = "young_person_ref"

FILES = (
    File(
        "organisations",
        (_ref(), _name(), _one_of("kind", KINDS), _borough("borough_ref", True), Column("phone", values.work_phone, True),
         _to("senior_manager_ref", "workers", optional=True)),
        required=True,
    ),
    File(
        "workers",
        (_ref(), _name(), _to("organisation_ref", "organisations"), _name("role"), Column("email", values.email),
         Column("phone", values.work_phone, True), _yes_no("manager"), _to("manager_ref", "workers", optional=True),
         Column("languages", values.languages, True), _name("hours", True), _to("cover_ref", "workers", optional=True),
         _day("away_from", True), _day("away_until", True)),
        required=True,
        in_order=(("away_from", "away_until"),),
        not_same=(("ref", "manager_ref"), ("ref", "cover_ref")),
        fresh=("account",),
    ),
    File("families", (_ref(), _name(), _borough("home_borough_ref")), required=True),
    File(
        "people",
        (Column("ref", values.person_ref), FAMILY, _name(),
         _one_of("relation", tuple(relation for relation in RELATIONS if relation != "supporter")),
         _day("date_of_birth", True),
         Column("phone", values.mobile, True, staged="bytea", sealed=_label(Phone.__table__.c.number)),
         Column("language", values.language, True), _yes_no("interpreter", True),
         Column("school_year", values.whole(0, 14), True, staged="smallint"), _yes_no("parental_responsibility", True),
         _people("lives_with", True), _one_of("contact_limits", LIMITS, True)),
        required=True,
        hashed="phone",
        fresh=("account", "phone"),
    ),
    File(
        "involvements",
        (FAMILY, _to("worker_ref", "workers"), _one_of("function", FUNCTIONS), _yes_no("lead"), _day("start"), _day("end", True),
         _text("end_reason", True), _to("handover_to", "workers", optional=True), _yes_no("closes", True)),
        keyed=False,
        in_order=(("start", "end"),),
    ),
    File(
        "plan",
        (_ref(), FAMILY, _text("goal"), _text("step"), _to("owner_ref", "people", "workers"), _day("promised_on"), _day("due"),
         _one_of("status", STATUSES), _day("done_on", True), _seen_by()),
        audience="young_people",
    ),
    File(
        "appointments",
        (_ref(), FAMILY, _to("worker_ref", "workers"), _people("people"), _day("made_on", True), _moment("starts_at"),
         Column("minutes", values.whole(1, 10_080), staged="smallint"),
         _text("place", sealed=appointments.AppointmentPlace.__table__.c.place), _text("purpose"),
         _one_of("status", appointments.STATUSES), _day("status_on", True), _seen_by()),
        audience="young_people",
    ),
    File(
        "offers",
        (_ref(), FAMILY, _day("offered_on"), _text("what"), _to("by_worker_ref", "workers"), _to("to_person_ref", "people"),
         _one_of("response", RESPONSES), _text("reason", True), _seen_by(True)),
        audience="to_person_ref",
    ),
    File(
        "statements",
        (_ref(), _young_person(), _one_of("section", assessments.SECTIONS), _day("made_on"), _to("said_by", "people", "workers"),
         _to("organisation_ref", "organisations", optional=True), _text("text", sealed=assessments.Statement.__table__.c.text),
         _to("disagrees_with", "statements", optional=True), _seen_by()),
        audience=YOUNG,
    ),
    File(
        "links",
        (_ref(), _young_person(), _borough("borough_ref"), _one_of("what", assessments.LINK_KINDS), _day("since", True),
         _day("until", True), _day("asked_on", True), _day("answered_on", True),
         _text("note", True, sealed=assessments.Link.__table__.c.note), _seen_by(True)),
        in_order=(("since", "until"), ("asked_on", "answered_on")),
        audience=YOUNG,
    ),
    File(
        "moments",
        (_ref(), _young_person(), _one_of("kind", moments.KINDS), _moment("occurred_at"), _moment("known_at", True),
         _borough("borough_ref", True), _to("contact_worker_ref", "workers", optional=True), _moment("contacted_at", True),
         _text("note", True, sealed=moments.Moment.__table__.c.note), _seen_by(True)),
        in_order=(("occurred_at", "known_at"), ("occurred_at", "contacted_at")),
        audience=YOUNG,
    ),
    File(
        "moves",
        (_ref(), FAMILY, _borough("from_borough_ref"), _borough("to_borough_ref"), _day("planned_on"), _day("moved_on", True),
         _one_of("need_before", moves.NEEDS), _one_of("need_after", moves.NEEDS, True), _day("conference_on", True),
         _one_of("invitation", moves.INVITATIONS), _to("declined_by", "workers", optional=True), _text("declined_reason", True),
         _seen_by(True)),
        not_same=(("from_borough_ref", "to_borough_ref"),),
        audience="young_people",
    ),
    File(
        "updates",
        (_ref(), FAMILY, _moment("posted_at"), _to("by_worker_ref", "workers"), _text("text"), _seen_by()),
        audience="young_people",
    ),
)

BY_NAME = {file.name: file for file in FILES}
REFERRED_TO = ("organisations", "workers", "families", "people", "statements")

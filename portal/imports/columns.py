"""What can be said of a file and its columns, and the kinds of column there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement

from portal.foundation.fields import Encrypted
from portal.imports import values
from portal.imports.values import Reader


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
    number: int = 0
    """The place in the order of the specification, which is also the order of reports."""

    @property
    def csv(self) -> str:
        return f"{self.name}.csv"

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def place(self, name: str) -> int:
        """The column's place, for the order of reports; the whole row comes first."""
        return next((i for i, column in enumerate(self.columns, 1) if column.name == name), 0)

    @property
    def of_young_person(self) -> bool:
        """The family is known through a young person, not through a family_ref."""
        return self.columns[1].name == "young_person_ref"


def label(column: ColumnElement[Any]) -> str:
    """The label of a model's encrypted column."""
    if not isinstance(column.type, Encrypted):
        raise TypeError(f"{column} is not an encrypted column")
    return column.type.label


def ref() -> Column:
    """The sender's identifier of the row."""
    return Column("ref", values.ref)


def name(name: str = "name", optional: bool = False) -> Column:
    """A short text on one line."""
    return Column(name, values.name, optional)


def text(name: str, optional: bool = False, sealed: ColumnElement[Any] | None = None) -> Column:
    """Words; encrypted where `sealed` names the model's encrypted column."""
    return Column(
        name,
        values.text,
        optional,
        sealed=label(sealed) if sealed is not None else None,
        staged="bytea" if sealed is not None else "text",
    )


def day(name: str, optional: bool = False) -> Column:
    """A date."""
    return Column(name, values.day, optional, staged="date")


def moment(name: str, optional: bool = False) -> Column:
    """A time in London."""
    return Column(name, values.moment, optional, staged="timestamptz")


def yes_no(name: str, optional: bool = False) -> Column:
    """yes or no."""
    return Column(name, values.yes_no, optional, staged="boolean")


def one_of(name: str, choices: tuple[str, ...], optional: bool = False) -> Column:
    """One of these words."""
    return Column(name, values.one_of(choices), optional)


def to(name: str, *to: str, optional: bool = False, must_be: str | None = None) -> Column:
    """A ref of one of these files."""
    return Column(name, values.ref, optional, to=to, must_be=must_be)


def borough(name: str, optional: bool = False) -> Column:
    """A ref of an organisation that is a borough."""
    return to(name, "organisations", optional=optional, must_be="borough")


def young_person() -> Column:
    """A ref of the young person whom the row is about."""
    return to("young_person_ref", "people", must_be="young_person")


def people(name: str, optional: bool = False) -> Column:
    """A list of people of the row's family."""
    return Column(name, values.refs, optional, to=("people",), is_list=True)


def seen_by(optional: bool = False) -> Column:
    """Who sees the row: `family`, `professionals`, or people of the family."""
    return Column("seen_by", values.seen_by, optional, may_be_empty=True, to=("people",), is_list=True)

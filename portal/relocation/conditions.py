"""Money to the penny: reading what people type, adding it up, and how long the bars are."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.relocation.models import WAYS

COSTS = ("home_now", "home_new", "travel", "other")
AMOUNTS = (*COSTS, "income", "help")
MOST = 9_999_999  # pence a week: a slip of the finger is caught, a palace is not
WEEKS = 260
TYPED = re.compile(r"^(\d{1,3}(?:[, ]\d{3})+|\d+)(?:[.,](\d{1,2}))?$")


def pence(typed: str) -> int | None:
    """What somebody typed, such as £1,250.50 or 1250,5, in pence; nothing typed is nothing; None: it is no amount."""
    plain = typed.replace("£", "").replace("\u00a0", " ").strip()
    if not plain:
        return 0
    found = TYPED.match(plain)
    if found is None:
        return None
    whole, part = re.sub(r"[, ]", "", found[1]), (found[2] or "").ljust(2, "0")
    amount = int(Decimal(whole) * 100 + Decimal(part))
    return amount if amount <= MOST else None


def pounds(amount: int) -> str:
    """Pence as pounds, such as £1,250.50; whole pounds without pence."""
    sign, amount = ("−" if amount < 0 else ""), abs(amount)
    text = f"{amount // 100:,}" if amount % 100 == 0 else f"{amount // 100:,}.{amount % 100:02}"
    return f"{sign}£{text}"


def typed(amount: int) -> str:
    """Pence as one types them into a box: 1250.50; nothing for nothing."""
    return "" if amount == 0 else f"{amount // 100}" if amount % 100 == 0 else f"{amount // 100}.{amount % 100:02}"


@dataclass(frozen=True)
class Sum:
    """What one way costs, in pence, exact."""

    way: str
    weeks: int
    costs: int
    """A week, before any help."""
    helped: int
    """What help takes off a week: never more than the costs."""
    help_weeks: int
    total: int
    """Over all the weeks, after help."""
    income: int

    @property
    def with_help(self) -> int:
        """To pay a week while help lasts."""
        return self.costs - self.helped

    @property
    def left_with_help(self) -> int:
        """What is left of the money that comes in, a week, while help lasts."""
        return self.income - self.with_help

    @property
    def left_after(self) -> int:
        """What is left a week once help has ended."""
        return self.income - self.costs

    @property
    def help_ends_early(self) -> bool:
        """Does help end before the weeks do?"""
        return bool(self.helped) and self.help_weeks < self.weeks


def add_up(way: str, amounts: dict[str, int]) -> Sum:
    """One way added up: so much a week, less help while it lasts, times the weeks."""
    weeks, help_weeks = amounts["weeks"], min(amounts["help_weeks"], amounts["weeks"])
    costs = sum(amounts[name] for name in COSTS)
    helped = min(amounts["help"], costs)
    return Sum(way, weeks, costs, helped, help_weeks, costs * weeks - helped * help_weeks, amounts["income"])


@dataclass(frozen=True)
class Bar:
    """One bar of the picture, 0 to 300 units long, and its number."""

    way: str
    width: float
    total: int


def bars(sums: list[Sum]) -> list[Bar]:
    """What each way costs in all, on one scale."""
    most = max([one.total for one in sums] or [0])
    return [Bar(one.way, round(300 * one.total / most, 1) if most else 0.0, one.total) for one in sums]


def empty(way: str) -> dict[str, int]:
    """A sheet on which nobody has written."""
    return {"weeks": 12 if way != "rest" else 1, "help_weeks": 0} | dict.fromkeys(AMOUNTS, 0)


def sheets(rows: list[Any]) -> dict[str, dict[str, int]]:
    """The amounts of each way, as they were last saved."""
    saved = {row["way"]: row for row in rows}
    names = ("weeks", "help_weeks", *AMOUNTS)
    return {way: {name: saved[way][name] for name in names} if way in saved else empty(way) for way in WAYS}


def paused_by(stances: list[Any]) -> list[Any]:
    """Who of the family says: pause."""
    return [row for row in stances if row["stance"] == "pause"]


def mark(rows: list[Any]) -> str:
    """The same for the same amounts: a page that carries another mark shows what has changed since."""
    found = sorted((row["way"], *(row[name] for name in ("weeks", "help_weeks", *AMOUNTS))) for row in rows)
    return hashlib.sha256(repr(found).encode()).hexdigest()[:16]

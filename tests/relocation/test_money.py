"""The money of each way, exact to the penny, whatever people type, and never a word on what somebody is entitled to."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest

from portal.relocation.conditions import COSTS, WEEKS, add_up, bars, empty, pence, pounds, typed


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("120", 12000), ("120.50", 12050), ("120.5", 12050), ("£1,250.05", 125005), ("1 250", 125000), ("0,99", 99),
        ("1250,5", 125050), ("", 0), ("  £ 7 ", 700), ("0.1", 10), ("99999.99", 9999999),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_type_it(said: str, amount: int) -> None:
    assert pence(said) == amount


@pytest.mark.parametrize("said", ["-5", "1.234", "12.345.6", "ten", "1,25,0", "1e3", "100000", "∞", "5%", "<b>5</b>"])
def test_what_is_no_amount_is_none(said: str) -> None:
    assert pence(said) is None


def test_what_was_typed_comes_back_the_same() -> None:
    for amount in (0, 1, 10, 99, 100, 12050, 9999999):
        assert pence(typed(amount)) == amount
    assert pounds(125005) == "£1,250.05" and pounds(12000) == "£120" and pounds(-50) == "−£0.50"


def test_sums_are_exact_to_the_penny() -> None:
    draw = Random(5)
    for _ in range(500):
        amounts = {name: draw.randrange(0, 200_000) for name in (*COSTS, "income", "help")}
        amounts |= {"weeks": draw.randrange(0, WEEKS), "help_weeks": draw.randrange(0, WEEKS)}
        made = add_up("move", amounts)
        week = sum(Decimal(amounts[name]) / 100 for name in COSTS)
        off = min(Decimal(amounts["help"]) / 100, week)
        helped = min(amounts["help_weeks"], amounts["weeks"])
        by_hand = (week - off) * helped + week * (amounts["weeks"] - helped)
        assert Decimal(made.total) / 100 == by_hand
        assert Decimal(made.with_help) / 100 == week - off
        assert made.left_after == amounts["income"] - made.costs


def test_two_rents_as_the_review_tells_it() -> None:
    stay = add_up("stay", empty("stay") | {"home_now": 14250, "weeks": 12})
    move = add_up(
        "move",
        empty("move")
        | {"home_now": 14250, "home_new": 21999, "travel": 3510, "weeks": 12, "help": 14250, "help_weeks": 4},
    )
    assert (stay.total, move.costs, move.with_help) == (171000, 39759, 25509)
    assert move.total == 25509 * 4 + 39759 * 8 == 420108
    assert move.help_ends_early
    assert [bar.width for bar in bars([stay, move])] == [122.1, 300.0]


def test_nothing_typed_draws_no_bar() -> None:
    assert [bar.width for bar in bars([add_up(way, empty(way)) for way in ("stay", "move", "rest")])] == [0.0, 0.0, 0.0]

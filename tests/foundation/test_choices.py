"""Fields to choose from take pairs, as one writes them, and what WTForms itself wants; and say nothing of the past."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.fields.choices import SelectChoice

from portal.foundation.forms import RadioField, SelectField, SelectMultipleField

PAIRS = [("a", "One"), ("b", "Two")]
READY = [SelectChoice("a", "One"), SelectChoice("b", "Two")]


@pytest.mark.parametrize("field", [SelectField, RadioField, SelectMultipleField])
@pytest.mark.parametrize(
    "said", [PAIRS, READY, [PAIRS[0], READY[1]], lambda: PAIRS], ids=["pairs", "ready", "both", "called"]
)
@pytest.mark.parametrize("later", [False, True], ids=["at once", "later"])
def test_choices_are_taken_as_they_are_said(field: type[Any], said: list[Any] | Callable[[], Any], later: bool) -> None:
    class Asked(Form):
        what = field("What", choices=None if later else said)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        form = Asked(MultiDict({"what": "b"}))
        if later:
            form.what.choices = said
        assert [(one.value, one.label) for one in form.what.iter_choices()] == PAIRS
        assert form.validate() and form.what.data in ("b", ["b"])
        wrong = Asked(MultiDict({"what": "c"}))
        if later:
            wrong.what.choices = said
        assert not wrong.validate()
        assert "Two" in form.what()

"""Faces: initials that are right for real names, and a colour that stays with the name."""

import pytest
from wtforms import Form, StringField
from wtforms.validators import InputRequired

from portal.foundation.components import face_colour, initials, mistakes


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Amina Yusuf", "AY"),
        ("Leo", "L"),
        ("Dr Grace Owusu", "GO"),
        ("María José de la Cruz Hernández", "MH"),
        ("Jean-Luc Picard (duty)", "JP"),
        ("  amina   yusuf ", "AY"),
        ("O'Neill Ó Briain", "OB"),
        ("آمنة يوسف", "آ"),
        ("李 明", "李"),
        ("e\u0301lodie N\u0303andu", "ÉÑ"),
        ("Ms", "M"),
        ("07700 900123", "·"),
        ("", "·"),
    ],
)
def test_initials(name: str, shown: str) -> None:
    assert initials(name) == shown


def test_colour_stays_with_the_name() -> None:
    assert face_colour("Amina Yusuf") == face_colour(" AMINA  yusuf")
    assert face_colour("Dr Amina Yusuf") == face_colour("Amina Yusuf")
    colours = {face_colour(f"{first} {last}") for first in "ABCDEFGH" for last in "KLMNOP"}
    assert colours == {f"face-{number}" for number in range(1, 7)}


def test_mistakes_lead_to_their_fields_and_say_what_concerns_the_whole_form() -> None:
    class Ask(Form):
        name = StringField(validators=[InputRequired("Write a name.")])

    form = Ask(prefix="ask-")
    form.validate()
    form.form_errors.append("That time has just gone.")
    assert mistakes(form) == [{"text": "That time has just gone."}, {"text": "Write a name.", "href": "#ask-name"}]

"""The shared macros: what they draw, that nothing of theirs is left in English, and that text stays text."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from wtforms import (
    BooleanField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from portal.foundation import components
from portal.foundation.forms import DateField
from tests.page_checks import check_page

ROOT = Path(__file__).resolve().parents[2]
NASTY = '<script>alert("1")</script>\'" =1+1 {{ 7*7 }}'


CHOICES = [SelectChoice("a", "One"), SelectChoice("b", "Two")]


class Everything(FlaskForm):
    name = StringField("Name", [InputRequired("No name.")], description="As you like it.")
    phone = StringField("Phone", [InputRequired("No phone.")])
    email = StringField("E-mail", [InputRequired("No e-mail.")])
    code = StringField("Code", [InputRequired("No code.")])
    password = PasswordField("Password", [InputRequired("No password.")])
    words = TextAreaField("Words", [InputRequired("No words.")])
    kind = RadioField("Kind", [InputRequired("No kind.")], choices=CHOICES)
    who = SelectMultipleField("Who", [InputRequired("Nobody.")], choices=CHOICES)
    ok = BooleanField("Ok", [InputRequired("Not ok.")])
    where = SelectField("Where", [InputRequired("Nowhere.")], choices=[SelectChoice("", "Choose"), *CHOICES])
    day = DateField("Day", [InputRequired("No day.")])


FORM = """
{% from "components/forms.html" import post_form, text_field, email_field, phone_field, code_field, password_field,
   textarea_field, radios_field, checkboxes_field, checkbox_field, select_field, date_field, submit_button %}
{% call post_form("/tell", form, hx="#ask") %}
{{ text_field(form.name) }}{{ email_field(form.email) }}
{{ phone_field(form.phone, hint="Any") }}{{ code_field(form.code) }}
{{ password_field(form.password) }}{{ textarea_field(form.words) }}{{ radios_field(form.kind, hints={"a": "First"}) }}
{{ checkboxes_field(form.who) }}{{ checkbox_field(form.ok) }}{{ select_field(form.where) }}{{ date_field(form.day) }}
{{ submit_button("Tell") }}
{% endcall %}
"""
PAGE = """
{% extends "layouts/page.html" %}
{% from "components/date_card.html" import date_card %}
{% from "components/empty.html" import empty %}
{% from "components/forms.html" import post_button %}
{% from "components/note.html" import note %}
{% from "components/person_card.html" import person_card %}
{% from "components/promise.html" import promise, promises %}
{% from "components/quote.html" import quote %}
{% from "components/tag.html" import tag %}
{% from "components/timeline.html" import timeline %}
{% block title %}{{ nasty }}{% endblock %}
{% block main %}<h1>{{ nasty }}</h1>
{% call person_card(nasty, nasty, org=nasty, more=nasty, note=nasty, foot=nasty, href="/x") %}
<a href="/y">Go</a>{% endcall %}
{% call person_card("Leo", "") %} {% endcall %}
{% call date_card(nasty, nasty, whom=nasty, place=nasty, iso=nasty, note=nasty, tag=tag(nasty, "late")) %}
{{ post_button("/yes", nasty, fields={"which": nasty}, about=nasty) }}{% endcall %}
{% call promises() %}{{ promise(nasty, nasty, late=nasty, ask=nasty, ask_href="/why") }}
{{ promise("x", "y", due=nasty) }}{{ promise("x", "y", late="z", done=true) }}{% endcall %}
{{ quote(nasty, said=nasty, lang="es") }}{{ empty(nasty) }}{% call note("late") %}{{ nasty }}{% endcall %}
{{ timeline([{"when": nasty, "title": nasty, "text": nasty, "kind": "now"}]) }}
{% endblock %}
"""


@pytest.fixture
def app() -> Flask:
    app = Flask("portal", template_folder=str(ROOT / "templates"))
    app.config.update(SECRET_KEY="only for this test", WTF_CSRF_CHECK_DEFAULT=False)
    components.install(app)
    CSRFProtect(app)
    Babel(app)

    @app.context_processor
    def shared() -> dict[str, object]:
        viewer = SimpleNamespace(name=NASTY, is_family=True, is_worker=False, shared=True)
        return {
            "portal_name": "Alongside",
            "asset": lambda name: f"/static/{name}",
            "lang": "en",
            "dir": "ltr",
            "language_links": [{"code": "es", "name": "Español", "url": "/?lang=es"}] * 2,
            "viewer": viewer,
            "nav": [{"href": "/home", "text": "Home", "current": True, "key": "home"}],
            "exit_url": "https://www.bbc.co.uk/weather",
            "nasty": NASTY,
        }

    return app


def rendered(app: Flask, source: str, **values: object) -> str:
    return app.jinja_env.from_string(source).render(**{**app.template_context_processors[None][-1](), **values})


def test_markup_in_every_field_is_shown_as_text(app: Flask) -> None:
    with app.test_request_context("/"):
        html = rendered(app, PAGE)
    check_page(html, "components")
    soup = BeautifulSoup(html, "html.parser")
    assert len(soup.find_all("script")) == 1, "only our own script"
    assert html.count("alert(") > 20
    assert "49" not in html


def test_a_card_without_buttons_has_no_empty_row(app: Flask) -> None:
    with app.test_request_context("/"):
        soup = BeautifulSoup(rendered(app, PAGE), "html.parser")
    assert all(row.find(["a", "button"]) for row in soup.select(".row"))
    assert len(soup.select(".person, .card .who")) == 2


def test_a_late_promise_that_was_kept_is_not_late(app: Flask) -> None:
    with app.test_request_context("/"):
        soup = BeautifulSoup(rendered(app, PAGE), "html.parser")
    assert [" ".join(item["class"]) for item in soup.select(".promise")] == ["promise late", "promise", "promise done"]


def test_forms_say_what_is_wrong_and_lead_there(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"day-day": NASTY, "words": NASTY}):
        form = Everything(meta={"csrf": False})
        assert not form.validate()
        html = rendered(app, FORM, form=form)
    check_page(html, "forms", part=True)
    soup = BeautifulSoup(html, "html.parser")
    links = [link["href"] for link in soup.select(".govuk-error-summary a")]
    assert len(links) == 10
    for link in links:
        assert soup.select_one(link) is not None, f"{link} leads nowhere"
    assert soup.find("textarea").get_text().strip() == NASTY
    assert soup.find("form")["hx-post"] == soup.find("form")["action"] == "/tell"


def test_no_english_of_govuk_frontend_is_left(app: Flask) -> None:
    """Here gettext turns every word into a mark, so that whatever is still English has been missed."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # added by Jinja's i18n extension
        lambda text: "§", lambda one, many, number: "§", newstyle=True
    )
    ours = {
        "Name",
        "As you like it.",
        "Phone",
        "Any",
        "E-mail",
        "Code",
        "Password",
        "Words",
        "Kind",
        "One",
        "Two",
        "First",
    }
    ours |= {"Who", "Ok", "Where", "Choose", "Day", "Tell"}
    with app.test_request_context("/", method="POST", data={}):
        form = Everything(meta={"csrf": False})
        form.validate()
        html = rendered(app, FORM, form=form)
        frame = rendered(app, '{% extends "layouts/page.html" %}{% block main %}<h1>§</h1>{% endblock %}', nasty="")
    said = {str(error) for errors in form.errors.values() for error in errors}
    soup = BeautifulSoup(html, "html.parser")
    for words in soup.find_all(string=re.compile(r"[A-Za-z]")):
        assert str(words).strip() in ours | said, f"still English: {words!r}"
    for element in [*soup.find_all(True), *BeautifulSoup(frame, "html.parser").find_all(True)]:
        for name, value in element.attrs.items():
            if (
                name.startswith(("aria-label", "data-i18n", "title", "alt", "placeholder"))
                and name != "aria-labelledby"
            ):
                assert value in ("§", "Alongside"), f"still English: {name}={value!r}"
    body = BeautifulSoup(frame, "html.parser").body
    left = {str(text).strip() for text in body.find_all(string=re.compile(r"[A-Za-z]{2}"))}
    assert left <= {"Alongside", "Español", "Home", NASTY, f"{NASTY} ·"}, f"still English: {left}"

"""What only a browser shows: Exit leaves nothing behind, a page covers itself, a form is sent once; under our CSP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, redirect, render_template_string, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server
from wtforms import StringField
from wtforms.validators import InputRequired

from portal.foundation import components
from portal.layout import HEADERS
from tests.browser import PATIENCE, lost_on_the_way, press

pytestmark = pytest.mark.journey

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "static" / "dist" / "manifest.json"
ASK = """
{% from "components/forms.html" import post_form, text_field, submit_button %}
<div id="ask">{% call post_form("/ask", form, hx="#ask") %}
{{ text_field(form.words) }}{{ submit_button("Tell") }}
{% endcall %}</div>
"""
PAGE = (
    """
{% extends "layouts/page.html" %}
{% from "components/person_card.html" import person_card %}
{% from "components/forms.html" import post_button %}
{% block title %}Private{% endblock %}
{% block main %}<h1>Hello Rosa</h1>
{% call person_card("María José Alejandra de la Cruz Hernández-Wolfeschlegelstein", "leads", lead=true) %}
<a class="btn" href="tel:02079460122">Call</a><a class="btn quiet" href="/two">Text</a>
{{ post_button("/count", "I’ll be there") }}
{% endcall %}
<a id="onward" href="/two">Onward</a>"""
    + ASK
    + "{% endblock %}"
)


class Ask(FlaskForm):
    words = StringField("Words", [InputRequired("Write a few words.")])


class House:
    """A small site on the real layout, that knows who has left and what has reached it."""

    def __init__(self) -> None:
        self.signed_in = True
        self.cover_after = 0
        self.exits: list[str] = []
        self.left = threading.Event()
        self.posts = 0
        self.came_from: str | None = None
        app = Flask(
            "portal",
            static_folder=str(BUILT.parent),
            static_url_path="/static",
            template_folder=str(ROOT / "templates"),
        )
        app.config.update(SECRET_KEY="only for this test")
        components.install(app)
        csrf = CSRFProtect(app)
        Babel(app)
        names = json.loads(BUILT.read_text())

        @app.context_processor
        def shared() -> dict[str, Any]:
            return {
                "portal_name": "Alongside",
                "asset": lambda name: f"/static/{names[name]}",
                "lang": "en",
                "dir": request.args.get("dir", "ltr"),
                "language_links": [{"code": "es", "name": "Español", "url": "/?lang=es"}],
                "viewer": SimpleNamespace(name="Rosa Marin", is_family=True, is_worker=False, shared=False),
                "nav": [
                    {"href": f"/{key}", "text": key.title(), "current": key == "home", "key": key}
                    for key in ("home", "network", "plan", "appointments", "guidance")
                ],
                "exit_url": "/weather",
                "cover_after": self.cover_after,
            }

        @app.get("/<any(home, two):_>")
        def private(_: str) -> str:
            return render_template_string(PAGE, form=Ask()) if self.signed_in else "<h1>Sign in</h1>"

        @app.route("/exit", methods=["GET", "POST"])
        def leave() -> ResponseReturnValue:
            self.exits.append(request.method)
            self.signed_in = False
            self.left.set()
            return redirect("/weather") if request.method == "GET" else ("", 204)

        csrf.exempt(leave)

        @app.get("/weather")
        def weather() -> str:
            return "<title>Weather</title><h1>Sunny</h1>"

        @app.get("/sw.js")
        def keeps_nothing() -> ResponseReturnValue:
            return "", 200, {"Content-Type": "text/javascript"}

        @app.get("/favicon.ico")
        def no_picture() -> ResponseReturnValue:
            return "", 204

        @app.post("/ask")
        def ask() -> ResponseReturnValue:
            form = Ask()
            if form.validate_on_submit():
                return "<p id='ask'>Told.</p>"
            return render_template_string(ASK if "HX-Request" in request.headers else PAGE, form=form), 422

        @app.post("/count")
        def count() -> ResponseReturnValue:
            self.posts += 1
            self.came_from = request.referrer
            return redirect("/two", 303)

        @app.after_request
        def headers(response: Any) -> Any:
            response.headers.update(HEADERS)
            if request.endpoint != "static":
                response.headers["Cache-Control"] = "no-store"
            return response

        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def house() -> Iterator[House]:
    built = House()
    yield built
    built.server.shutdown()
    built.server.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone. Any complaint of the browser, about the policy or a script, fails the test."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.set_default_timeout(PATIENCE)
    phone = context.new_page()
    complaints: list[str] = []
    phone.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    phone.on("pageerror", lambda error: complaints.append(str(error)))
    yield phone
    context.close()
    # Chromium notes every answer of 400 and more; a mistake in a form is one.
    assert [said for said in complaints if "422" not in said and not lost_on_the_way(said)] == []


@pytest.mark.parametrize("how", ["button", "shift"])
def test_exit_ends_the_session_and_leaves_nothing_to_go_back_to(page: Page, house: House, how: str) -> None:
    page.goto(house.url + "/home")
    page.goto(house.url + "/two")
    if how == "button":
        page.click("text=Exit")
    else:
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url("**/weather")
    expect(page.locator("h1")).to_have_text("Sunny")
    assert house.left.wait(30)
    assert house.exits == ["POST"]
    page.go_back()
    expect(page, "the page that was left is no step of the history").to_have_url(house.url + "/home")
    expect(page.locator("h1")).to_have_text("Sign in")


def test_exit_works_without_javascript(browser: Browser, house: House) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(house.url + "/home")
    press(page, "text=Exit")
    expect(page.locator("h1")).to_have_text("Sunny")
    assert house.exits == ["GET"]
    page.go_back()
    expect(page.locator("h1")).to_have_text("Sign in")
    context.close()


def test_exit_still_works_after_a_swap_and_after_back(page: Page, house: House) -> None:
    page.goto(house.url + "/home")
    page.click("text=Tell")
    page.wait_for_selector(".govuk-error-summary")
    press(page, "#onward")
    page.go_back()
    page.wait_for_selector("[data-govuk-exit-this-page-init]")
    page.click("text=Exit")
    page.wait_for_url("**/weather")
    assert house.left.wait(30)
    assert house.exits == ["POST"]


def test_mistakes_in_a_swapped_form_take_the_focus_and_it_can_be_sent_again(page: Page, house: House) -> None:
    page.goto(house.url + "/home")
    page.click("text=Tell")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert page.url.endswith("/home")
    page.click(".govuk-error-summary a")
    expect(page.locator("#words")).to_be_focused()
    page.keyboard.type("Hello")
    page.click("text=Tell")
    page.wait_for_selector("text=Told.")


def test_a_form_is_sent_once(page: Page, house: House) -> None:
    page.goto(house.url + "/home")
    page.evaluate("for (let i = 0; i < 3; i++) document.querySelector('form[action=\"/count\"] button').click()")
    page.wait_for_url("**/two")
    assert house.posts == 1
    assert house.came_from == house.url + "/home", "over HTTPS Flask-WTF refuses a form that does not say where it was"


def test_an_untouched_page_covers_itself_and_asks_the_server_again(page: Page, house: House) -> None:
    house.cover_after = 1
    page.goto(house.url + "/home")
    page.wait_for_selector("body > .cover")
    assert "Rosa" not in page.evaluate("document.body.innerText")
    assert page.title() == "Alongside"
    house.signed_in = False
    page.click("text=Carry on")
    page.wait_for_selector("text=Sign in")


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_it_fits_and_fingers_find_it(page: Page, house: House, width: int, direction: str) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"{house.url}/home?dir={direction}")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, "the page scrolls sideways"
    small = page.evaluate(
        """[...document.querySelectorAll(".btn, .top a, .places a, .foot a, .foot button, input:not([type=hidden])")]
           .map((one) => [one.textContent.trim() || one.id, Math.round(one.getBoundingClientRect().height)])
           .filter(([, height]) => height < 48)"""
    )
    assert small == [], "less than 48 pixels high"


def test_styles_work_in_both_directions(page: Page, house: House) -> None:
    """The built stylesheet has no left and right left in it, or one language looks broken."""
    style = (BUILT.parent / json.loads(BUILT.read_text())["app.css"]).read_text()
    for side in (
        "margin-left",
        "margin-right",
        "padding-left",
        "padding-right",
        "border-left:",
        "border-right:",
        "text-align:left",
    ):
        assert side not in style
    page.goto(house.url + "/home?dir=rtl")
    left = "document.querySelector('.top .name').getBoundingClientRect().left"
    assert page.evaluate(left) > 180

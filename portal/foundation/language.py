"""Languages offered, the one for this request, and dates in a person's words."""

from __future__ import annotations

import functools
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, get_locale, get_translations, gettext, ngettext
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from portal.foundation import clock

RIGHT_TO_LEFT = {"ar", "fa", "he", "ps", "ur", "ckb"}
COOKIE = "lang"


@functools.cache
def offered(folder: str) -> tuple[str, ...]:
    """Language codes with a complete catalogue: English, and each compiled one under translations/."""
    found = sorted(path.parts[-3] for path in Path(folder).glob("*/LC_MESSAGES/messages.mo"))
    return ("en", *(code for code in found if code != "en"))


def languages() -> tuple[str, ...]:
    """Language codes this portal offers, English first."""
    return offered(current_app.config["TRANSLATIONS"])


def own_name(code: str) -> str:
    """The language's name in itself, such as Español."""
    return (Locale.parse(code, sep="-").get_language_name(code.split("-")[0]) or code).capitalize()


def asked() -> str | None:
    """The language in ?lang=, if it is offered: for this request alone when somebody is signed in."""
    wanted = request.args.get("lang")
    return wanted if wanted in languages() else None


def choose() -> str:
    """The language of this request: ?lang=, then the person's own, then the cookie, then the browser's."""
    if not has_request_context():
        return "en"
    if wanted := asked():
        return wanted
    own = getattr(g.get("_login_user"), "language", None)
    for code in (own, request.cookies.get(COOKIE)):
        if code in languages():
            return str(code)
    if own:
        return "en"
    return request.accept_languages.best_match(languages()) or "en"


def install(app: Flask) -> None:
    """Set up Babel with our choice of language.

    Templates get the catalogue of the request's language directly: Flask-Babel looks up app, request and locale again
    for each of a page's fifty words, which took a quarter of the time of the family's first page.
    """
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = app.config["TRANSLATIONS"]
    Babel(app, locale_selector=choose, default_timezone="Europe/London")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        lambda text: _catalogue().ugettext(text),
        lambda one, many, number: _catalogue().ungettext(one, many, number),
        newstyle=True,
    )
    # Jinja's own `_` looks up gettext anew and, inside a loop, makes a context for each word: half a long page's time
    app.jinja_env.globals["_"] = _said


def _catalogue() -> Any:
    """The request's catalogue, looked up once for each request."""
    try:
        return g.catalogue
    except AttributeError:
        g.catalogue = get_translations()
        return g.catalogue


@pass_eval_context
def _said(around: EvalContext, text: str, **values: Any) -> str:
    """As Jinja's gettext: the text in the request's language, what is put into it escaped."""
    words = _translated(_catalogue(), text)
    return words % values if around.autoescape else str.__mod__(words, values)


@functools.lru_cache(8192)
def _translated(catalogue: Any, text: str) -> Markup:
    return Markup(catalogue.ugettext(text))  # noqa: S704  # our own words, or their translation


@functools.lru_cache(64)
def _named(locale: Locale) -> str:
    return str(locale)


def _locale() -> str:
    """The locale of this moment by name, which Babel would put together anew each time."""
    found = get_locale()
    return _named(found) if found else "en"


def code() -> str:
    """The language code of this request."""
    return str(get_locale() or "en").replace("_", "-")


def direction(language: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"


@functools.lru_cache(4096)
def day_in(day: date, locale: str, this_year: int, weekday: bool) -> str:
    """A day in the words of this locale, with the year when it is not this one."""
    skeleton = ("EEE" if weekday else "") + "dMMMM" + ("" if day.year == this_year else "y")
    if locale == "en":
        pattern = ("EEE " if weekday else "") + "d MMMM" + ("" if day.year == this_year else " y")
        return format_date(day, pattern, locale="en_GB")
    midday = datetime(day.year, day.month, day.day, 12, tzinfo=clock.LONDON)
    return format_skeleton(skeleton, midday, locale=locale)


def say_day(day: date, weekday: bool = False) -> str:
    """A day in words, such as `24 July`, with the year when it is not this one."""
    if isinstance(day, datetime):
        day = clock.london(day).date()
    return day_in(day, _locale(), clock.today().year, weekday)


def say_month(day: date) -> str:
    """A month and its year, such as `March 2011`."""
    return format_skeleton("yMMMM", datetime(day.year, day.month, 1, 12), locale=_locale())  # noqa: DTZ001  # a month has no zone


def say_time(moment: datetime) -> str:
    """A time of day on the London clock, such as `14:00`."""
    return format_time(clock.london(moment).time(), "HH:mm", locale=_locale())


def say_when(moment: datetime) -> str:
    """Day and time, such as `Wed 24 July, 11:00`."""
    return f"{say_day(moment, weekday=True)}, {say_time(moment)}"


def say_near(day: date) -> str:
    """A day near today as people say it: today, tomorrow, yesterday; otherwise the day."""
    if isinstance(day, datetime):
        day = clock.london(day).date()
    away = (day - clock.today()).days
    if away == 0:
        return gettext("today")
    if away == 1:
        return gettext("tomorrow")
    if away == -1:
        return gettext("yesterday")
    return say_day(day)


def say_late(due: date) -> str:
    """How long something is overdue, such as `31 days overdue`."""
    days = (clock.today() - due).days
    return ngettext("%(num)d day overdue", "%(num)d days overdue", days)


def say_minutes(minutes: int) -> str:
    """How long something takes."""
    if minutes % 60 == 0:
        return ngettext("%(num)d hour", "%(num)d hours", minutes // 60)
    return ngettext("%(num)d minute", "%(num)d minutes", minutes)


def say_span(span: timedelta) -> str:
    """How long something took: `29 hours`, `25½ hours`, from three days on `almost 7 days` or `6 days`."""
    hours = span.total_seconds() / 3600
    if hours < 72:
        halves = round(hours * 2)
        if halves % 2:
            return gettext("%(hours)s½ hours", hours=halves // 2)
        return ngettext("%(num)d hour", "%(num)d hours", halves // 2)
    days = hours / 24
    if days - int(days) >= 0.5:
        return ngettext("almost %(num)d day", "almost %(num)d days", int(days) + 1)
    return ngettext("%(num)d day", "%(num)d days", int(days))


def say_language(code: str) -> str:
    """What a language is called in the language of this page, such as Spanish; the code itself when nobody knows it."""
    try:
        return Locale.parse(code, sep="-").get_display_name(str(get_locale() or "en")) or code
    except (UnknownLocaleError, ValueError):
        return code


def say_names(names: list[str]) -> str:
    """First names as one says them: `Rosa and Leo`."""
    return _listed([name.split()[0] for name in names if name])


def say_days(days: list[date]) -> str:
    """Several days as one says them: `13 October and 1 December`."""
    return _listed([say_day(day) for day in days])


def _listed(words: list[str]) -> str:
    # "en" alone is American to Babel, with a comma before the last
    locale = _locale()
    return format_list(words, locale="en_GB" if locale == "en" else locale)

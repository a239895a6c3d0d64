"""What a text says: a wording filled in, in a person's language, discreet or plain; and how many parts it costs.

A wording is one file, templates/messages/texts/<name>.txt. It says `{% if plain %}…{% else %}…{% endif %}`: the plain
words for those who chose them, the discreet ones for everybody else. Its first line is a comment with examples of what
fills it, `{# {"at": "2026-07-24T11:00", "letter": "A"} #}`, for the managers' page and the test of its length.
"""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from datetime import date, datetime
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.foundation import clock
from portal.foundation.language import day_in, offered

ROOT = Path(__file__).resolve().parents[2]
WORDINGS = ROOT / "templates" / "messages" / "texts"
TRANSLATIONS = ROOT / "translations"
EXAMPLE = re.compile(r"\A\{#-?\s*(\{.*?\})\s*-?#\}", re.S)

GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = set("^{}\\[~]|€")
MOST_PARTS = 2


def wordings() -> list[str]:
    """The names of all wordings."""
    return sorted(path.stem for path in WORDINGS.glob("*.txt"))


def example(name: str) -> dict[str, Any]:
    """What fills this wording, for showing it; empty when nothing does."""
    found = EXAMPLE.match((WORDINGS / f"{name}.txt").read_text(encoding="utf-8"))
    return unpacked(found[1]) if found else {}


def packed(values: dict[str, Any]) -> str:
    """What fills a wording, as JSON; days and times keep their kind."""
    return json.dumps(values, default=_moment, ensure_ascii=False)


def _moment(value: Any) -> dict[str, str]:
    if isinstance(value, datetime):
        return {"at": clock.london(value).isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    raise TypeError(f"a text cannot be filled with {type(value).__name__}")


def unpacked(text: str | None) -> dict[str, Any]:
    """The values again."""
    return json.loads(text, object_hook=_read) if text else {}


def _read(found: dict[str, Any]) -> Any:
    if set(found) == {"at"} and isinstance(found["at"], str) and "T" in found["at"]:
        return clock.london(datetime.fromisoformat(found["at"]))
    if set(found) == {"on"}:
        return date.fromisoformat(found["on"])
    return found


@functools.lru_cache(64)
def _environment(language: str) -> Environment:
    locale = language.replace("-", "_")
    found = Environment(
        loader=FileSystemLoader(WORDINGS),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - a text message is no markup
    )
    words: NullTranslations = NullTranslations()
    if language != "en":
        words = Translations.load(TRANSLATIONS, [locale])
    found.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    found.filters["time"] = lambda moment: clock.london(moment).strftime("%H:%M")
    found.filters["day"] = lambda moment: _day(moment, locale)
    found.filters["near"] = lambda moment: _near(moment, locale, words.gettext)
    found.filters["short"] = lambda moment: _short(moment, locale, words.gettext)
    found.filters["letter"] = lambda name: name.strip()[:1].upper()
    return found


def _day(moment: date, locale: str) -> str:
    day = clock.london(moment).date() if isinstance(moment, datetime) else moment
    return day_in(day, locale, clock.today().year, True)


def _near(moment: date, locale: str, say: Any) -> str:
    day = clock.london(moment).date() if isinstance(moment, datetime) else moment
    away = (day - clock.today()).days
    if away == 0:
        return str(say("today"))
    if away == 1:
        return str(say("tomorrow"))
    return day_in(day, locale, clock.today().year, True)


def _short(moment: date, locale: str, say: Any) -> str:
    """The day in as few letters as a person understands: `Thu` within the week, `Thu 25/7` after it."""
    day = clock.london(moment).date() if isinstance(moment, datetime) else moment
    away = (day - clock.today()).days
    if away in (0, 1):
        return _near(day, locale, say)
    # without accents: one letter outside the telephone's alphabet makes every letter of the text cost twice
    name = unicodedata.normalize("NFKD", format_date(day, "EEE", locale=locale.replace("-", "_")).rstrip("."))
    name = "".join(letter for letter in name if not unicodedata.combining(letter))
    return name if 1 < away < 7 else f"{name} {day.day}/{day.month}"


def spoken(language: str | None) -> str:
    """The language to write in: this one when it is offered, else English."""
    return language if language in offered(str(TRANSLATIONS)) else "en"


def say(name: str, language: str, plain: bool, values: dict[str, Any]) -> str:
    """The text, in one line."""
    words = _environment(spoken(language)).get_template(f"{name}.txt").render(**values, plain=plain)
    return " ".join(words.split())


def alphabet(body: str) -> str:
    """`GSM-7`, or `UCS-2` where one letter needs it, which makes each letter cost twice."""
    return "GSM-7" if all(letter in GSM or letter in GSM_TWICE for letter in body) else "UCS-2"


def parts(body: str) -> int:
    """How many messages a provider bills for these words."""
    if alphabet(body) == "GSM-7":
        size, one, more = sum(2 if letter in GSM_TWICE else 1 for letter in body), 160, 153
    else:
        size, one, more = len(body.encode("utf-16-be")) // 2, 70, 67
    return 1 if size <= one else -(-size // more)

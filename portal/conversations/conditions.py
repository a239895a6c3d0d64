"""What somebody meant by a text: what they ask for, and which time, narrowed by the times that really exist.

Both languages are tried whatever the person's own is: one answers in whichever comes to mind. Days are dateparser's
to understand; it is asked for a few words at a time, and what it finds counts only where a free time fits it.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from rapidfuzz import fuzz, process

from portal.availability.conditions import Slot
from portal.foundation.clock import LONDON

LANGUAGES = ("en", "es")
SLIPS = 84  # of 100: how near a word must come
NEAR = timedelta(minutes=45)
"""A time said this near to a free one means it: "half past four" is 4:30 or 4:45, not five."""

ASKS: dict[str, tuple[str, ...]] = {
    "menu": ("menu", "options", "commands", "opciones", "que puedo hacer", "what can i do"),
    "call": ("call me", "ring me", "can you call", "phone me", "can someone call", "llamame", "me llamas", "me llaman",
             "puedes llamarme", "llamadme", "give me a call", "callme", "need to talk", "want to talk",
             "talk to someone", "talk to somebody", "necesito hablar", "quiero hablar", "hablar con alguien"),
    "late": ("running late", "im late", "be late", "gonna be late", "bit late", "mins late", "minutes late",
             "min late", "llego tarde", "llegare tarde", "voy tarde", "llegar tarde", "voy con retraso"),
    "not_there": ("not there", "not that place", "somewhere else", "different place", "another place", "cant go there",
                  "ahi no", "alli no", "en otro sitio", "otro sitio", "otro lugar", "ese sitio no"),
    "cannot": ("cant", "cannot", "cant come", "cant make it", "wont make it", "not coming", "im not coming",
               "no puedo", "no puedo ir", "no voy", "no llego", "cancel", "cancel my appointment", "cancelar",
               "anular"),
    "move": ("move", "move it", "change it", "change", "reschedule", "another time", "different time", "other time",
             "later", "mover", "cambiar", "cambiala", "otra hora", "otro dia", "another day", "different day"),
    "where": ("where", "where is it", "wheres", "what place", "address", "donde", "donde es", "en que sitio"),
    "who": ("who", "who is it", "whos", "quien", "quien es", "con quien"),
    "next": ("next", "whens", "when is it", "when", "what time", "still on", "is it on", "is it off",
             "is it cancelled", "do i have to come", "do i have to go", "sigue en pie", "se ha cancelado",
             "tengo que ir", "proxima", "cuando", "cuando es", "a que hora"),
    "book": ("book", "see", "meet", "can i see", "appointment", "session", "free", "reservar", "reserva", "ver a",
             "quedar", "cita", "puedo ver", "hablar con", "talk to", "time with", "slot"),
}  # fmt: skip
YES = {"yes", "y", "yeah", "yep", "yh", "ye", "ok", "okay", "k", "sure", "si", "vale", "claro", "sip", "coming",
       "confirm", "ill be there", "will do", "confirmo", "ire", "alright", "cool", "fine", "yes please"}  # fmt: skip
HEARD = {"ok", "okay", "k", "cool", "fine", "alright", "sure", "vale", "claro", "will do"}
"""Said to what one was told, as often as to what one was asked."""
NO = {"no", "n", "nope", "nah", "no thanks", "no gracias", "not that", "none", "ninguna", "neither"}
PHONE = re.compile(r"\b(by phone|on the phone|phone|call instead|ring|por telefono|telefono|llamada|llamar)\b")
SLANG = {
    "tmrw": "tomorrow", "tmr": "tomorrow", "tmw": "tomorrow", "tomoz": "tomorrow", "2moro": "tomorrow",
    "2morrow": "tomorrow", "tomorow": "tomorrow", "tommorow": "tomorrow", "tomo": "tomorrow", "2day": "today",
    "tonite": "tonight", "2nite": "tonight", "tues": "tuesday", "weds": "wednesday", "wed": "wednesday",
    "thurs": "thursday", "thur": "thursday", "thu": "thursday", "fri": "friday", "mon": "monday", "tue": "tuesday",
    "sat": "saturday", "sun": "sunday", "nxt": "next", "wk": "week", "wknd": "weekend", "aft": "after",
    "bfr": "before", "cnt": "cant", "couldnt": "cant", "cudnt": "cant", "mie": "miercoles", "juev": "jueves",
    "vie": "viernes", "sab": "sabado", "finde": "fin de semana",
}  # fmt: skip
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "tomorrow", "today",
        "lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo", "manana", "hoy")  # fmt: skip
PARTS: dict[str, tuple[time, time]] = {
    r"after (school|college|class|lessons)|despues (de clase|del cole|de la escuela|del instituto)": (
        time(15),
        time(19),
    ),
    r"(in the )?mornings?|por la manana|de la manana": (time(6), time(12)),
    r"lunch( ?time)?|midday|noon|mediodia": (time(12), time(14)),
    r"(in the )?afternoons?|por la tarde|de la tarde|tarde": (time(12), time(18)),
    r"(in the )?evenings?|tonight|por la noche|esta noche": (time(17), time(22)),
}
CLOCK = re.compile(
    r"\b(?:(after|before|from|despues de las?|antes de las?|a partir de las?)\s+)?(?:at\s+|a las?\s+|las\s+)?"
    r"(?:(half(?: past)?|quarter past|quarter to)\s+)?"
    r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|o ?clock|y media|y cuarto)?(?![\w/])"
)


def bare(body: str) -> str:
    """The words alone: small letters, no accents, no apostrophes, numbers and times as they are."""
    flat = unicodedata.normalize("NFKD", body.casefold())
    flat = "".join(letter for letter in flat if not unicodedata.combining(letter))
    flat = re.sub(r"[’'`´]", "", flat)
    words = re.sub(r"[^\w\s:./]|_", " ", flat).split()
    return " ".join(_spelt(SLANG.get(word.strip("."), word.strip("."))) for word in words)


def _spelt(word: str) -> str:
    """A day's name with a slip in it, mended: "thrusday"."""
    if len(word) < 5 or not word.isalpha() or word in DAYS:
        return word
    found = process.extractOne(word, DAYS, scorer=fuzz.ratio, score_cutoff=SLIPS)
    return found[0] if found else word


def number(body: str) -> int | None:
    """A number that answers an offer: "2", "2.", "number 2", "the 2nd one"."""
    said = re.fullmatch(
        r"(?:number |no |option |the |la |el |numero )?(\d)(?:st|nd|rd|th|a)?(?: one)?(?: please| pls| thanks)?",
        bare(body).rstrip("."),
    )
    if said:
        return int(said[1])
    words = {"one": 1, "two": 2, "three": 3, "first": 1, "second": 2, "third": 3, "uno": 1, "dos": 2, "tres": 3,
             "primera": 1, "segunda": 2, "tercera": 3, "the first": 1, "the second": 2, "the third": 3}  # fmt: skip
    return words.get(bare(body))


def says_yes(body: str) -> bool:
    """Yes, and nothing else."""
    return bare(body).rstrip(".") in YES


def says_no(body: str) -> bool:
    """No, and nothing else."""
    return bare(body).rstrip(".") in NO


def asks(body: str) -> str | None:
    """What is asked for, with slips; None when no such thing is said. The longest phrase that fits decides."""
    said = bare(body)
    if said == "late":
        return "late"
    found: list[tuple[int, int, str]] = []
    for place, (ask, phrases) in enumerate(ASKS.items()):
        for phrase in phrases:
            if re.search(rf"\b{re.escape(phrase)}\b", said):
                found.append((len(phrase.split()), -place, ask))
    if found:
        ask = max(found)[2]
        # "next week", "next thursday": a time, and not what is next
        return "book" if ask == "next" and re.search(r"\bnext (?!one|appointment|date|session|time)\w", said) else ask
    if len(said.split()) <= 2:
        for word in said.split():
            for ask, phrases in ASKS.items():
                if len(word) > 2 and any(" " not in phrase and _slip_of(word, phrase) for phrase in phrases):
                    return ask
    return None


def _slip_of(word: str, phrase: str) -> bool:
    return fuzz.ratio(word, phrase) >= SLIPS or (len(word) > 3 and sorted(word) == sorted(phrase))


@dataclass(frozen=True)
class When:
    """The times that somebody means: some days, from one time of day to another; perhaps by phone."""

    first: date | None = None
    last: date | None = None
    begins: time | None = None
    ends: time | None = None
    exactly: time | None = None
    by_phone: bool = False

    @property
    def says_something(self) -> bool:
        return bool(self.first or self.begins or self.ends or self.exactly)

    @property
    def moment(self) -> datetime | None:
        """One time on one day, where that was said."""
        if self.exactly is None or self.first is None or self.first != self.last:
            return None
        return datetime.combine(self.first, self.exactly, LONDON)


def when(body: str, now: datetime) -> When:
    """The times meant by these words."""
    said = bare(body)
    by_phone = bool(PHONE.search(said))
    said = PHONE.sub(" ", said)
    first, last, said = _week(said, now)
    begins = ends = None
    for words, (part_begins, part_ends) in PARTS.items():
        if re.search(rf"\b(?:{words})\b", said):
            begins, ends = part_begins, part_ends
            said = re.sub(rf"\b(?:{words})\b", " ", said)
            if "tonight" in words and first is None and re.search(r"tonight|esta noche", body.casefold()):
                first = last = now.date()
            break
    day = _day(said, now)
    if day:
        first = last = day
    exactly, after, before = _clock(said)
    return When(first, last, after or begins, before or ends, exactly, by_phone)


def _week(said: str, now: datetime) -> tuple[date | None, date | None, str]:
    today = now.date()
    sunday = today + timedelta(days=6 - today.weekday())
    for words, first, last in (
        (r"next weekend|el (proximo )?fin de semana que viene", sunday + timedelta(days=6), sunday + timedelta(days=7)),
        (r"(this |the )?weekend|(este |el )?fin de semana", sunday - timedelta(days=1), sunday),
        (r"next week|la semana que viene|la proxima semana", sunday + timedelta(days=1), sunday + timedelta(days=7)),
        (r"this week|esta semana", today, sunday),
    ):
        if re.search(rf"\b(?:{words})\b", said):
            rest = re.sub(rf"\b(?:{words})\b", " ", said)
            return max(first, today), last, rest
    return None, None, said


def _day(said: str, now: datetime) -> date | None:
    """The day that some of these words name, the longest first."""
    words = (
        re.sub(CLOCK, " ", re.sub(r"\b(que viene|proximo|proxima|el|este)\b", " ", said)) if _has_day(said) else said
    )
    for text in _windows(words.split()):
        if not _has_day(text) and not re.search(r"\d(st|nd|rd|th|/)|\d \w{3,}|\bin \d", text):
            continue  # a number by itself is an answer or a time of day
        for language in LANGUAGES:
            found = _parser(language, now.date()).get_date_data(text)
            if found.date_obj is not None and found.period in ("day", "time"):
                day = found.date_obj.date()
                if day >= now.date():
                    return day
    return None


def _has_day(said: str) -> bool:
    return any(word in DAYS for word in said.split())


def _windows(words: Sequence[str]) -> Iterator[str]:
    for size in (4, 3, 2, 1):
        for start in range(len(words) - size + 1):
            yield " ".join(words[start : start + size])


@functools.lru_cache(8)
def _parser(language: str, today: date) -> Any:
    from dateparser.date import DateDataParser  # some 5 MB, for the processes that read texts

    return DateDataParser(
        languages=[language],
        settings={
            "RELATIVE_BASE": datetime.combine(today, time(0, 1)),
            "PREFER_DATES_FROM": "future",
            "DATE_ORDER": "DMY",
        },
    )


def _clock(said: str) -> tuple[time | None, time | None, time | None]:
    """A time of day: exactly, from then on, or before it. Without am or pm one means the day, not the night."""
    for found in CLOCK.finditer(said):
        side, half, hour_text, minute_text, suffix = found.groups()
        hour, minute = int(hour_text), int(minute_text or 0)
        before = said[: found.start()].split()
        named = side or half or minute_text or suffix or re.search(r"\b(at|a las?|las)\s+\d", found[0])
        named = named or (bool(before) and before[-1] in DAYS)
        if hour > 23 or minute > 59 or not named:
            continue
        if hour < 12 and ((suffix or "").startswith("p") or (hour < 8 and not (suffix or "").startswith("a"))):
            hour += 12
        minute = {"half": 30, "half past": 30, "quarter past": 15, "quarter to": -15}.get(half or "", minute)
        minute = {"y media": 30, "y cuarto": 15}.get(suffix or "", minute)
        moment = (datetime(2000, 1, 1, hour, tzinfo=LONDON) + timedelta(minutes=minute)).time()
        if side and side.startswith(("after", "from", "desp", "a partir")):
            return None, moment, None
        if side:
            return None, None, moment
        return moment, None, None
    return None, None, None


def fitting(slots: Iterable[Slot], meant: When) -> list[Slot]:
    """Of these free times, those that were meant; the nearest to a time of day that was said."""
    kept = []
    for slot in slots:
        day, at = slot.starts_at.date(), slot.starts_at.time()
        if meant.by_phone and not slot.by_phone:
            continue
        if (meant.first and day < meant.first) or (meant.last and day > meant.last):
            continue
        if (meant.begins and at < meant.begins) or (meant.ends and at >= meant.ends):
            continue
        if meant.exactly and abs(_since_midnight(at) - _since_midnight(meant.exactly)) > NEAR:
            continue
        kept.append(slot.on_the_phone() if meant.by_phone else slot)
    if meant.exactly and meant.first and meant.first == meant.last:
        said = _since_midnight(meant.exactly)
        kept.sort(key=lambda slot: abs(_since_midnight(slot.starts_at.time()) - said))
        return kept[:1]
    return kept


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute)

"""What shared templates need from Python: faces, a form's mistakes, and where govuk-frontend's macros are."""

from __future__ import annotations

import unicodedata
import zlib

from flask import Flask
from govuk_frontend_wtf.main import flatten_errors
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from wtforms import Form

FACE_COLOURS = 6  # as many as static/src/_theme.scss paints
TITLES = {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "sra", "sr", "don", "doña"}


def words_of(name: str) -> list[str]:
    """The words of a name that carry a letter, without titles such as Dr and without what stands in brackets."""
    plain = unicodedata.normalize("NFC", name or "").split("(")[0]
    words = [word for word in plain.split() if any(letter.isalpha() for letter in word)]
    return [word for word in words if word.strip(".").casefold() not in TITLES] or words


def initial(word: str) -> str:
    """A word's first letter with the marks that belong to it."""
    start = next(place for place, letter in enumerate(word) if letter.isalpha())
    end = start + 1
    while end < len(word) and unicodedata.category(word[end]).startswith("M"):
        end += 1
    return word[start:end].upper()


def initials(name: str) -> str:
    """One or two letters for a face: first and last word. One where letters join, since two would read as a word."""
    words = words_of(name)
    if not words:
        return "·"
    first = initial(words[0])
    if len(words) == 1 or first.lower() == first.upper():
        return first
    return first + initial(words[-1])


def called(name: str) -> str:
    """How one speaks of somebody: `Amina`, and `Dr Mansoor` for Dr Leila Mansoor."""
    words = name.split()
    if len(words) > 1 and words[0].strip(".").casefold() in TITLES:
        return f"{words[0]} {words[-1]}"
    return next(iter(words), "")


def face_colour(name: str) -> str:
    """The class of a face's colour: the same name has the same colour on every page and every day."""
    plain = " ".join(words_of(name)).casefold()
    return f"face-{zlib.crc32(plain.encode()) % FACE_COLOURS + 1}"


def mistakes(form: Form) -> list[dict[str, str]]:
    """A form's mistakes, each with a link to the field it is about (for a date: to the part that is wrong)."""
    ids = {name: getattr(field, "first_wrong_id", None) or field.id for name, field in form._fields.items()}
    about_fields = {name: errors for name, errors in form.errors.items() if name}
    found: list[dict[str, str]] = flatten_errors(about_fields, id_map=ids)
    return [*({"text": str(error)} for error in form.form_errors), *found]


def install(app: Flask) -> None:
    """Give the app's templates faces, mistakes and govuk-frontend's macros. Before the first page is rendered."""
    macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([*([app.jinja_loader] if app.jinja_loader else []), macros])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(called=called, initials=initials, face_colour=face_colour, mistakes=mistakes)
    # the frame explains its words where there is a glossary (guidance/views.py), and stands without one
    app.jinja_env.filters.setdefault("explained", lambda text: text)
    app.jinja_env.globals.setdefault("explained_terms", list)

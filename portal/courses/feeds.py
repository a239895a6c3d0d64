"""Courses as open data: what can be joined, in the format of Open Referral UK (Human Services Data Specification 3).

Who signed up is not in it, nor how many. Ids are UUIDs made from our references, so they stay the same.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, jsonify, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from portal.access.actor import Actor
from portal.access.gate import needs
from portal.courses import queries
from portal.courses.conditions import Wanted
from portal.foundation import clock
from portal.foundation.database import Row
from portal.foundation.language import say_language
from portal.foundation.web import db

open_referral = Blueprint("open_referral", __name__)

SPACE = uuid.UUID("6d1c0a0e-3a3b-5e0e-9c7f-1f6f3b7c2a10")
"""Of our own, so that our ids are nobody else's."""
PAGE = 50


def identity(kind: str, name: object) -> str:
    """A UUID that is the same each time for the same thing."""
    return str(uuid.uuid5(SPACE, f"{kind} {name}"))


def service(course: Row, groups: list[Row]) -> dict[str, Any]:
    """One course as a service of the specification, with each group as a schedule."""
    years = (course["year_from"], course["year_to"])
    return {
        "id": identity("course", course["course_ref"]),
        "name": course["title"],
        "description": course["summary"],
        "url": current_app.config["SETTINGS"].url + url_for("courses.show", ref=course["course_ref"]),
        "status": "active",
        "fees_description": course["cost"] or "Free",
        "application_process": "Sign up with a first name and a mobile number. No referral and no case is needed.",
        # for the parent of a child of these school years: a child in Year 5 is nine or ten
        "eligibility_description": f"Parents and carers of children in school years {years[0]} to {years[1]}.",
        "organization": {
            "id": identity("organisation", course["provider"]),
            "name": course["provider"],
            "description": f"{course['provider']} runs courses for parents.",
        },
        "languages": [
            {"id": identity("language", f"{course['course_ref']} {code}"), "code": code, "name": say_language(code)}
            for code in sorted({group["language"] for group in groups})
        ],
        "schedules": [_schedule(group) for group in groups],
        "service_at_locations": [_location(group) for group in groups if group["mode"] == "place"],
    }


def _schedule(group: Row) -> dict[str, Any]:
    first, last = clock.london(group["first_at"]), clock.london(group["last_at"])
    return {
        "id": identity("group", group["ref"]),
        "valid_from": first.date().isoformat(),
        "valid_to": last.date().isoformat(),
        "dtstart": first.date().isoformat(),
        "until": last.date().isoformat(),
        "freq": "WEEKLY",
        "interval": 1,
        "byday": ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[first.weekday()],
        "opens_at": _time(first),
        "closes_at": _time(first + timedelta(minutes=group["minutes"])),
        "attending_type": "online" if group["mode"] == "online" else "in-person",
        "notes": "Someone minds small children." if group["creche"] else "",
    }


def _time(moment: datetime) -> str:
    """Hours and minutes with how far they are from UTC, as the specification asks: 09:30+01:00."""
    return moment.time().isoformat("minutes") + moment.isoformat()[-6:]


def _location(group: Row) -> dict[str, Any]:
    return {
        "id": identity("at", group["ref"]),
        "location": {
            "id": identity("place", group["ref"]),
            "location_type": "physical",
            "name": group["place"],
            "description": group["getting_in"] or "",
        },
    }


@open_referral.get("/open-referral/services")
@needs("public")
def services() -> AnyResponse:
    """Every published course that can be joined, a page at a time."""
    every = queries.find(db(), Wanted())
    number = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    size = min(max(request.args.get("per_page", PAGE, type=int), 1), PAGE)
    shown = every[(number - 1) * size : number * size]
    pages = max(1, -(-len(every) // size))
    return _answer(
        {
            "total_items": len(every),
            "total_pages": pages,
            "page_number": number,
            "size": len(shown),
            "first_page": number == 1,
            "last_page": number >= pages,
            "empty": not shown,
            "contents": [service(course, groups) for course, groups in shown],
        }
    )


def one_service(session: Session, actor: Actor | None, identity_: str) -> tuple[Row, list[Row]] | None:
    """The course with this id, if it can be joined."""
    for course, groups in queries.find(session, Wanted()):
        if identity("course", course["course_ref"]) == identity_.lower():
            return course, groups
    return None


@open_referral.get("/open-referral/services/<identity_>")
@needs("public", one_service, "found")
def show(found: tuple[Row, list[Row]]) -> AnyResponse:
    """One course."""
    return _answer(service(*found))


def _answer(said: dict[str, Any]) -> AnyResponse:
    response = jsonify(said)
    # open data: any other site may read it
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response

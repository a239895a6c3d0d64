"""Courses as open data: what can be joined, in the format of Open Referral UK (Human Services Data Specification 3).

Numbers of places and who signed up are not in it. Ids are UUIDs made from our references, the same each time.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, current_app, jsonify, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.access.actor import Actor
from portal.access.gate import needs
from portal.courses.models import Course
from portal.courses.queries import Open, find, Wanted
from portal.foundation.database import PortalSession, Row
from portal.foundation.language import say_language
from portal.foundation.web import db
from sqlalchemy import select

open_referral = Blueprint("open_referral", __name__)

SPACE = uuid.UUID("6d1c0a0e-3a3b-5e0e-9c7f-1f6f3b7c2a10")
PAGE = 50


def identity(kind: str, name: object) -> str:
    """A UUID that is the same each time for the same thing."""
    return str(uuid.uuid5(SPACE, f"{kind} {name}"))

"""A course that parents can join."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from portal.courses.models import Course, CourseGroup, CourseMeeting, CourseOrganiser
from portal.foundation import clock
from portal.organisations.models import Worker


def course(session: Session, by: Worker, title: str = "Phones, friends, streets") -> tuple[Course, CourseGroup]:
    """A published course with one group, organised by this worker of a charity or school."""
    now = clock.now()
    if session.get(CourseOrganiser, by.id) is None:
        session.add(
            CourseOrganiser(worker_id=by.id, organisation_id=by.organisation_id, named_by_id=by.id, named_at=now)
        )
    made = Course(
        organisation_id=by.organisation_id, provider="Here families", title=title, summary="What changes in Year 5.",
        covers="gangs", year_from=5, year_to=6, published_at=now, changed_at=now, made_by_id=by.id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    group = CourseGroup(course_id=made.id, mode="place", place="Quay Street", language="en", places=8)
    session.add(group)
    session.flush()
    session.add(CourseMeeting(group_id=group.id, starts_at=now + timedelta(days=7), minutes=90))
    session.flush()
    return made, group

"""The one assessment, as the family reads it: whole, by section, and as it was on an earlier day."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, request

from portal.access.asking import ask
from portal.access.gate import needs
from portal.access.scope import Scope, as_of, looking_at
from portal.assessments import actions, queries
from portal.assessments.forms import AsOfForm
from portal.assessments.queries import OneSection
from portal.contexts import queries as contexts
from portal.duties import queries as duties
from portal.foundation.web import db, page
from portal.people.queries import by_circle, names_in_circles, own_scope, who_has_read, young_people

assessment = Blueprint("assessment", __name__)


@assessment.get("/assessment")
@needs("assessment.read", own_scope, "scope")
def show(scope: Scope) -> Response:
    """What was said, by whom, under plain headings; what is new since one last looked."""
    form = AsOfForm(request.args, meta={"csrf": False})
    past = as_of(scope, form.day_asked())
    found = ask(
        db(),
        past,
        said=queries.folded,
        events=queries.events,
        new=queries.new,
        drafts=queries.drafts,
        young=young_people,
        readers=partial(who_has_read, what="assessment"),
        names=names_in_circles,
        duties=duties.duties,
        elsewhere=duties.kept_elsewhere,
        again=duties.asked_again,
        links=contexts.links,
    )
    actions.note_visit(db(), scope)
    return page(
        "assessments/assessment.html",
        scope=scope,
        base="/assessment",
        form=form,
        day=form.day_asked(),
        chapters=queries.chapters(queries.readable(scope, found["said"])),
        events=queries.readable(scope, found["events"]),
        new=queries.readable(scope, found["new"]),
        drafts=found["drafts"],
        young=found["young"],
        readers=found["readers"],
        names=by_circle(found["names"]),
        duties=duties.with_clock(duties.readable(scope, found["duties"])),
        elsewhere=found["elsewhere"],
        again=duties.readable(scope, found["again"]),
        links=found["links"],
        gaps=contexts.gaps(found["links"]),
    )


@assessment.get("/assessment/about/<young>/<section>")
@needs("assessment.check", queries.one_section, "one")
def section(one: OneSection) -> Response:
    """One section in full, a page at a time."""
    number = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    here = looking_at(one.scope, young=one.young.id, section=one.section, skip=queries.A_PAGE * (number - 1))
    found = ask(db(), here, said=queries.section, names=names_in_circles)
    actions.note_visit(db(), one.scope)
    return page(
        "assessments/section.html",
        one=one,
        scope=one.scope,
        base="/assessment",
        number=number,
        pages=queries.pages(found["said"]),
        chapters=queries.chapters(queries.readable(one.scope, found["said"])),
        names=by_circle(found["names"]),
    )

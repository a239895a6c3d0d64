"""The assessment for those who work with the family: first what to know and what nobody asked, then what was said."""

from __future__ import annotations

from flask import Blueprint, Response, request

from portal.access.asking import ask
from portal.access.gate import needs
from portal.access.scope import as_of, looking_at
from portal.assessments import queries
from portal.assessments.forms import AsOfForm
from portal.assessments.models import SECTION_KIND
from portal.assessments.queries import OneSection
from portal.contexts import queries as contexts
from portal.coverage import queries as coverage
from portal.duties import queries as duties
from portal.foundation.web import db, page
from portal.involvement.queries import OpenFamily, open_family
from portal.people.queries import by_circle, members, names_in_circles, young_people

work_assessment = Blueprint("work_assessment", __name__)


@work_assessment.get("/work/families/<ref>/assessment")
@needs("family.assessment", open_family, "opened")
def show(opened: OpenFamily) -> Response:
    """Gaps and the ten things first, because somebody could act on them today; then every statement."""
    form = AsOfForm(request.args, meta={"csrf": False})
    scope = as_of(opened.scope, form.day_asked())
    found = ask(
        db(),
        scope,
        said=queries.folded,
        told=queries.told,
        events=queries.events,
        new=queries.new,
        drafts=queries.drafts,
        young=young_people,
        members=members,
        names=names_in_circles,
        duties=duties.duties,
        elsewhere=duties.kept_elsewhere,
        again=duties.asked_again,
        links=contexts.links,
        questions=contexts.questions,
    )
    chapters = queries.chapters(found["said"])
    sections = [name for name, kind in SECTION_KIND.items() if scope.sees_kind(kind)]
    asked = contexts.with_clock(found["questions"])
    roots = [row for row in found["said"] if row["root"] == row["id"]]
    firsts = {row["id"]: coverage.first_page(row["id"], sections, roots, found["told"]) for row in found["young"]}
    lists = {
        row["id"]: coverage.review_list(row["id"], sections, found["told"], found["links"], asked, found["events"])
        for row in found["young"]
    }
    return page(
        "work/assessment.html",
        opened=opened,
        scope=opened.scope,
        base=request.path,
        form=form,
        day=form.day_asked(),
        chapters=chapters,
        firsts=firsts,
        lists=lists,
        events=found["events"],
        new=found["new"],
        drafts=found["drafts"],
        young=found["young"],
        members=found["members"],
        names=by_circle(found["names"]),
        duties=duties.with_clock(found["duties"]),
        elsewhere=found["elsewhere"],
        again=found["again"],
        links=found["links"],
        gaps=contexts.gaps(found["links"]),
        questions=asked,
    )


@work_assessment.get("/work/families/<ref>/assessment/about/<young>/<section>")
@needs("family.assessment", queries.one_section, "one")
def section(one: OneSection) -> Response:
    """One section in full, a page at a time."""
    number = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    here = looking_at(one.scope, young=one.young.id, section=one.section, skip=queries.A_PAGE * (number - 1))
    found = ask(db(), here, said=queries.section, names=names_in_circles)
    return page(
        "assessments/section.html",
        one=one,
        scope=one.scope,
        base=request.path.split("/about/")[0],
        number=number,
        pages=queries.pages(found["said"]),
        chapters=queries.chapters(found["said"]),
        names=by_circle(found["names"]),
    )

"""Updates, as those who work with the family write and read them: in under a minute, on a phone."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.foundation.database import gather
from portal.foundation.forms import filled
from portal.foundation.language import say_names
from portal.foundation.reading import reading_age
from portal.foundation.web import db, page
from portal.guidance.queries import jargon
from portal.involvement.conditions import caseload
from portal.involvement.queries import OpenFamily, open_family
from portal.people.queries import readers
from portal.questions.queries import about, by_thing
from portal.updates import actions, queries
from portal.updates.conditions import as_shown, can_undo
from portal.updates.forms import AnswerForm, CorrectForm, WriteForm, plainer
from portal.updates.queries import OpenUpdate, open_update

work_updates = Blueprint("work_updates", __name__)


@work_updates.get("/work/families/<ref>/updates")
@needs("family.updates", open_family, "opened")
def show(opened: OpenFamily) -> AnyResponse:
    """What was written, who has read it and what they wrote back; newest first."""
    return shown(opened, AnswerForm(formdata=None))


def shown(opened: OpenFamily, form: AnswerForm, to: str = "", status: int = 200) -> AnyResponse:
    """The page; `form` may hold a reply with a mistake, to the update or reply `to`."""
    number = min(max(request.args.get("page", 1, type=int), 1), 1000)
    found = ask(
        db(),
        opened.scope,
        updates=partial(queries.updates, limit=queries.PAGE + 1, skip=(number - 1) * queries.PAGE),
        earlier=queries.earlier,
        replies=queries.replies,
        asked=partial(about, kind="update"),
    )
    rows = found["updates"]
    more, rows = len(rows) > queries.PAGE, rows[: queries.PAGE]
    me = current_user.worker_id
    mine = {row["id"] for row in rows if row["by_worker_id"] == me or opened.scope.why == "cover"}
    new = [
        row["id"]
        for row in found["replies"]
        if row["worker_seen_at"] is None and row["by_person_id"] and row["update_id"] in mine
    ]
    if new:
        actions.see_replies(db(), new)
    return page(
        "work/updates.html",
        status,
        opened=opened,
        updates=rows,
        earlier=queries.under(found["earlier"], "first_id"),
        replies=queries.under(found["replies"], "update_id"),
        asked=by_thing(found["asked"]),
        undo={row["id"] for row in rows if can_undo(row, me) and not row["read_by"]},
        form=form,
        wrong=to,
        new=new,
        number=number,
        more=more,
        writes=opened.scope.until is None,
    )


@work_updates.get("/work/updates/new")
@needs("work.read")
def choose() -> AnyResponse:
    """Whom to write to: the families that have waited longest first. With one family there is nothing to choose."""
    found = gather(db(), families=queries.to_write_to(caseload(current_user, settled=True)))
    if len(found["families"]) == 1:
        return redirect(url_for("work_updates.write", ref=found["families"][0].ref), 303)
    return page("work/write_to.html", families=found["families"])


@work_updates.route("/work/families/<ref>/updates/new", methods=["GET", "POST"])
@needs("update.write", open_family, "opened")
def write(opened: OpenFamily) -> AnyResponse:
    """Write an update. Before it is posted, the names of who will read it and who will not have been on the screen."""
    form = WriteForm()
    form.offer(gather(db(), readers=readers(opened.scope))["readers"])
    wanted = request.form.get("step")
    if request.method == "GET":
        return written(opened, form, checked=False)
    if word := request.form.get("take"):
        form.take(word)
        return written(opened, form)
    if not form.validate_on_submit():
        return written(opened, form, status=422)
    now = as_shown(form.readers.rows, form.readers.chosen)
    if wanted != "post":
        return written(opened, form)
    if form.shown.data != now:
        flash(_("Who is in the family, or who reads it, has changed since you looked. Nothing was posted: look again."))
        return written(opened, form, status=409)
    posted = actions.post(db(), opened.scope, current_user.name, filled(form.text), form.readers.chosen)
    flash(_("Posted to %(names)s.", names=say_names([row["name"] for row in form.readers.chosen])))
    return redirect(url_for("work_updates.show", ref=opened.family.ref) + f"#{posted.ref}", 303)


@work_updates.post("/work/families/<ref>/updates/check")
@needs("update.write", open_family, "opened")
def check(opened: OpenFamily) -> AnyResponse:
    """While somebody types: who will read it, words of the trade, how easy it reads. For htmx; saves nothing."""
    form = WriteForm()
    form.offer(gather(db(), readers=readers(opened.scope))["readers"])
    return written(opened, form, part=True)


def written(
    opened: OpenFamily, form: WriteForm, *, checked: bool = True, part: bool = False, status: int = 200
) -> AnyResponse:
    """The page to write on, or the part of it that changes while one types."""
    text = form.text.data or ""
    values: dict[str, Any] = {
        "opened": opened,
        "form": form,
        "checked": checked,
        "shown": as_shown(form.readers.rows, form.readers.chosen),
        "jargon": jargon(text),
        "age": reading_age(text),
        "limited": [row for row in form.readers.chosen if row["contact_limit"] == "no_address"],
    }
    if part:
        return page("updates/_check.html", **values)
    return page("work/write.html", status, **values)


@work_updates.post("/work/families/<ref>/updates/<update>/undo")
@needs("update.own", open_update, "found")
def undo(found: OpenUpdate) -> AnyResponse:
    """Take back what was posted within the minute; the words come back to be changed."""
    text, opened = found.update.text, found.opened
    readers_ = gather(db(), readers=queries.people_of(opened.scope, found.update.circle_id))["readers"]
    corrects = found.update.corrects_id
    try:
        actions.undo(db(), found.update, current_user.worker_id)
    except actions.TooLate:
        flash(
            _("It is too late to take it back: the minute is over, or somebody has read it. You can put it right here.")
        )
        return redirect(url_for("work_updates.correct", ref=opened.family.ref, update=found.update.ref), 303)
    flash(_("Taken back. Nobody has read it, and nobody was told."))
    if corrects:
        return redirect(url_for("work_updates.show", ref=opened.family.ref), 303)
    form = WriteForm(formdata=None, text=text, readers=[row["ref"] for row in readers_])
    form.offer(gather(db(), readers=readers(opened.scope))["readers"])
    return written(opened, form)


@work_updates.route("/work/families/<ref>/updates/<update>/correct", methods=["GET", "POST"])
@needs("update.own", open_update, "found")
def correct(found: OpenUpdate) -> AnyResponse:
    """Put right what was posted: it reaches the same people, and says that it is a correction."""
    opened, wrong = found.opened, found.update
    form = CorrectForm(data={"text": wrong.text})
    rows = gather(db(), readers=queries.people_of(opened.scope, wrong.circle_id))["readers"]
    if word := request.form.get("take"):
        form.text.data = plainer(form.text.data or "", word)
    elif form.validate_on_submit():
        if filled(form.text) == wrong.text.strip():
            form.text.errors = [_("It still says the same. Change what is wrong.")]
        else:
            posted = actions.correct(db(), opened.scope, current_user.name, wrong, filled(form.text), rows)
            flash(_("Put right. %(names)s will see it.", names=say_names([row["name"] for row in rows])))
            return redirect(url_for("work_updates.show", ref=opened.family.ref) + f"#{posted.ref}", 303)
    text = form.text.data or ""
    return page(
        "work/correct.html",
        422 if form.errors else 200,
        opened=opened,
        update=wrong,
        form=form,
        readers=rows,
        jargon=jargon(text),
        age=reading_age(text),
    )


@work_updates.post("/work/families/<ref>/updates/<update>/reply")
@needs("update.reply", open_update, "found")
def reply(found: OpenUpdate) -> AnyResponse:
    """Write back: to all who read the update, or to whoever wrote to one worker alone."""
    opened = found.opened
    form = AnswerForm()
    to = queries.private_reply(db(), found, request.form.get("to", ""))
    if not form.validate_on_submit():
        return shown(opened, form, request.form.get("to") or found.update.ref, 422)
    actions.answer_reply(db(), opened.scope, found.update, filled(form.text), to)
    flash(_("Sent."))
    return redirect(url_for("work_updates.show", ref=opened.family.ref) + f"#{found.update.ref}", 303)

"""Updates, as the family reads them and writes back."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access.asking import ask
from portal.access.gate import needs
from portal.access.scope import Scope
from portal.foundation.database import Row
from portal.foundation.forms import filled
from portal.foundation.language import say_names
from portal.foundation.web import db, page
from portal.involvement.queries import responsible
from portal.people.queries import own_scope
from portal.questions import actions as questions
from portal.questions.queries import about, by_thing
from portal.questions.queries import readable as readable_questions
from portal.updates import actions, queries
from portal.updates.forms import ReplyForm
from portal.updates.queries import OwnUpdate, own_update

updates = Blueprint("updates", __name__)


@updates.get("/updates")
@needs("updates.read", own_scope, "scope")
def show(scope: Scope) -> AnyResponse:
    """What workers wrote, newest first, with what was written back and asked about each."""
    return shown(scope)


def shown(scope: Scope, answered: ReplyForm | None = None, to: str = "", status: int = 200) -> AnyResponse:
    """The page; `answered` is a reply with a mistake in it, to the update `to`."""
    number = min(max(request.args.get("page", 1, type=int), 1), 1000)
    found = ask(
        db(),
        scope,
        updates=partial(queries.updates, limit=queries.PAGE + 1, skip=(number - 1) * queries.PAGE),
        earlier=queries.earlier,
        replies=queries.replies,
        asked=partial(about, kind="update"),
        who=responsible,
    )
    rows = queries.readable(scope, found["updates"])
    more, rows = len(rows) > queries.PAGE, rows[: queries.PAGE]
    fresh = {row["id"] for row in rows if row["read_at"] is None}
    actions.mark_read(db(), scope, rows)
    for row in rows:
        row["answers"] = to_whom(row, found["who"][0])
        row["form"] = answered if answered and row["ref"] == to else reply_form(scope, row)
    return page(
        "updates/updates.html",
        status,
        updates=rows,
        fresh=fresh,
        earlier=queries.under(queries.readable(scope, found["earlier"]), "first_id"),
        replies=queries.under(queries.readable(scope, found["replies"]), "update_id"),
        asked=by_thing(readable_questions(scope, found["asked"])),
        scope=scope,
        number=number,
        more=more,
        wrong=to,
    )


def to_whom(row: Row, who: Row) -> Row:
    """Who reads what is written back: whoever wrote the update, or whoever is responsible once they have gone."""
    if row["here"] or who["worker_id"] is None:
        return Row(worker_id=row["by_worker_id"], name=row["worker"], away_until=row["away_until"], cover=row["cover"])
    return Row(worker_id=who["worker_id"], name=who["name"], away_until=None, cover=None)


def reply_form(scope: Scope, row: Row) -> ReplyForm:
    """An empty form to write back about this update."""
    form = ReplyForm(formdata=None, prefix=f"u{row['id']}")
    form.offer(row, others(scope, row), row["answers"]["name"].split()[0])
    return form


def others(scope: Scope, row: Row) -> str:
    """Who else in the family reads this update, as one says it."""
    names = (row["readers"] or "").split("; ")
    return str(say_names([name for name in names if name and name != current_user.name]))


@updates.post("/updates/<ref>/reply")
@needs("update.answer", own_update, "own")
def reply(own: OwnUpdate) -> AnyResponse:
    """Write back: to the worker alone, to all who read it, or as a question with a clock."""
    scope, row = own.scope, own.row
    row["answers"] = to_whom(row, ask(db(), scope, who=responsible)["who"][0])
    form = ReplyForm(prefix=f"u{row['id']}")
    worker = row["answers"]
    form.offer(row, others(scope, row), worker["name"].split()[0])
    if not form.validate_on_submit():
        return shown(scope, form, row["ref"], 422)
    text = filled(form.text)
    if form.how.data == "question":
        questions.ask(db(), scope, worker["worker_id"], text, about=("update", row["id"], row["ref"]))
    else:
        only = worker["worker_id"] if form.how.data == "worker" else None
        actions.reply(db(), scope, own.update, text, only)
    flash(_("%(name)s has it now.", name=worker["name"].split()[0]))
    return redirect(f"/updates#{row['ref']}", 303)

"""Texts as those who work with a family read them, and for managers every wording, and the one switch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import column, func, select
from werkzeug.wrappers import Response as AnyResponse

from portal.access.actor import Actor
from portal.access.gate import needs
from portal.foundation import clock, texts
from portal.foundation.forms import filled
from portal.foundation.language import languages, own_name
from portal.foundation.web import db, page
from portal.involvement.actions import alert
from portal.involvement.queries import Member, OpenFamily, member, open_family
from portal.messages import actions, queries
from portal.messages.forms import PauseForm, SwitchForm
from portal.messages.models import TextMessage

work_texts = Blueprint("work_texts", __name__)


@dataclass(frozen=True)
class Held:
    """A text of which nobody knows whether it went out, in a family that is open."""

    opened: OpenFamily
    text: TextMessage


def held(session: Any, actor: Actor, ref: str, text: str) -> Held | None:
    """The text, if it is held and this professional may decide about it."""
    if not (opened := open_family(session, actor, ref)):
        return None
    found = session.scalar(
        select(TextMessage).where(TextMessage.ref == text, TextMessage.family_id == opened.family_id)
    )
    return Held(opened, found) if found else None


def may_stop(session: Any, actor: Actor) -> bool | None:
    """Only a borough's senior manager turns all texts off or on."""
    return True if session.scalar(select(func.i_may_stop_texts())) else None


@work_texts.get("/work/families/<ref>/texts")
@needs("family.texts", open_family, "opened")
def show(opened: OpenFamily) -> Response:
    """Every text to and from this family, and its fate."""
    return page("work/texts.html", opened=opened, now=clock.now(), **queries.of_family(db(), opened.scope))


@work_texts.post("/work/families/<ref>/texts/<text>/decide")
@needs("family.texts_decide", held, "held")
def decide(held: Held) -> AnyResponse:
    """Somebody looked or asked: send it again, or leave it."""
    again = request.form.get("what") == "again"
    if actions.settle(db(), held.text, again=again):
        flash(_("It goes out again now.") if again else _("It stays as it is, and nothing more is sent."))
    else:
        flash(_("That text has settled by itself. This is how it is now."), "error")
    return redirect(url_for("work_texts.show", ref=held.opened.family.ref), 303)


@work_texts.post("/work/families/<ref>/people/<person>/number")
@needs("family.number", member, "member")
def number(member: Member) -> AnyResponse:
    """Is this number still safe to write to? Somebody asked, and says so here."""
    safe = request.form.get("what") == "safe"
    actions.number_is_safe(db(), member.person.id, member.person.family_id, safe=safe)
    name = member.person.name.split()[0]
    flash(
        _("Texts go to %(name)s again.", name=name)
        if safe
        else _("No texts go to %(name)s until you say so.", name=name)
    )
    return redirect(url_for("work_texts.show", ref=member.opened.family.ref), 303)


@work_texts.route("/work/families/<ref>/people/<person>/texts", methods=["GET", "POST"])
@needs("family.pause", member, "member")
def pause(member: Member) -> AnyResponse:
    """Send somebody, or everybody in a family, nothing for a while; with a reason."""
    session, person = db(), member.person
    stands, form = queries.pause_of(session, person.id), PauseForm()
    until = clock.london(stands.until).date() if stands and stands.until else None
    form.offer(person.name.split()[0], until, stands.why if stands else None)
    if form.validate_on_submit():
        everybody = form.who.data == "all"
        people = queries.everybody_in(session, person.family_id) if everybody else [person.id]
        by = current_user.worker_id
        actions.pause(session, people, person.family_id, why=form.why.data, until=form.ends, by_worker_id=by)
        lead = session.scalar(select(column("worker_id")).select_from(func.responsible(person.family_id)))
        if lead and lead != by:
            path = url_for("work_texts.show", ref=member.opened.family.ref)
            alert(session, [lead], person.family_id, "texts_paused", about=by, path=path)
        name = person.name.split()[0]
        flash(_("No texts go to this family now.") if everybody else _("No texts go to %(name)s now.", name=name))
        return redirect(url_for("work_texts.show", ref=member.opened.family.ref), 303)
    status = 422 if form.errors else 200
    return page("work/texts_pause.html", status, member=member, form=form, stands=stands)


@work_texts.post("/work/families/<ref>/people/<person>/texts/again")
@needs("family.pause", member, "member")
def again(member: Member) -> AnyResponse:
    """Let texts go to somebody again."""
    name = member.person.name.split()[0]
    if actions.go_on(db(), member.person.id, current_user.worker_id):
        flash(_("Texts go to %(name)s again.", name=name))
    else:
        flash(_("Texts to %(name)s were not held back any more.", name=name), "error")
    return redirect(url_for("work_texts.show", ref=member.opened.family.ref), 303)


@work_texts.get("/work/texts")
@needs("texts.read")
def wordings() -> Response:
    """All wordings in all languages, with the parts each costs; and whether texts go out."""
    return page("work/wordings.html", **_shown(SwitchForm()))


def _shown(form: SwitchForm) -> dict[str, Any]:
    return {
        "form": form,
        "switch": queries.stopped(db()),
        "may_stop": may_stop(db(), current_user),
        "wordings": _every_wording(),
        "languages": [(code, own_name(code)) for code in languages()],
    }


def _every_wording() -> list[dict[str, Any]]:
    found = []
    for name in texts.wordings():
        said: list[dict[str, Any]] = []
        for code in languages():
            for plain in (False, True):
                body = texts.say(name, code, plain, texts.example(name))
                line = {"language": own_name(code), "code": code, "plain": plain, "body": body}
                if plain and said and said[-1]["body"] == body:
                    continue
                said.append(line | {"parts": texts.parts(body), "alphabet": texts.alphabet(body), "long": len(body)})
        found.append({"name": name, "said": said})
    return found


@work_texts.post("/work/texts/switch")
@needs("texts.stop", may_stop, "allowed")
def switch(allowed: bool) -> AnyResponse:
    """Stop all texts, or let them go again; with a reason and a name."""
    form = SwitchForm()
    if not form.validate():
        return page("work/wordings.html", 422, **_shown(form))
    stop = request.form.get("what") == "stop"
    actions.turn(db(), current_user.worker_id, stop=stop, reason=filled(form.reason))
    flash(_("No text goes out until somebody lets them go again.") if stop else _("Texts go out again."))
    return redirect(url_for("work_texts.wordings"), 303)

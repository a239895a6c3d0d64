"""Who joins a family and who leaves it, and bringing its people in: pages for workers and their managers."""

from __future__ import annotations

import segno
from flask import Blueprint, current_app, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.access import actions as access
from portal.access.gate import needs
from portal.foundation import clock
from portal.foundation.database import gather
from portal.foundation.forms import filled
from portal.foundation.language import say_day
from portal.foundation.phones import read_number, say_number
from portal.foundation.web import db, page
from portal.involvement import actions, queries
from portal.involvement.forms import EndForm, JoinForm, NoForm, NumberForm
from portal.involvement.models import Involvement
from portal.involvement.queries import Member, OpenFamily, Part, member, open_family, own_part, part
from portal.organisations.models import Worker
from portal.organisations.queries import colleagues_managed, worker_called
from portal.people.queries import account_of, signing_in

joining = Blueprint("joining", __name__)


@joining.route("/work/families/<ref>/staff/new", methods=["GET", "POST"])
@needs("family.staff", open_family, "opened")
def ask(opened: OpenFamily) -> AnyResponse:
    """A manager asks a worker to join this family."""
    form = JoinForm()
    form.offer(colleagues_managed(db(), current_user))
    if form.validate_on_submit():
        worker = worker_called(db(), filled(form.elsewhere) or form.colleague.data)
        if worker is None:
            form.elsewhere.errors = [_("We do not know anybody with that e-mail or reference. Check it with them.")]
        elif _asked(opened, worker, form):
            return redirect(url_for("work.family", ref=opened.family.ref))
    return page("work/staff_new.html", 422 if form.errors else 200, form=form, opened=opened)


def _asked(opened: OpenFamily, worker: Worker, form: JoinForm) -> bool:
    """Ask this worker; say what stands in the way when something does."""
    day = filled(form.starts_on)
    try:
        actions.ask_to_join(db(), opened, worker, form.function.data, day, form.lead.data)
    except actions.LeadTaken as lead:
        form.lead.errors = [_lead_stands(lead)]
        return False
    except actions.MustMeetFirst:
        form.lead.errors = [_("They lead once they have met the family and both have said so. Leave this empty.")]
        return False
    except actions.AlreadyThere:
        flash(_("%(name)s is there already, or was asked.", name=worker.name))
        return True
    flash(_("We asked %(name)s. They can read once they say yes.", name=worker.name))
    return True


def _lead_stands(lead: actions.LeadTaken) -> str:
    """In words, who leads in that time and what one can do about it."""
    if lead.ends_on is None:
        return _(
            "%(name)s leads from %(start)s, with no last day yet. Set their last day first, or leave this empty.",
            name=lead.name,
            start=say_day(lead.starts_on),
        )
    return _(
        "%(name)s leads from %(start)s to %(end)s. Choose a first day after that, or leave this empty.",
        name=lead.name,
        start=say_day(lead.starts_on),
        end=say_day(lead.ends_on),
    )


@joining.post("/work/involvements/<ref>/accept")
@needs("involvement.answer", own_part, "asked")
def accept(asked: Involvement) -> AnyResponse:
    """The worker says yes, and reads from today."""
    actions.accept(db(), asked)
    db().flush()
    if opened := queries.open_family_by_id(db(), current_user, asked.family_id):
        flash(_("You are in. Read what they have told us, so that they need not say it again."))
        return redirect(url_for("work.family", ref=opened.family.ref))
    flash(_("Thank you. You said yes."))
    return redirect(url_for("work.day"))


@joining.route("/work/involvements/<ref>/decline", methods=["GET", "POST"])
@needs("involvement.answer", own_part, "asked")
def decline(asked: Involvement) -> AnyResponse:
    """The worker says no, and why."""
    if asked.accepted_on is not None:
        flash(_("You said yes already. Set a last day on the family's page instead."), "error")
        return redirect(url_for("work.day"))
    form = NoForm()
    if form.validate_on_submit():
        actions.decline(db(), asked, filled(form.reason))
        flash(_("You said no. Whoever asked you reads why, so that somebody else is found."))
        return redirect(url_for("work.day"))
    return page("work/decline.html", 422 if form.errors else 200, form=form, asked=asked)


@joining.route("/work/families/<ref>/staff/<involvement>/end", methods=["GET", "POST"])
@needs("involvement.end", part, "part")
def end(part: Part) -> AnyResponse:
    """Set a worker's last day with this family."""
    mine = part.involvement.worker_id == current_user.worker_id
    earliest = max(part.involvement.starts_on, clock.today()) if mine else part.involvement.starts_on
    form = EndForm(earliest=earliest)
    if form.validate_on_submit():
        done = actions.end_involvement(db(), part.involvement, filled(form.last_day), filled(form.reason))
        flash(_("Saved. %(name)s's last day is %(day)s.", name=part.worker.name, day=say_day(filled(form.last_day))))
        if done.accountable:
            flash(
                _(
                    "Nobody leads after that. %(name)s answers for this family until somebody does, and has been told.",
                    name=done.accountable,
                ),
                "error",
            )
        still = queries.open_family_by_id(db(), current_user, part.opened.family_id)
        return redirect(url_for("work.family", ref=part.opened.family.ref) if still else url_for("work.day"))
    after = queries.senior_after(db(), part.worker.id) if part.involvement.is_lead else None
    return page("work/staff_end.html", 422 if form.errors else 200, form=form, part=part, mine=mine, after=after)


@joining.get("/work/families/<ref>/people")
@needs("family.people", open_family, "opened")
def people(opened: OpenFamily) -> AnyResponse:
    """Who in the family may sign in, and who has."""
    found = gather(db(), people=signing_in(opened.scope))
    return page("work/people.html", opened=opened, people=found["people"])


@joining.route("/work/families/<ref>/people/<person>", methods=["GET", "POST"])
@needs("family.invite", member, "member")
def person(member: Member) -> AnyResponse:
    """One person's way in: their number, an invitation, a lock."""
    account = account_of(db(), member.person)
    row = next(one for one in gather(db(), people=signing_in(member.scope))["people"] if one.id == member.person.id)
    form = NumberForm(data={"number": say_number(row.number) if row.number else ""})
    if form.validate_on_submit():
        access.set_number(db(), account, read_number(filled(form.number)) or "")
        flash(_("Saved. Codes go to that number from now on."))
        return redirect(url_for("joining.person", ref=member.opened.family.ref, person=member.person.ref))
    return page("work/person.html", 422 if form.errors else 200, opened=member.opened, person=row, form=form)


@joining.post("/work/families/<ref>/people/<person>/invite")
@needs("family.invite", member, "member")
def invite(member: Member) -> AnyResponse:
    """A link and a QR code that bring this person in, once, within the hour. Shown here and nowhere else."""
    token = access.invite(db(), current_user.worker_id, account_of(db(), member.person))
    if token is None:
        flash(_("%(name)s may not sign in.", name=member.person.name), "error")
        return redirect(url_for("joining.person", ref=member.opened.family.ref, person=member.person.ref))
    link = current_app.config["SETTINGS"].url + url_for("sign_in.join", token=token)
    picture = segno.make(link, error="m").svg_data_uri(scale=6, border=4, dark="#000", light="#fff")
    return page("work/invite.html", opened=member.opened, person=member.person, link=link, picture=picture)


@joining.post("/work/families/<ref>/people/<person>/lock")
@needs("family.invite", member, "member")
def lock(member: Member) -> AnyResponse:
    """The phone was taken: from now on nobody gets in with it."""
    access.lock_account(db(), account_of(db(), member.person))
    flash(_("Locked. Nobody gets in as %(name)s until you let them back.", name=member.person.name))
    return redirect(url_for("joining.person", ref=member.opened.family.ref, person=member.person.ref))

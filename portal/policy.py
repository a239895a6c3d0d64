"""Who may do what: one line per permission, the whole service on one page.

`who` may ask at all; `may` decides about the record; `shows` names the page in who-has-looked when a professional
opens it. A route names its permission with `@needs`; one that names none is closed (access/gate.py).
"""

from __future__ import annotations

from typing import Any

from portal.access.actor import Actor
from portal.access.gate import EVERYONE, Rule
from portal.access.scope import Scope
from portal.foundation import clock
from portal.handovers.queries import Doing
from portal.involvement.queries import Member, OpenFamily, Part
from portal.plans.conditions import OneStep
from portal.updates.queries import OpenUpdate

FAMILY = frozenset({"family"})
PERSON = frozenset({"family", "supporter"})
SUPPORTER = frozenset({"supporter"})
HALF_IN = frozenset({"half_in"})
WORKER = frozenset({"worker"})
MANAGER = frozenset({"manager"})
SIGNED_IN = PERSON | WORKER


def own(actor: Actor, scope: Scope) -> bool:
    """The actor's own family, and contact is allowed."""
    return scope.person_id == actor.person_id and scope.family_id == actor.family_id and scope.limit != "no_contact"


def own_words(actor: Actor, found: Any) -> bool:
    """Something in the actor's own family's assessment."""
    return own(actor, found.scope)


def without_limit(actor: Actor, scope: Scope) -> bool:
    """Own family, and nothing about where it is must be kept from them."""
    return own(actor, scope) and scope.limit == "none"


def opens(kind: str) -> Any:
    """A professional whose function opens this kind of record of this family, today."""

    def may(actor: Actor, opened: OpenFamily) -> bool:
        return opened.scope.worker_id == actor.worker_id and kind in opened.scope.kinds

    return may


def settled(kind: str) -> Any:
    """As `opens`, but not through duty or emergency access: that is for reading, and for bringing people to safety."""
    may_open = opens(kind)

    def may(actor: Actor, opened: OpenFamily) -> bool:
        return may_open(actor, opened) and opened.scope.until is None

    return may


def wrote(actor: Actor, found: OpenUpdate) -> bool:
    """One's own update, while one works with the family."""
    return found.update.by_worker_id == actor.worker_id and settled("updates")(actor, found.opened)


def settled_on(kind: str) -> Any:
    """As `settled`, for one record of the family."""
    may_open = settled(kind)

    def may(actor: Actor, record: Any) -> bool:
        return record.opened is not None and may_open(actor, record.opened)

    return may


def on(may_open: Any) -> Any:
    """The same, for a record of the family that was loaded with it."""
    return lambda actor, found: may_open(actor, found.opened)


def contact(actor: Actor, member: Member) -> bool:
    """A professional whose function opens how the people of this family are reached."""
    return opens("contact")(actor, member.opened)


def own_one(actor: Actor, found: Any) -> bool:
    """A record that was loaded with the actor's own sight of their own family."""
    return own(actor, found.scope)


def open_promise(actor: Actor, found: OneStep) -> bool:
    """A professional's promise to one's own family that is not done yet."""
    return own(actor, found.scope) and found.row.owner_worker_id is not None and found.row.state in ("todo", "doing")


def settled_one(kind: str) -> Any:
    """A record of a family that the actor has settled open for this kind."""
    may_open = settled(kind)

    def may(actor: Actor, found: Any) -> bool:
        return found.opened is not None and bool(may_open(actor, found.opened))

    return may


def may_end(actor: Actor, part: Part) -> bool:
    """One's own part while it runs; a manager also those of their own workers, and what nobody has said yes to."""
    if not opens("family")(actor, part.opened):
        return False
    if part.involvement.worker_id == actor.worker_id:
        return part.involvement.ends_on is None or part.involvement.ends_on >= clock.today()
    return (
        actor.is_manager and part.opened.scope.until is None and (part.managed or part.involvement.accepted_on is None)
    )


def in_a_move(actor: Actor, one: Any) -> bool:
    """A professional whose function opens moves, about one move of a family they have open, not for a short time."""
    return bool(settled("moves")(actor, one.opened))


def may_hand_over(actor: Actor, part: Part) -> bool:
    """One's own part, or that of a worker one manages, while it runs and is not open for a short time only."""
    part_runs = part.involvement.ends_on is None or part.involvement.ends_on >= clock.today()
    said_yes = part.involvement.accepted_on is not None and part.opened.scope.until is None
    return part_runs and said_yes and may_end(actor, part)


def one_of_the_two(actor: Actor, doing: Doing) -> bool:
    """The one who goes, the one who comes, or who manages one of them."""
    made = doing.handover
    two = actor.worker_id in (made.from_worker_id, made.to_worker_id) or (actor.is_manager and doing.manager)
    return two and doing.opened.scope.until is None and opens("family")(actor, doing.opened)


RULES: dict[str, Rule] = {
    "public": Rule("Anybody reads guidance and help, signed in or not.", EVERYONE),
    "sign_in": Rule("Anybody may try to sign in.", EVERYONE),
    "second_step": Rule("A worker who gave a password gives the second factor.", HALF_IN),
    "demo": Rule("In demo mode anybody signs in as anybody; outside it these pages do not exist.", EVERYONE),
    "provider": Rule("A provider of texts, known by its signature or token, brings texts and their fate.", EVERYONE),
    "own_account": Rule("Whoever is signed in sets language, texts, PIN and devices for themselves.", SIGNED_IN),
    "own_texts": Rule("Whoever has texts chooses whether, when and how.", PERSON, lambda actor, record: True),
    "not_safe": Rule("A family member tells whoever is on duty that they are not safe.", FAMILY, own),
    "home.read": Rule("A family member reads their own first page.", FAMILY, own),
    "card.read": Rule("A family member opens a card to show: who leads, and whom to call.", FAMILY, own),
    "network.read": Rule("A family member reads who is involved.", FAMILY, own),
    "plan.read": Rule("A family member reads the plan's steps in their circles.", FAMILY, own),
    "plan.write": Rule("A family member adds goals and steps to their own plan.", FAMILY, own),
    "plan.step": Rule(
        "A family member opens one step in their circles, and says that it does not work.", FAMILY, own_one
    ),
    "plan.goal": Rule("A family member puts a goal they read into other words.", FAMILY, own_one),
    "plan.own_step": Rule(
        "A family member ticks their own step.", FAMILY, lambda actor, found: own_one(actor, found) and found.mine
    ),
    "plan.answer": Rule("A family member answers a promise that is not kept yet.", FAMILY, open_promise),
    "help.read": Rule("A family member reads what can be asked for, and what was asked and offered.", FAMILY, own),
    "help.write": Rule("A family member asks for help.", FAMILY, own),
    "help.withdraw": Rule(
        "Whoever asked for help takes it back.",
        FAMILY,
        lambda actor, found: own_one(actor, found) and found.row.asked_by_person_id == actor.person_id,
    ),
    "help.answer": Rule(
        "A family member answers an offer made to them.",
        FAMILY,
        lambda actor, found: own_one(actor, found) and found.mine_to_answer,
    ),
    "safety.read": Rule("A family member reads the safety plans that concern them.", FAMILY, own),
    "safety.own": Rule(
        "Whoever a safety plan concerns changes their own part, and asks to look again.", FAMILY, own_one
    ),
    "wishes.read": Rule("A family member reads the wishes for a mentor that were shared with them.", FAMILY, own),
    "wishes.say": Rule(
        "A young person says what matters to them in a mentor.",
        FAMILY,
        lambda actor, scope: own(actor, scope) and actor.relation == "young_person",
    ),
    "appointments.read": Rule(
        "A family member reads the dates in their circles.",
        FAMILY,
        lambda actor, found: own(actor, getattr(found, "scope", found)),
    ),
    "appointments.answer": Rule(
        "Whoever takes part in a date, or a parent for a brother or sister who does, answers it.",
        FAMILY,
        lambda actor, date: own(actor, date.scope) and bool(date.speaks_for),
    ),
    "appointments.ask": Rule(
        "A family member asks about a date they may see.",
        FAMILY,
        lambda actor, date: own(actor, date.scope) and not date.scope.supporter,
    ),
    "appointments.book": Rule("A family member sees with whom they can book time.", FAMILY, own),
    "appointments.book_with": Rule(
        "A family member takes a free time of somebody who works with them.",
        FAMILY,
        lambda actor, found: own(actor, found.scope),
    ),
    "places.own": Rule(
        "A family member without a contact limit keeps a list of places that are not safe for them.",
        FAMILY,
        without_limit,
    ),
    "places.take_back": Rule("Whoever marked a place takes the mark back.", FAMILY),
    "calendar.own": Rule("A family member makes, renews and ends their own calendar address.", FAMILY, own),
    "calendar.feed": Rule("Whoever has a calendar's private address reads its dates, until it is ended.", EVERYONE),
    "updates.read": Rule("A family member reads the updates in their circles.", FAMILY, own),
    "update.answer": Rule(
        "A family member writes back to an update that they read.", FAMILY, lambda actor, found: own(actor, found.scope)
    ),
    "meetings.read": Rule("A family member reads of the meetings in their circles.", FAMILY, own),
    "meeting.ask": Rule(
        "A family member asks about a meeting they know of.", FAMILY, lambda actor, found: own(actor, found.scope)
    ),
    "protections.read": Rule(
        "A family member reads what protects whom and until when, as far as they know of it.", FAMILY, own
    ),
    "checkin.own": Rule("A family member says how they are, and reads the answers.", FAMILY, own),
    "questions.own": Rule("A family member asks the workers they know of, and reads the answers.", FAMILY, own),
    "question.own": Rule(
        "Whoever asked takes a late question to somebody senior.", FAMILY, lambda actor, asked: own(actor, asked.scope)
    ),
    "assessment.read": Rule("A family member reads the statements in their circles.", FAMILY, own),
    "assessment.write": Rule(
        "A family member writes their own words, and drafts nobody else reads.", FAMILY, own_words
    ),
    "assessment.check": Rule(
        "A family member reads a section or a statement of their circles, and says whether it is still true.",
        FAMILY,
        own_words,
    ),
    "assessment.ask": Rule("A family member asks about something that was said.", FAMILY, own_words),
    "where.read": Rule(
        "A family member without a contact limit reads the schools, places and people in their circles.",
        FAMILY,
        without_limit,
    ),
    "where.write": Rule(
        "A family member without a contact limit writes down a school, a place or friends.",
        FAMILY,
        lambda actor, whose: without_limit(actor, whose.scope),
    ),
    "looks.read": Rule("A family member reads who opened what they may see themselves.", FAMILY, own),
    "moving.read": Rule(
        "A family member reads about a move, where they may know where the family is.", FAMILY, without_limit
    ),
    "moving.say": Rule(
        "A family member says whether they met who leads next.",
        FAMILY,
        lambda actor, own: without_limit(actor, own.scope),
    ),
    "moving.task": Rule(
        "A family member ticks what they see to themselves at a move.",
        FAMILY,
        lambda actor, task: task.owner_person_id == actor.person_id and actor.contact_limit == "none",
    ),
    "school.read": Rule(
        "A family member reads about school, where they may know where the family is.", FAMILY, without_limit
    ),
    "school.answer": Rule(
        "A family member says what school may be told.", FAMILY, lambda actor, own: without_limit(actor, own.scope)
    ),
    "moving.talk": Rule(
        "A family member talks staying or moving through, and what it costs.",
        FAMILY,
        lambda actor, talk: without_limit(actor, talk.scope),
    ),
    "supporter.invite": Rule(
        "A family member without a contact limit invites a relative or friend.", FAMILY, without_limit
    ),
    "supporter.change": Rule("Whoever invited somebody changes what they see, or ends it.", FAMILY),
    "supporter.home": Rule("An invited relative or friend reads what the family chose.", SUPPORTER, own),
    "work.read": Rule("A worker reads their own day, and what they wrote.", WORKER),
    "family.open": Rule(
        "A worker opens a family they are involved with, cover, manage or answer for.",
        WORKER,
        opens("family"),
        "family",
    ),
    "family.plan": Rule("A worker reads the plan, where their function needs it.", WORKER, opens("plan"), "plan"),
    "family.plan_write": Rule(
        "A worker adds to the plan, where their function needs it.", WORKER, settled("plan"), "plan"
    ),
    "family.plan_start": Rule("A worker starts from a ready plan.", WORKER, settled_one("plan"), "plan"),
    "family.step": Rule(
        "A worker reads one step, where their function needs the plan.",
        WORKER,
        lambda actor, found: opens("plan")(actor, found.opened),
        "plan",
    ),
    "family.step_write": Rule(
        "A worker keeps a step true: begun, put off, handed on, done, stopped.", WORKER, settled_one("plan"), "plan"
    ),
    "family.goal": Rule("A worker puts a goal into other words with the family.", WORKER, settled_one("plan"), "plan"),
    "family.help": Rule(
        "A worker reads help and offers, where their function needs them.", WORKER, opens("offers"), "help"
    ),
    "family.help_write": Rule("A worker offers help, and notes what was asked for.", WORKER, settled("offers"), "help"),
    "family.help_offer": Rule("A worker notes the answer to an offer.", WORKER, settled_one("offers"), "help"),
    "family.help_request": Rule("A worker answers a request for help.", WORKER, settled_one("offers"), "help"),
    "family.help_decide": Rule(
        "A manager decides what changes after two refusals.", MANAGER, settled_one("offers"), "help"
    ),
    "family.safety": Rule(
        "A worker reads safety plans, where their function needs what is risky.", WORKER, opens("risk"), "safety"
    ),
    "family.safety_write": Rule("A worker writes a safety plan with the family.", WORKER, settled("risk"), "safety"),
    "family.safety_plan": Rule(
        "A worker looks at a safety plan again, or ends it.", WORKER, settled_one("risk"), "safety"
    ),
    "family.wishes": Rule(
        "A worker reads what a young person looks for in a mentor.", WORKER, opens("offers"), "wishes"
    ),
    "family.wish": Rule(
        "A worker looks for a mentor, and answers the young person.", WORKER, settled_one("offers"), "wishes"
    ),
    "mentor.describe": Rule("A worker says something about themselves as a mentor.", WORKER),
    "help_list": Rule("A manager keeps their organisation's list of help.", MANAGER),
    "family.appointments": Rule(
        "A worker reads the dates, where their function needs them.", WORKER, opens("appointments"), "appointments"
    ),
    "family.arrange": Rule(
        "A worker makes dates with a family, where their function needs them.", WORKER, settled("appointments")
    ),
    "family.arrange_date": Rule(
        "A worker moves, calls off or writes up a date.", WORKER, settled_on("appointments"), "appointments"
    ),
    "family.places": Rule(
        "A worker who makes dates with a family marks places that are not safe.",
        WORKER,
        settled("appointments"),
        # in who-has-looked it is one of the pages about dates: that places are marked at all could endanger somebody
        "appointments",
    ),
    "family.places_take_back": Rule("Whoever marked a place takes the mark back.", WORKER),
    "availability.own": Rule("A worker says when they can be met.", WORKER),
    "availability.remove": Rule("A worker takes a time out of their own week.", WORKER),
    "family.updates": Rule(
        "A worker reads the updates, where their function needs them.", WORKER, opens("updates"), "updates"
    ),
    "update.write": Rule(
        "A worker writes to a family they work with, not through emergency access.", WORKER, settled("updates")
    ),
    "update.own": Rule("Whoever wrote an update takes it back or puts it right.", WORKER, wrote),
    "update.reply": Rule(
        "A worker writes back to the family.",
        WORKER,
        lambda actor, found: settled("updates")(actor, found.opened),
        "updates",
    ),
    "family.meetings": Rule(
        "A worker reads of meetings about the family, where their function needs the plan.",
        WORKER,
        opens("plan"),
        "meetings",
    ),
    "meeting.write": Rule("A worker tells the family of a meeting about them.", WORKER, settled("plan")),
    "meeting.open": Rule(
        "A worker reads of a meeting and says what was decided.", WORKER, on(settled("plan")), "meetings"
    ),
    "meeting.withhold": Rule(
        "A manager keeps back what was decided, with a reason and a date.", MANAGER, on(settled("plan"))
    ),
    "family.protections": Rule(
        "A worker reads what protects whom, where their function needs the plan.", WORKER, opens("plan"), "protections"
    ),
    "protection.write": Rule("A worker writes down what protects somebody.", WORKER, settled("plan")),
    "protection.change": Rule(
        "A worker changes what protects somebody, until when, what follows and who knows of it.",
        WORKER,
        on(settled("plan")),
        "protections",
    ),
    "family.checkins": Rule(
        "A worker reads how parents say they are, where it went to them or they lead.",
        WORKER,
        opens("family"),
        "checkins",
    ),
    "checkin.ask": Rule(
        "A worker asks a parent or carer by text how they are, not through emergency access.",
        WORKER,
        on(settled("family")),
    ),
    "family.questions": Rule(
        "A worker reads what was asked of them, or of somebody they stand in for; who leads, everything.",
        WORKER,
        opens("family"),
        "questions",
    ),
    "question.answer": Rule(
        "A worker answers a question that they read, or passes it on by name.",
        WORKER,
        lambda actor, asked: opens("family")(actor, asked.opened),
        "questions",
    ),
    "family.assessment": Rule(
        "A worker reads the statements their function needs.", WORKER, opens("story"), "assessment"
    ),
    "family.said": Rule(
        "A worker reads one statement with its versions, where their function needs it.",
        WORKER,
        opens("story"),
        "assessment",
    ),
    "family.write": Rule(
        "A worker writes a statement in a section that their function opens.", WORKER, settled("story"), "assessment"
    ),
    "family.keep": Rule("A worker keeps a draft that nobody else reads.", WORKER, settled("story")),
    "family.check": Rule("A worker says whether a statement is still true.", WORKER, settled("story")),
    "family.remove_statement": Rule(
        "A manager takes out a statement's words for a court, a wrong person or data protection law.",
        MANAGER,
        settled("story"),
        "assessment",
    ),
    "family.where": Rule(
        "A worker reads the links to every borough and what was asked there, where their function needs it.",
        WORKER,
        opens("links"),
        "where",
    ),
    "family.where_write": Rule(
        "A worker writes down a link, asks a borough or a school, and writes down the answer.",
        WORKER,
        settled("links"),
        "where",
    ),
    "asked.answer": Rule(
        "Whoever was asked about a young person reads the question and answers it, and opens nothing else.",
        WORKER,
        lambda actor, question: question.to_worker_id == actor.worker_id,
    ),
    "family.duties": Rule(
        "A worker writes down what the law asks for, what is kept elsewhere, and why something is asked again.",
        WORKER,
        settled("story"),
    ),
    "family.files": Rule(
        "A worker reads whether a record has arrived in another portal, where their function opens it.",
        WORKER,
        opens("story"),
        "files",
    ),
    "family.moving": Rule(
        "A worker reads about a move, where their function needs it.", WORKER, opens("moves"), "moving"
    ),
    "family.school": Rule(
        "A worker reads about school, where their function needs it.", WORKER, opens("school"), "school"
    ),
    "school.keep": Rule("A worker keeps who at school knows and what is told.", WORKER, settled("school")),
    "school.one": Rule(
        "A worker changes one thing about school.", WORKER, lambda actor, one: settled("school")(actor, one.opened)
    ),
    "family.talk": Rule("A worker reads what was said on staying or moving.", WORKER, opens("moves"), "talk"),
    "talk.open": Rule("A worker opens a conversation on staying or moving.", WORKER, settled("moves")),
    "talk.say": Rule("A worker says what they know on staying or moving.", WORKER, in_a_move),
    "talk.sign": Rule("A director signs what was decided on staying or moving.", MANAGER, in_a_move),
    "talk.money": Rule("A worker helps add up what each way costs.", WORKER, in_a_move),
    "moves.plan": Rule(
        "Whoever is responsible, or a manager, begins a move; who works with them decides the need.",
        WORKER,
        settled("moves"),
    ),
    "moves.run": Rule(
        "Whoever is responsible for a family, or manages one who works with it, runs its move.", WORKER, in_a_move
    ),
    "moves.task": Rule("Whoever works with a family writes down what must not slip at its move.", WORKER, in_a_move),
    "moves.staff": Rule("A manager says who joins at a move, who stays and until when.", MANAGER, in_a_move),
    "moves.lead": Rule(
        "Whoever is named to lead next says that they met the family.",
        WORKER,
        lambda actor, one: in_a_move(actor, one) and one.move.new_lead_id == actor.worker_id,
    ),
    "moves.tick": Rule(
        "A worker ticks what must not slip at a move.", WORKER, lambda actor, found: settled("moves")(actor, found[0])
    ),
    "moves.asked": Rule("A manager reads what their organisation was asked.", MANAGER),
    "moves.answer": Rule("A manager says yes to a move or a conference for their organisation.", MANAGER),
    "moves.decline": Rule(
        "Only the senior manager of an organisation says no for it, with reasons.",
        MANAGER,
        lambda actor, row: row["senior_id"] == actor.worker_id,
    ),
    "moves.back": Rule("A manager takes back, the same day, what they answered for their organisation.", MANAGER),
    "family.export": Rule(
        "A worker takes what their function opens into their own system.", WORKER, settled("family"), "export"
    ),
    "family.people": Rule(
        "A worker reads who is in the family and who may sign in.", WORKER, opens("contact"), "people"
    ),
    "family.texts": Rule(
        "A worker reads the texts to and from a family, where a young person would write to them.",
        WORKER,
        opens("texts"),
        "texts",
    ),
    "family.texts_decide": Rule(
        "A worker decides about a text of which nobody knows whether it arrived.",
        WORKER,
        lambda actor, held: opens("texts")(actor, held.opened),
    ),
    "family.number": Rule("A worker says whether a number is safe to write to.", WORKER, contact),
    "family.pause": Rule("A worker holds texts to somebody back for a while, with a reason.", WORKER, contact),
    "family.worried": Rule(
        "A worker who works with a family tells whoever is on duty that somebody did not come.", WORKER, opens("family")
    ),
    "duty.call": Rule("Whoever was told of a call for help reads it, takes it and ends it.", WORKER),
    "duty.rota": Rule("A manager says who is on duty in their organisations.", MANAGER),
    "duty.turn": Rule("A manager takes a turn off the rota.", MANAGER),
    "texts.read": Rule("A manager reads every wording in every language.", MANAGER),
    "texts.stop": Rule("A borough's senior manager stops all texts, or lets them go again.", MANAGER),
    "family.invite": Rule("A worker brings a person in, locks a taken phone, and lets them back.", WORKER, contact),
    "family.staff": Rule("A manager asks a worker to join a family.", MANAGER, settled("family")),
    "family.delay_looks": Rule(
        "A manager delays showing a worker's openings, with a reason and a date.", MANAGER, settled("family")
    ),
    "involvement.end": Rule("A worker sets their own last day; a manager that of their workers.", WORKER, may_end),
    "involvement.answer": Rule(
        "A worker says yes to a family they were asked to join.",
        WORKER,
        lambda actor, row: row.worker_id == actor.worker_id,
    ),
    "handover.read": Rule(
        "A family member reads how their worker changes, and says if they have met.",
        FAMILY,
        lambda actor, told: without_limit(actor, told.scope),
    ),
    "handover.plan": Rule(
        "A worker hands over their own part; a manager that of their workers.", WORKER, may_hand_over
    ),
    "family.handover": Rule("A worker reads how a handover stands.", WORKER, opens("family"), "family"),
    "handover.do": Rule(
        "The two workers of a handover, and who manages them, write its words, pass on what is open and finish it.",
        WORKER,
        one_of_the_two,
    ),
    "handover.answer": Rule("A worker who is asked to take over says yes or no.", WORKER),
    "ending.read": Rule(
        "A family member reads why help ends, and says how they see it.",
        FAMILY,
        lambda actor, told: own(actor, told.scope),
    ),
    "ending.decide": Rule(
        "A worker decides that their own help ends; a manager that of their workers.", WORKER, may_hand_over
    ),
    "family.ending": Rule("A worker reads a decision to end help.", WORKER, opens("family"), "family"),
    "ending.agree": Rule(
        "The manager whose name is asked for gives it, or says that help goes on.",
        MANAGER,
        lambda actor, waiting: (
            waiting.ending.manager_id == actor.worker_id and settled("family")(actor, waiting.opened)
        ),
    ),
    "staff.read": Rule("A manager sees their workers, who is away and who leaves.", MANAGER),
    "staff.away": Rule(
        "A worker says that they are away and who is there instead; a manager says it of their workers.",
        WORKER,
        lambda actor, found: found.managed or found.worker.id == actor.worker_id,
    ),
    "staff.leave": Rule(
        "A manager sets the last day of a worker who leaves, and who takes over each family.",
        MANAGER,
        lambda actor, found: found.managed and found.worker.id != actor.worker_id,
    ),
    "alert.see": Rule(
        "Whoever was told something ticks it off.", WORKER, lambda actor, alert: alert.to_worker_id == actor.worker_id
    ),
    "urgent.open": Rule("A worker on duty or in an emergency opens a family, reason first, for a short time.", WORKER),
    "guidance.local": Rule("A manager of a borough keeps its notes beside the guidance and its numbers.", MANAGER),
    "courses.run": Rule(
        "An organiser, named by the manager of their charity or school, runs its courses and reads who signed up.",
        WORKER,
    ),
    "courses.name": Rule("A manager of a charity or school says which colleagues organise its courses.", MANAGER),
    "changes.write": Rule("A manager writes what their service did about a recommendation.", MANAGER),
    "oversight.read": Rule("A manager reads what needs attention in their organisations.", MANAGER),
}

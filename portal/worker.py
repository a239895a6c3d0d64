"""The worker process: which queues it serves and what its timetable holds."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from portal.access.jobs import forget_old
from portal.changes.jobs import tell_followers
from portal.conversations.jobs import checkin_still_right, still_right, tell_who_lost_their_worker
from portal.courses.jobs import entries as course_entries
from portal.duty.jobs import hand_on, notice_who_is_not_back
from portal.endings.jobs import still_right as ending_still_right
from portal.foundation.jobs import Entry, Worker, forget_old_heartbeats
from portal.foundation.roles import engine_for
from portal.handovers import jobs as handovers
from portal.meetings.jobs import still_right as meeting_still_right
from portal.meetings.jobs import tell_of_late_decisions
from portal.messages.gateways import gateway
from portal.messages.jobs import Outbox, redact_what_arrived, tell_workers, text_duty
from portal.messages.queries import Check
from portal.moves import jobs as move_jobs
from portal.offers import jobs as help_jobs
from portal.plans.jobs import still_right as step_still_right
from portal.protections.jobs import tell_of_endings
from portal.questions.jobs import still_right as answer_still_right
from portal.questions.jobs import tell_of_late_answers
from portal.relocation.jobs import still_right as talk_still_right
from portal.reminders.jobs import plan_reminders
from portal.safety.jobs import remind_of_reviews
from portal.safety.jobs import still_right as safety_still_right
from portal.schools.jobs import still_right as school_still_right
from portal.settings import Settings
from portal.staff.jobs import still_right as cover_still_right
from portal.updates.jobs import reply_still_right, update_still_right

CHECKS: Mapping[str, Check] = {
    "appointment": still_right,
    "checkin_asked": checkin_still_right,
    "cover": cover_still_right,
    "ending": ending_still_right,
    "handover": handovers.still_right,
    "help_request": help_jobs.answer_still_right,
    "involvement": handovers.leaving_still_right,
    "meeting": meeting_still_right,
    "move": move_jobs.still_right,
    "move_invitation": move_jobs.answer_still_right,
    "offer": help_jobs.offer_still_right,
    "question": answer_still_right,
    "relocation": talk_still_right,
    "reply": reply_still_right,
    "safety_plan": safety_still_right,
    "school_agreement": school_still_right,
    "step": step_still_right,
    "update": update_still_right,
}
"""By what a text is about: whether it is still right when its time has come. A kind without a check always is."""


def make_worker(settings: Settings) -> Worker:
    """A worker for these settings."""
    provider = gateway(settings)
    # while the clock stands still nothing comes due by itself, so what looks at the clock looks each time
    soon = timedelta(0) if settings.now else timedelta(seconds=10)
    return Worker(
        engine_for(settings, "worker", pool_size=2),
        queues=[Outbox(provider, CHECKS, settings.name)],
        timetable=[
            Entry("calls for help: hand on", soon, hand_on),
            Entry("visits alone: who is not back", soon, notice_who_is_not_back),
            Entry("calls for help: text", soon, text_duty(settings.url, settings.name)),
            Entry("texts: tell workers what did not arrive", soon, tell_workers),
            *(
                [Entry("texts: have words forgotten", soon, redact_what_arrived(provider))]
                if settings.sms_redact
                else []
            ),
            Entry("forget what signing in leaves behind", timedelta(hours=1), forget_old),
            Entry("gaps, changes and handovers", timedelta(hours=1), handovers.watch),
            Entry("forget processes that ended", timedelta(hours=6), forget_old_heartbeats),
            *(Entry(name, soon if settings.now else every, run) for name, every, run in course_entries(settings.url)),
            Entry("what changed: tell", timedelta(hours=1), partial(tell_followers, url=settings.url)),
            Entry("tell of late decisions", timedelta(minutes=30), tell_of_late_decisions),
            Entry("tell of protection that ends", timedelta(hours=1), tell_of_endings),
            Entry("plan reminders", soon, plan_reminders),
            Entry("tell who lost their worker", soon * 30, tell_who_lost_their_worker),
            Entry("tell managers of late answers", timedelta(minutes=15), tell_of_late_answers),
            Entry("tell managers of requests without an answer", timedelta(hours=1), help_jobs.tell_of_late_answers),
            Entry("ask somebody senior after two refusals", timedelta(hours=1), help_jobs.ask_after_refusals),
            Entry("tell who leads of offers to make again", timedelta(hours=1), help_jobs.tell_of_offers_to_make_again),
            Entry("remind of safety plans to look at again", timedelta(hours=1), remind_of_reviews),
        ],
    )


def work(settings: Settings, *, once: bool = False) -> int:
    """Do what is due: once, or until told to stop, and then the row in hand is finished first. Returns rows done."""
    worker = make_worker(settings)
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: worker.stop.set())
    done = 0
    if once:
        done = worker.drain()
    else:
        worker.run()
    worker.engine.dispose()
    return done

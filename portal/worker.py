"""The worker process: which queues it serves and what its timetable holds."""

from __future__ import annotations

import signal
from datetime import timedelta
from functools import partial

from portal.access.jobs import forget_old
from portal.changes.jobs import tell_followers
from portal.conversations.jobs import tell_who_lost_their_worker
from portal.courses.jobs import entries as course_entries
from portal.foundation.jobs import Entry, Worker, forget_old_heartbeats
from portal.foundation.roles import engine_for
from portal.messages.jobs import outbox, simulator
from portal.questions.jobs import tell_of_late_answers
from portal.reminders.jobs import plan_reminders
from portal.settings import Settings, WrongSetting


def make_worker(settings: Settings) -> Worker:
    """A worker for these settings. Raises WrongSetting where texts would only seem to be sent."""
    if settings.sms != "simulator":
        raise WrongSetting(
            f"PORTAL_SMS is {settings.sms}, and this version can only send to the pretend phone. "
            "Set PORTAL_SMS=simulator, or wait for the version that sends real texts."
        )
    return Worker(
        engine_for(settings, "worker", pool_size=2),
        queues=[outbox(simulator)],
        timetable=[
            Entry("forget what signing in leaves behind", timedelta(hours=1), forget_old),
            Entry("forget processes that ended", timedelta(hours=6), forget_old_heartbeats),
            *(Entry(*entry) for entry in course_entries(settings.url)),
            Entry("what changed: tell", timedelta(hours=1), partial(tell_followers, url=settings.url)),
            Entry("plan reminders", timedelta(minutes=1), plan_reminders),
            Entry("tell who lost their worker", timedelta(minutes=5), tell_who_lost_their_worker),
            Entry("tell managers of late answers", timedelta(minutes=15), tell_of_late_answers),
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

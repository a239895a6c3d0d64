"""Plain functions that make what a test needs: `family(session)`, `person(session, a_family, "Ana")`, and so on.

All of them take the owner's session, add, flush and return the record; the test commits once. What is not said has a
plain default, so that a test names only what it is about. Every record made can be found by its name again:
`source_ref` is given to those who sign in, so that `visit(database, "ANA")` works.
"""

from tests.factories.courses import course
from tests.factories.moves import asked_about, move, move_task
from tests.factories.people import circle, family, person, supporter
from tests.factories.records import (
    appointment,
    duty,
    enquiry,
    link,
    meeting,
    moment,
    protection,
    question,
    statement,
    step,
    update,
)
from tests.factories.services import ending, handover, involvement, organisation, worker

__all__ = [
    "appointment",
    "asked_about",
    "circle",
    "course",
    "duty",
    "ending",
    "enquiry",
    "family",
    "handover",
    "involvement",
    "link",
    "meeting",
    "moment",
    "move",
    "move_task",
    "organisation",
    "person",
    "protection",
    "question",
    "statement",
    "step",
    "supporter",
    "update",
    "worker",
]

"""Every table of the portal, imported once so that migrations and sessions know them all."""

from portal.access import models as access
from portal.appointments import models as appointments
from portal.assessments import models as assessments
from portal.audit import models as audit
from portal.availability import models as availability
from portal.calendars import models as calendars
from portal.changes import models as changes
from portal.checkins import models as checkins
from portal.contexts import models as contexts
from portal.conversations import models as conversations
from portal.courses import models as courses
from portal.duties import models as duties
from portal.duty import models as duty
from portal.endings import models as endings
from portal.foundation import models as foundation
from portal.foundation.database import Base
from portal.guidance import models as guidance
from portal.handovers import models as handovers
from portal.hearing import models as hearing
from portal.involvement import models as involvement
from portal.meetings import models as meetings
from portal.messages import models as messages
from portal.moments import models as moments
from portal.moves import models as moves
from portal.offers import models as offers
from portal.organisations import models as organisations
from portal.people import models as people
from portal.places import models as places
from portal.plans import models as plans
from portal.protections import models as protections
from portal.questions import models as questions
from portal.relocation import models as relocation
from portal.safety import models as safety
from portal.schools import models as schools
from portal.updates import models as updates
from portal.wishes import models as wishes

metadata = Base.metadata

__all__ = [
    "access",
    "appointments",
    "assessments",
    "audit",
    "availability",
    "calendars",
    "changes",
    "checkins",
    "contexts",
    "conversations",
    "courses",
    "duties",
    "duty",
    "endings",
    "foundation",
    "guidance",
    "handovers",
    "hearing",
    "involvement",
    "meetings",
    "messages",
    "metadata",
    "moments",
    "moves",
    "offers",
    "organisations",
    "people",
    "places",
    "plans",
    "protections",
    "questions",
    "relocation",
    "safety",
    "schools",
    "updates",
    "wishes",
]

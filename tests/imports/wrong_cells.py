"""What can be wrong with single cells of the sample folder, and exactly what must be said of each."""

from __future__ import annotations

from portal.assessments import models as assessments
from portal.involvement import models as involvement
from portal.moments import models as moments
from portal.organisations import models as organisations
from portal.plans import models as plans

MEMBERS = ("young_person", "parent", "carer", "sibling", "other")
NOT_A_PHONE = "is not a phone number; write it like +447700900101"
NOT_A_WORK_PHONE = "is not a phone number; write it like 020 7946 0101"
ELSEWHERE = "P-OTHER belongs to another family"
BOTH = "BOTH is both a person of the family and a worker; give one of them another ref"


def not_one_of(value: str, choices: tuple[str, ...]) -> str:
    return f"{value} is not one of {', '.join(choices)}"


def not_a_language(value: str) -> str:
    return f"{value} is not a language; write it like es or pt-BR (BCP 47)"


def not_a_time(value: str) -> str:
    return f"{value} is not a time; write it like 2019-05-31T16:00"


def not_a_date(value: str) -> str:
    return f"{value} is not a date; write it like 2019-05-31"


# file, row (its ref or place), cells, and what is reported of it: column and words
WRONG_CELLS = [
    ("organisations", "ASH", {"name": ""}, [("name", "is empty")]),
    ("organisations", "KIN", {"kind": "council"}, [("kind", not_one_of("council", organisations.KINDS))]),
    ("organisations", "ASH-YJS", {"borough_ref": "ASH-TYS"}, [("borough_ref", "ASH-TYS is not a borough")]),
    ("organisations", "ASH-PRU", {"borough_ref": "NOWHERE"}, [("borough_ref", "NOWHERE is not in organisations.csv")]),
    ("organisations", "BRV", {"borough_ref": "ASH"}, [("borough_ref", "a borough belongs to no other borough")]),
    (
        "organisations",
        "POL",
        {"phone": "ring the bell", "senior_manager_ref": "W-NOBODY"},
        [("phone", NOT_A_WORK_PHONE), ("senior_manager_ref", "W-NOBODY is not in workers.csv")],
    ),
    (
        "workers",
        "W-ASH-TM",
        {"organisation_ref": "X", "manager": "maybe", "languages": "en;klingon!"},
        [
            ("organisation_ref", "X is not in organisations.csv"),
            ("manager", "maybe is neither yes nor no"),
            ("languages", not_a_language("klingon!")),
        ],
    ),
    (
        "workers",
        "W-ASH-SW1",
        {"email": "tom", "manager_ref": "W-ASH-SW1", "cover_ref": "W-GONE"},
        [
            ("email", "is not an e-mail address"),
            ("manager_ref", "is the same as ref"),
            ("cover_ref", "W-GONE is not in workers.csv"),
        ],
    ),
    ("workers", "W-BRV-SW1", {"away_until": "2019-07-16"}, [("away_until", "is before away_from")]),
    ("workers", "W-BRV-CH1", {"manager_ref": "P-LEO"}, [("manager_ref", "P-LEO is not in workers.csv")]),
    ("families", "F1", {"home_borough_ref": "ASH-YJS"}, [("home_borough_ref", "ASH-YJS is not a borough")]),
    (
        "people",
        "P-LEO",
        {"date_of_birth": "2002-13-02", "phone": "123", "language": "English please", "school_year": "eleven"},
        [
            ("date_of_birth", not_a_date("2002-13-02")),
            ("phone", NOT_A_PHONE),
            ("language", not_a_language("English please")),
            ("school_year", "eleven is not a whole number from 0 to 14"),
        ],
    ),
    (
        "people",
        "P-ROSA",
        {"lives_with": "P-ROSA;P-GONE;P-OTHER", "contact_limits": "some"},
        [
            ("lives_with", "P-GONE is not in people.csv"),
            ("lives_with", ELSEWHERE),
            ("lives_with", "P-ROSA is the same as ref"),
            ("contact_limits", "some is not one of none, no_address, no_contact"),
        ],
    ),
    (
        "people",
        "P-DAN",
        {"relation": "supporter", "interpreter": "1"},
        [("relation", not_one_of("supporter", MEMBERS)), ("interpreter", "1 is neither yes nor no")],
    ),
    ("people", "P-THEO", {"family_ref": "F9"}, [("family_ref", "F9 is not in families.csv")]),
    ("involvements", 0, {"end": "2015-01-01"}, [("end", "is before start")]),
    (
        "involvements",
        1,
        {"worker_ref": "W-GONE", "function": "teaching", "lead": ""},
        [
            ("worker_ref", "W-GONE is not in workers.csv"),
            ("function", not_one_of("teaching", involvement.FUNCTIONS)),
            ("lead", "is empty"),
        ],
    ),
    ("involvements", 4, {"end": "2018-10-20"}, []),
    ("involvements", 5, {}, [("lead", "two people would lead from 2018-10-13: also line 6")]),
    ("involvements", 6, {"handover_to": "W-GONE"}, [("handover_to", "W-GONE is not in workers.csv")]),
    ("plan", "S1", {"owner_ref": "NOBODY"}, [("owner_ref", "NOBODY is neither in people.csv nor in workers.csv")]),
    ("plan", "S2", {"owner_ref": "P-OTHER"}, [("owner_ref", ELSEWHERE)]),
    ("plan", "S3", {"owner_ref": "BOTH"}, [("owner_ref", BOTH)]),
    (
        "plan",
        "S4",
        {"seen_by": "P-LEO;P-GONE;P-OTHER"},
        [("seen_by", "P-GONE is not in people.csv"), ("seen_by", ELSEWHERE)],
    ),
    (
        "plan",
        "S5",
        {"seen_by": "family;P-LEO"},
        [("seen_by", "family stands alone, or the people are named one by one")],
    ),
    (
        "plan",
        "S6",
        {"due": "12/07/2019", "status": "nearly", "step": "x" * 10_001},
        [
            ("step", "is 10,001 characters long; at most 10,000 fit"),
            ("due", not_a_date("12/07/2019")),
            ("status", not_one_of("nearly", plans.STATUSES)),
        ],
    ),
    (
        "appointments",
        "A1",
        {"people": "", "starts_at": "2018-05-18 16:30", "minutes": "0", "place": " "},
        [
            ("people", "is empty"),
            ("starts_at", not_a_time("2018-05-18 16:30")),
            ("minutes", "0 is not a whole number from 1 to 10080"),
            ("place", "is empty"),
        ],
    ),
    (
        "appointments",
        "A2",
        {"people": "P-OTHER", "starts_at": "2018-03-25T01:30"},
        [("people", ELSEWHERE), ("starts_at", "2018-03-25T01:30 does not exist: the clocks go forward in that hour")],
    ),
    (
        "offers",
        "O1",
        {"to_person_ref": "P-OTHER", "by_worker_ref": "P-LEO", "response": "perhaps"},
        [
            ("by_worker_ref", "P-LEO is not in workers.csv"),
            ("to_person_ref", ELSEWHERE),
            ("response", "perhaps is not one of accepted, declined, no_answer"),
        ],
    ),
    ("statements", "T1", {"young_person_ref": "P-ROSA"}, [("young_person_ref", "P-ROSA is not a young person")]),
    ("statements", "T2", {"disagrees_with": "T3"}, [("disagrees_with", "this disagreement leads back to itself")]),
    ("statements", "T3", {}, [("disagrees_with", "this disagreement leads back to itself")]),
    ("statements", "T4", {"disagrees_with": "T4"}, [("disagrees_with", "this disagreement leads back to itself")]),
    (
        "statements",
        "T5",
        {"disagrees_with": "T-OTHER", "section": "secrets"},
        [
            ("section", not_one_of("secrets", assessments.SECTIONS)),
            ("disagrees_with", "T-OTHER is about another young person"),
        ],
    ),
    (
        "statements",
        "T6",
        {"disagrees_with": "T99", "said_by": "P-OTHER", "text": "bell\x07"},
        [
            ("said_by", ELSEWHERE),
            ("text", "has a control character in it (U+0007)"),
            ("disagrees_with", "T99 is not in statements.csv"),
        ],
    ),
    (
        "links",
        "L1",
        {"until": "2015-01-01", "asked_on": "2018-10-01", "borough_ref": "KIN-SCH"},
        [
            ("borough_ref", "KIN-SCH is not a borough"),
            ("until", "is before since"),
            ("answered_on", "is before asked_on"),
        ],
    ),
    (
        "moments",
        "C1",
        {"known_at": "2018-05-12T21:39", "kind": "fight", "contacted_at": "2018-05-01T10:00"},
        [
            ("kind", not_one_of("fight", moments.KINDS)),
            ("known_at", "is before occurred_at"),
            ("contacted_at", "is before occurred_at"),
        ],
    ),
    (
        "moves",
        "V1",
        {"to_borough_ref": "ASH", "invitation": "", "need_before": "low"},
        [
            ("to_borough_ref", "is the same as from_borough_ref"),
            ("need_before", "low is not one of early_help, child_in_need, child_protection"),
            ("invitation", "is empty"),
        ],
    ),
    (
        "updates",
        "U0",
        {"posted_at": "2018-09-07T24:00", "text": ""},
        [("posted_at", not_a_time("2018-09-07T24:00")), ("text", "is empty")],
    ),
    ("updates", "U1", {"ref": "U2"}, []),
    ("updates", 2, {}, [("ref", "U2 is already in line 3")]),
]

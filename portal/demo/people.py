"""Who one can be in the demo, each with a sentence: for its first page and for what `portal demo` prints."""

from __future__ import annotations

from dataclasses import dataclass


def N_(text: str) -> str:
    """The text as it is: marks it for translators, since there is no language yet when this file is read."""
    return text


@dataclass(frozen=True)
class Somebody:
    """One person or worker to be. `ref` is what POST /demo/sign-in takes as `person`."""

    ref: str
    name: str
    says: str
    """Who this is and what to look at. English; give it to gettext where it is shown."""

    @property
    def is_worker(self) -> bool:
        return self.ref.startswith("W-")


@dataclass(frozen=True)
class Household:
    """One family of the demo and who one can be around it. `title` and `says` go through gettext as well."""

    ref: str
    title: str
    says: str
    people: tuple[Somebody, ...]


HOUSEHOLDS = (
    Household(
        "F1",
        N_("The Marin family"),
        N_("They moved to another borough, and the help moves with them."),
        (
            Somebody("P-ROSA", "Rosa Marin", N_("Leo's mum. Promises to her are late. She reads Spanish.")),
            Somebody("P-LEO", "Leo Marin", N_("Leo is 16. He wants to keep Marcus, and to learn a trade now.")),
            Somebody(
                "P-DAN", "Daniel Grant", N_("Leo's dad. He must not learn where they live, so no page tells him.")
            ),
            Somebody("W-BRV-SW1", "Amina Yusuf", N_("Social worker. She leads the help for the Marins.")),
            Somebody("W-ASH-TY1", "Marcus Bell", N_("Mentor. He stays with Leo until Jordan takes over.")),
            Somebody("W-BRV-DIR", "Nadia Rahman", N_("Director in Brook Vale. She sees what needs a senior person.")),
        ),
    ),
    Household(
        "F2",
        N_("The Mulhern family"),
        N_("They are new. Nobody leads yet, nothing is booked, and still there is a name."),
        (
            Somebody("P-DECLAN", "Declan Mulhern", N_("Niamh's dad. This is his first look.")),
            Somebody("P-NIAMH", "Niamh Mulhern", N_("Niamh is 14. It is her first day here too.")),
        ),
    ),
    Household(
        "F3",
        N_("The Ilankovan family"),
        N_("There is a lot going on: two young people, many dates, many steps."),
        (
            Somebody(
                "P-MEENA",
                "Meenakshi Ilankovan-Sivasubramaniam",
                N_("Mum of three. She speaks Tamil and has an interpreter."),
            ),
            Somebody(
                "P-ARAV",
                "Aravinthan Ilankovan",
                N_("Aravinthan is 15. Some things he told are only for him and those who help him."),
            ),
            Somebody(
                "P-KAVI", "Kaviya Ilankovan", N_("Kaviya is 13. She sees her own steps and dates, not her brother's.")
            ),
            Somebody(
                "P-SURESH",
                "Sureshkumar Ilankovan",
                N_("Their dad. He lives elsewhere and must not learn where they are."),
            ),
            Somebody(
                "W-ASH-SW2",
                "Grace Owusu",
                N_("Social worker. She leads here. She used to lead for the Marins, so theirs is closed to her now."),
            ),
            Somebody(
                "W-POL-1",
                "Hannah Price",
                N_("Police liaison. She sees little, and is shown only to those who choose it."),
            ),
        ),
    ),
    Household(
        "F4",
        N_("The Talukdar family"),
        N_("Their worker leaves in a week. The next one is already there."),
        (
            Somebody("P-RUKH", "Rukhsana Talukdar", N_("Tanvir's mum. She invited her brother to stand by them.")),
            Somebody("P-TANVIR", "Tanvir Talukdar", N_("Tanvir is 16. Ellen goes, Tunde comes.")),
            Somebody("P-SHAFIQ", "Shafiq Miah", N_("Rukhsana's brother. He sees only what she chose.")),
            Somebody("W-KIN-SW1", "Ellen Marsh", N_("Social worker. It is her last week with them.")),
            Somebody(
                "W-KIN-SW2",
                "Tunde Olawale",
                N_("Social worker. He said yes, has read everything, and leads in a week."),
            ),
        ),
    ),
    Household(
        "F5",
        N_("The Fenwick family"),
        N_("Their worker left twelve days ago and nobody has followed. Somebody answers all the same."),
        (
            Somebody("P-DONNA", "Donna Fenwick", N_("Jay's mum. She sees who has to answer until somebody is named.")),
            Somebody("P-JAY", "Jay Fenwick", N_("Jay is 15. He wants to know who sorts out his timetable now.")),
            Somebody("W-KIN-YSM", "Gwen Parry", N_("Manager. She was told that nobody leads, and has to answer.")),
        ),
    ),
    Household(
        "F6",
        N_("The Polius family"),
        N_("The help has ended, as all of them wished. What they said and did is still theirs to read."),
        (
            Somebody("P-MARCIA", "Marcia Polius", N_("Ezra's gran. She knows whom to call if things change.")),
            Somebody("P-EZRA", "Ezra Polius", N_("Ezra is 17. His plan is done.")),
        ),
    ),
)


def everybody() -> list[Somebody]:
    """Everyone one can be, in order."""
    return [somebody for household in HOUSEHOLDS for somebody in household.people]

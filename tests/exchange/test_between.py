"""An assessment travels between two installations as one file: whole, read-only behind it, and refused when wrong."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select, text

from portal.assessments.models import Statement
from portal.cli import main
from portal.exchange import arriving, leaving, sealing
from portal.exchange.sealing import FileRefused, Keys, keys_from, seal, unseal
from portal.foundation import embedded
from portal.people.models import Person
from portal.settings import Settings
from tests import factories as make
from tests.client import Client
from tests.conftest import Database, _clone

AT = "2019-07-15T10:00"
Visit = Callable[..., Client]


@pytest.fixture
def ours() -> Keys:
    return keys_from(b"a" * 32)


@pytest.fixture
def theirs() -> Keys:
    return keys_from(b"b" * 32)


@pytest.fixture
def elsewhere(server: embedded.Server, empty_template: str) -> Iterator[Database]:
    """Another installation, with one borough and its lead."""
    for database in _clone(server, empty_template):
        with database.session() as session:
            borough = make.organisation(session, "Brook Vale children's services", source="main", source_ref="BV")
            make.worker(session, borough, "Nia Obi", ref="W-NIA", manager=True)
            session.commit()
        yield database


def send(sample: Database, keys: Keys, receiver: Keys, ref: str = "P-LEO") -> bytes:
    with sample.session() as session:
        made = leaving.pass_on(session, leaving.young_person(session, ref), keys, receiver.public)
        session.commit()
    return made


def receive(database: Database, keys: Keys, raw: bytes, ref: str | None = None) -> str:
    """Take the file in: for the young person named, or for a new family. Returns the young person's reference."""
    with database.session() as session:
        opened = unseal(raw, keys)
        arriving.read(session, opened)
        if ref is None:
            borough = session.scalars(select(leaving_borough())).one()
            young = arriving.new_family(session, opened, borough)
        else:
            young = leaving.young_person(session, ref)
        arriving.take_in(session, opened, keys, young, "Nia Obi")
        found = young.ref
        session.commit()
    return found


def leaving_borough() -> Any:
    from portal.organisations.models import Organisation

    return Organisation


def test_everything_arrives_with_who_said_it_when_and_for_whom(
    sample: Database, elsewhere: Database, visit: Visit, ours: Keys, theirs: Keys, at: Callable[[str], None]
) -> None:
    at(AT)
    ref = receive(elsewhere, theirs, send(sample, ours, theirs))
    with elsewhere.session() as session:
        family = session.scalar(text("select family_id from person where ref = :ref"), {"ref": ref})
        nia = session.scalar(text("select id from worker where source_ref = 'W-NIA'"))
        session.execute(
            text(
                "insert into involvement (ref, family_id, worker_id, function, is_lead, starts_on, accepted_on, closes)"
                " values ('i', :family, :nia, 'social_work', true, '2019-07-15', '2019-07-15', false)"
            ),
            {"family": family, "nia": nia},
        )
        family_ref = session.scalar(text("select ref from family where id = :id"), {"id": family})
        leo = session.scalar(text("select id from person where ref = :ref"), {"ref": ref})
        for person in session.scalars(select(Person).where(Person.family_id == family)):
            person.source, person.source_ref = "main", person.name
        session.execute(
            text(
                "insert into account (ref, person_id, family_id, discreet)"
                " select 'a' || id, id, family_id, true from person"
            )
        )
        session.commit()
        assert leo
    words = visit(elsewhere, "W-NIA", AT).text(f"/work/families/{family_ref}/assessment")
    for said in ("Leo wants to learn", "Canal Street", "gave up on him", "Seen differently", "Kingsford", "Eleven"):
        assert said in words, said
    assert words.index("Permanently excluded") < words.index("gave up on him")
    own = visit(elsewhere, "Leo Marin", AT).text("/assessment")
    assert "Canal Street" in own and "Leo wants to learn" in own
    rosa = visit(elsewhere, "Rosa Marin", AT).text("/assessment")
    assert "Canal Street" not in rosa and "Not in three months" in rosa, "circles travel as the people in them"
    dan = visit(elsewhere, "Daniel Grant", AT).text("/assessment")
    for where in ("Kingsford", "Brook Vale", "Ashmere", "Canal Street", "nephew"):
        assert where not in dan, "a contact limit travels too"
    assert "gave up on him" in dan


def test_the_senders_copy_turns_read_only(sample: Database, visit: Visit, ours: Keys, theirs: Keys) -> None:
    leo = visit(sample, "P-LEO", AT)
    young = leo.soup("/assessment/write").find("a", href=lambda href: href and href.endswith("/hopes"))["href"]
    page = leo.soup(young)
    fields = {field["name"]: field.get("value", "") for field in page.find("form", id="words").find_all("input")}
    send(sample, ours, theirs)
    answer = leo.soup_of(leo.post(young, fields | {"text": "Too late?"}, 409))
    assert "Nothing can be added here" in answer.get_text(" ")
    assert answer.find("textarea").get_text().strip() == "Too late?", "what was typed is not lost"
    assert "moved to another portal" in leo.text("/assessment") and "Canal Street" in leo.text("/assessment")
    dan = visit(sample, "P-DAN", AT).text("/assessment")
    assert "another portal" not in dan and "moved" not in dan, "somebody with no_address learns nothing of a move"
    amina = visit(sample, "W-BRV-SW1", AT)
    assert "moved to another portal" in amina.text("/work/families/F1/assessment")
    assert "Write a statement" not in amina.text("/work/families/F1/assessment")
    with sample.session() as session:
        leaving.keep_here(session, leaving.young_person(session, "P-LEO").id, "the file was lost")
        session.commit()
    assert "Write in your own words" in visit(sample, "P-LEO", AT).text("/assessment")


def test_it_comes_back_with_what_was_added_and_nothing_twice(
    sample: Database, elsewhere: Database, ours: Keys, theirs: Keys, at: Callable[[str], None]
) -> None:
    at(AT)
    there = receive(elsewhere, theirs, send(sample, ours, theirs))
    with elsewhere.session() as session:
        young = leaving.young_person(session, there)
        circle = make.circle(session, session.get(make_family(), young.family_id), young)
        nia = session.scalars(select(make_worker()).where(make_worker().source_ref == "W-NIA")).one()
        make.statement(session, circle, young, nia, "He came to every session.", made_on=date(2019, 7, 14))
        session.commit()
    back = send(elsewhere, theirs, ours, there)
    with sample.session() as session:
        before = session.scalar(text("select count(*) from statement"))
        workers = session.scalar(text("select count(*) from worker"))
    receive(sample, ours, back, "P-LEO")
    with sample.session() as session:
        assert session.scalar(text("select count(*) from statement")) == before + 1
        assert session.scalar(text("select count(*) from worker")) == workers + 1, "only Nia is new here"
        assert leaving.is_kept_here(session, leaving.young_person(session, "P-LEO").id), "it can be written in again"
        assert session.scalar(text("select count(*) from person where family_id = 1")) <= 5


def make_family() -> Any:
    from portal.people.models import Family

    return Family


def make_worker() -> Any:
    from portal.organisations.models import Worker

    return Worker


def test_a_limit_is_never_loosened_by_a_file(
    sample: Database, elsewhere: Database, ours: Keys, theirs: Keys, at: Callable[[str], None]
) -> None:
    at(AT)
    raw = send(sample, ours, theirs)
    there = receive(elsewhere, theirs, raw)
    with elsewhere.session() as session:
        session.execute(text("update person set contact_limit = 'no_contact' where name = 'Daniel Grant'"))
        session.execute(text("update person set contact_limit = 'none' where name = 'Rosa Marin'"))
        session.commit()
    receive(elsewhere, theirs, send(sample, ours, theirs), there)
    with elsewhere.session() as session:
        assert session.scalar(text("select contact_limit from person where name = 'Daniel Grant'")) == "no_contact"
        assert session.scalar(text("select count(*) from person where name = 'Daniel Grant'")) == 1


def altered(raw: bytes, **change: Any) -> bytes:
    return json.dumps(json.loads(raw) | change).encode()


def test_a_wrong_file_is_refused_in_one_sentence(ours: Keys, theirs: Keys) -> None:
    raw = seal({"a": 1}, ours, theirs.public, "2019-07-15T10:00:00+01:00")
    assert unseal(raw, theirs).payload == {"a": 1}
    other = keys_from(b"c" * 32)
    sealed = json.loads(raw)["sealed"]
    flipped = ("B" if sealed[5] != "B" else "C").join((sealed[:5], sealed[6:]))
    for wrong, keys, sender, says in (
        (raw[:-40], theirs, None, "not an assessment"),
        (b"\x00\xff", theirs, None, "not an assessment"),
        (b"[" * 100_000, theirs, None, "not an assessment"),
        (b'{"format": "other", "version": 1}', theirs, None, "not an assessment"),
        (altered(raw, version=2), theirs, None, "of version 2"),
        (altered(raw, version="1"), theirs, None, "not an assessment"),
        (altered(raw, sealed=flipped), theirs, None, "was altered"),
        (altered(raw, file="x"), theirs, None, "was altered"),
        (altered(raw, made_at="2020-01-01T10:00:00+00:00"), theirs, None, "was altered"),
        (altered(raw, receiver=other.public), theirs, None, "was altered"),
        (altered(raw, sender=other.public), theirs, None, "was altered"),
        (altered(raw, sender=7), theirs, None, "was altered"),
        (altered(raw, signature="AAAA"), theirs, None, "was altered"),
        (altered(raw, nonce=None), theirs, None, "was altered"),
        (raw, other, None, "for another portal"),
        (raw, theirs, other.public, "from another portal than the one you named"),
    ):
        with pytest.raises(FileRefused, match=says) as refused:
            unseal(wrong, keys, sender)
        assert "\n" not in str(refused.value) and len(str(refused.value)) < 130


def test_nobody_else_can_open_it_or_speak_for_us(ours: Keys, theirs: Keys) -> None:
    raw = seal({"secret": "Canal Street"}, ours, theirs.public, "2019-07-15T10:00:00+01:00")
    assert b"Canal" not in raw and b"Canal" not in base64.urlsafe_b64decode(json.loads(raw)["sealed"] + "==")
    forger = keys_from(b"f" * 32)
    forged = json.loads(seal({"secret": "other"}, forger, theirs.public, "2019-07-15T10:00:00+01:00"))
    with pytest.raises(FileRefused, match="altered"):
        unseal(json.dumps(forged | {"sender": ours.public}).encode(), theirs)
    with pytest.raises(FileRefused, match="no public key"):
        sealing.read_public("alongside-short")


def test_the_same_file_twice_is_refused(
    sample: Database, elsewhere: Database, ours: Keys, theirs: Keys, at: Callable[[str], None]
) -> None:
    at(AT)
    raw = send(sample, ours, theirs)
    there = receive(elsewhere, theirs, raw)
    with pytest.raises(FileRefused, match="taken in before"):
        receive(elsewhere, theirs, raw, there)


HOSTILE: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
    ("young_person", lambda p: p.pop("young_person")),
    ("evil", lambda p: p.update(evil=[])),
    ("statements", lambda p: p.update(statements={})),
    ("statements, entry 1", lambda p: p["statements"][0].pop("text")),
    ("statements, entry 1, section", lambda p: p["statements"][0].update(section="'; drop table statement; --")),
    ("statements, entry 1, made_on", lambda p: p["statements"][0].update(made_on="yesterday")),
    ("statements, entry 1, text", lambda p: p["statements"][0].update(text="x" * 50_001)),
    ("statements, entry 1, ref", lambda p: p["statements"][0].update(ref="../../etc")),
    ("statements, entry 1, version", lambda p: p["statements"][0].update(version=True)),
    ("names somebody who is not in the file", lambda p: p["statements"][0].update(readers=[999_999])),
    ("names somebody who is not in the file", lambda p: p["statements"][0].update(said_by_worker="0" * 16 + "/x")),
    ("nobody or two people", lambda p: p["statements"][0].update(said_by_person=p["young_person"]["id"])),
    ("names something twice", lambda p: p["statements"].append(dict(p["statements"][0]))),
    ("people, entry 1, contact_limit", lambda p: p["people"][0].update(contact_limit="friend")),
    ("people, entry 1, relation", lambda p: p["people"][0].update(relation="supporter")),
    ("workers, entry 1, name", lambda p: p["workers"][0].update(name="\x00")),
]


@pytest.mark.parametrize(("says", "spoil"), HOSTILE)
def test_what_its_schema_does_not_know_refuses_the_whole_file(
    sample: Database, ours: Keys, theirs: Keys, at: Callable[[str], None], says: str, spoil: Callable[[Any], Any]
) -> None:
    at(AT)
    with sample.session() as session:
        payload = leaving.payload_of(session, leaving.young_person(session, "P-LEO"), ours)
    spoil(payload)
    opened = unseal(seal(payload, ours, theirs.public, "2019-07-15T10:00:00+01:00"), theirs)
    with sample.session() as session, pytest.raises(FileRefused, match=says):
        arriving.read(session, opened)


def test_a_file_cannot_reach_into_another_young_persons_record(
    sample: Database, ours: Keys, theirs: Keys, at: Callable[[str], None]
) -> None:
    """A portal that knows a reference of ours could otherwise hang its words onto somebody else's statement."""
    at(AT)
    with sample.session() as session:
        payload = leaving.payload_of(session, leaving.young_person(session, "P-LEO"), theirs)
    opened = unseal(seal(payload, theirs, ours.public, "2019-07-15T10:00:00+01:00"), ours)
    with sample.session() as session:
        borough = session.scalars(select(leaving_borough()).where(leaving_borough().kind == "borough").limit(1)).one()
        other = arriving.new_family(session, opened, borough)
        with pytest.raises(FileRefused, match="another young person"):
            arriving.take_in(session, opened, ours, other, "Nia Obi")


def test_what_was_taken_out_there_is_taken_out_here(
    sample: Database, elsewhere: Database, ours: Keys, theirs: Keys, at: Callable[[str], None]
) -> None:
    at(AT)
    there = receive(elsewhere, theirs, send(sample, ours, theirs))
    with elsewhere.session() as session:
        said = next(row for row in session.scalars(select(Statement)) if "Second stabbing" in row.text)
        nia = session.scalar(text("select id from worker where source_ref = 'W-NIA'"))
        from portal.assessments.models import Removal

        session.add(
            Removal(
                family_id=said.family_id, circle_id=said.circle_id, section=said.section, statement_id=said.id,
                made_on=date(2019, 7, 14), by_worker_id=nia, because="court", note="Order of 1 July.",
            )
        )  # fmt: skip
        said.text = ""
        session.commit()
    receive(sample, ours, send(elsewhere, theirs, ours, there), "P-LEO")
    with sample.session() as session:
        assert not any("Second stabbing" in row.text for row in session.scalars(select(Statement)))
        assert session.scalar(text("select count(*) from statement_removal")) == 1


class Portals:
    """The commands, run as somebody at each of two installations runs them."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.patch = folder, monkeypatch

    def run(self, engine: Engine, key: str, *words: str, said: str = "") -> Result:
        self.patch.setenv("PORTAL_EXCHANGE_KEY", base64.b64encode(key.encode() * 32).decode())
        self.patch.setattr("portal.exchange.command.engine_for", lambda *_, **__: engine)
        return CliRunner().invoke(main, list(words), input=said)


@pytest.fixture
def portals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Portals:
    from tests.conftest import TEST_SECRETS

    for name, value in (TEST_SECRETS | {"PORTAL_DATA": str(tmp_path), "PORTAL_NOW": AT}).items():
        monkeypatch.setenv(name, value)
    return Portals(tmp_path, monkeypatch)


def test_the_commands_carry_it_from_one_portal_to_the_other(
    sample: Database, elsewhere: Database, portals: Portals
) -> None:
    file = portals.folder / "leo.json"
    key = portals.run(elsewhere.owner, "b", "keys", "show").output.strip()
    assert key.startswith("alongside-") and key == portals.run(elsewhere.owner, "b", "keys", "show").output.strip()
    made = portals.run(sample.owner, "a", "assessment", "export", "P-LEO", "--to", key, "--out", str(file))
    assert made.exit_code == 0 and "read and not written" in made.output, made.output
    assert file.stat().st_mode & 0o077 == 0, "nobody else on the machine reads it"
    again = portals.run(sample.owner, "a", "assessment", "export", "P-LEO", "--to", key, "--out", str(file))
    assert again.exit_code != 0 and "is there already" in again.output
    wrong = portals.run(sample.owner, "a", "assessment", "import", str(file))
    assert wrong.exit_code != 0 and "for another portal" in wrong.output
    no = portals.run(elsewhere.owner, "b", "assessment", "import", str(file), said="BV\nn\n")
    assert no.exit_code != 0, "a person did not confirm it"
    with elsewhere.session() as session:
        assert session.scalar(text("select count(*) from person")) == 0
    done = portals.run(elsewhere.owner, "b", "assessment", "import", str(file), said="BV\ny\nNia Obi\n")
    assert done.exit_code == 0 and "9 new statements" in done.output, done.output
    assert "check its key with them by phone" in done.output and "Leo Marin, born 2002-10-02" in done.output
    with elsewhere.session() as session:
        assert session.scalar(text("select confirmed_by from assessment_received")) == "Nia Obi"
    replay = portals.run(elsewhere.owner, "b", "assessment", "import", str(file), said="y\nNia Obi\n")
    assert replay.exit_code != 0 and "taken in before" in replay.output
    kept = portals.run(sample.owner, "a", "assessment", "keep", "P-LEO", "--because", "They moved back")
    assert kept.exit_code == 0
    nobody = portals.run(sample.owner, "a", "assessment", "export", "P-X", "--to", key, "--out", str(file) + "2")
    assert nobody.exit_code != 0 and "No young person here" in nobody.output

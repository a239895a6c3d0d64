"""`portal doctor` finds what is wrong, says what to do, names no family, and is content with a sound installation."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from portal import doctor
from portal.doctor import LOOK, MEND, OK, Finding
from portal.foundation import fields
from portal.foundation.clock import real_now
from portal.guidance import queries as guidance
from portal.people.models import Family
from portal.settings import Settings
from portal.switch import texts
from tests.conftest import ROOT, Database


@pytest.fixture
def installed(settings: Settings, sample: Database) -> Settings:
    """Settings that name the sample's database for each role."""
    address = {
        role: getattr(sample, role).url.render_as_string(hide_password=False) for role in ("owner", "web", "worker")
    }
    return dataclasses.replace(
        settings,
        database_url=address["owner"],
        web_database_url=address["web"],
        worker_database_url=address["worker"],
    )


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder in which everything is built and translated."""
    (tmp_path / "static" / "dist").mkdir(parents=True)
    (tmp_path / "static" / "dist" / "manifest.json").write_text(json.dumps({"site.css": "site.0.css"}))
    (tmp_path / "static" / "dist" / "site.0.css").write_text("")
    catalogue = tmp_path / "translations" / "es" / "LC_MESSAGES"
    catalogue.mkdir(parents=True)
    (catalogue / "messages.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Plan"\nmsgstr "Plan"\n'
    )
    (catalogue / "messages.mo").write_bytes(b"")
    return tmp_path


def wrong(settings: Settings, root: Path) -> list[Finding]:
    """What is not well, but for the rota that an import never brings."""
    return [
        finding for finding in doctor.examine(settings, root) if finding.how != OK and "on duty" not in finding.says
    ]


def do(database: Database, statement: str) -> None:
    with database.session() as session:
        session.execute(text(statement), {"now": real_now()})
        session.commit()


def test_a_sound_installation_is_all_well(installed: Settings, built: Path, sample: Database) -> None:
    do(sample, "insert into heartbeat (name, at) values ('a worker', :now)")
    found = list(doctor.examine(installed, built))
    assert [finding.says[:24] for finding in found if finding.how != OK] == ["Nobody is on duty for: A"]
    assert len(found) >= 13
    assert any("Español" in finding.says for finding in found)


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        ("alter table step disable row level security", "step"),
        (
            "do $$ begin drop policy look_read on look; drop policy look_worker on look;"
            "drop policy look_insert on look; end $$",
            "look",
        ),
        ("update alembic_version set version_num = '0001'", "portal migrate"),
        ("alter table step owner to portal_web", "portal_web"),
        ("update phone set number_hash = 'x'", "PORTAL_SEARCH_KEY"),
    ],
)
def test_what_must_be_mended_is_said(harm: str, says: str, installed: Settings, built: Path, sample: Database) -> None:
    do(sample, harm)
    found = wrong(installed, built)
    assert any(finding.how == MEND and says in finding.says for finding in found), found


def test_a_worker_that_is_gone_must_be_started_outside_the_demo(
    installed: Settings, built: Path, sample: Database
) -> None:
    do(sample, "insert into heartbeat (name, at) values ('a worker', :now - interval '1 hour')")
    assert [finding.how for finding in wrong(installed, built)] == [LOOK]
    real = dataclasses.replace(installed, demo=False, url="https://alongside.example", sms="notify")
    found = wrong(real, built)
    assert [finding.how for finding in found] == [MEND]
    assert "portal worker" in found[0].says


def test_a_web_that_speaks_as_the_owner_is_found(installed: Settings, built: Path) -> None:
    found = wrong(dataclasses.replace(installed, web_database_url=installed.database_url), built)
    assert any(finding.how == MEND and "DATABASE_WEB_URL" in finding.says for finding in found)


def test_a_worker_that_cannot_come_in_is_found(installed: Settings, built: Path) -> None:
    assert installed.worker_database_url
    nobody = installed.worker_database_url.replace("portal_worker", "nobody_of_ours")
    found = wrong(dataclasses.replace(installed, worker_database_url=nobody), built)
    assert any(finding.how == MEND and "The worker cannot come in" in finding.says for finding in found), found


def test_a_family_with_nobody_is_found_and_not_named(installed: Settings, built: Path, sample: Database) -> None:
    with sample.session() as session:
        borough = session.scalar(
            text("insert into organisation (ref, name, kind) values ('zz', 'Nowhere', 'borough') returning id")
        )
        session.add(Family(name="Unlucky family", home_borough_id=borough, source="main", source_ref="F9"))
        session.commit()
    found = {finding.how: finding.says for finding in wrong(installed, built) if "worker" not in finding.says}
    assert "Nowhere" in found[LOOK]
    assert "F9" in found[MEND]
    assert "Unlucky" not in str(found)


def test_sealed_fields_under_a_lost_key_are_found(installed: Settings, built: Path) -> None:
    fields.use_keys({1: b"y" * 32}, installed.search_key)
    try:
        found = wrong(installed, built)
    finally:
        fields.use_keys(installed.field_keys, installed.search_key)
    assert any(finding.how == MEND and "phone.number" in finding.says for finding in found), found


def test_a_database_that_is_away_ends_the_examination_kindly(settings: Settings, built: Path, tmp_path: Path) -> None:
    away = dataclasses.replace(settings, database_url=f"postgresql+psycopg://postgres@/portal?host={tmp_path}")
    found = wrong(away, built)
    assert [finding.how for finding in found] == [MEND]
    assert "does not answer" in found[0].says


def test_settings_that_do_not_go_together(settings: Settings) -> None:
    def hows(**changed: object) -> list[str]:
        return [finding.how for finding in doctor.settings_of(dataclasses.replace(settings, **changed))]  # type: ignore[arg-type]  # any of them

    assert hows() == [OK]
    assert hows(url="https://alongside.example") == [MEND]
    assert hows(demo=False, url="http://alongside.example", database_url="x", sms="notify") == [MEND]
    assert hows(demo=False, url="https://alongside.example", database_url="x", sms="notify") == [OK]
    assert hows(demo=False, url="https://alongside.example", database_url=None, sms="simulator") == [OK, LOOK, LOOK]


def test_missing_files_and_words(built: Path) -> None:
    (built / "static" / "dist" / "site.0.css").unlink()
    assert [finding.how for finding in doctor.assets(built / "static" / "dist")] == [MEND]
    (built / "static" / "dist" / "manifest.json").unlink()
    assert [finding.how for finding in doctor.assets(built / "static" / "dist")] == [MEND]
    words = built / "translations" / "es" / "LC_MESSAGES" / "messages.po"
    words.write_text(words.read_text() + '\nmsgid "Dates"\nmsgstr ""\n')
    assert "1 of 2 sentences" in next(iter(doctor.languages(built / "translations"))).says
    words.with_suffix(".mo").unlink()
    assert [finding.how for finding in doctor.languages(built / "translations")] == [LOOK, OK]


def test_the_command_ends_with_one_when_something_must_be_mended(installed: Settings, sample: Database) -> None:
    assert CliRunner().invoke(doctor.doctor, obj=installed).exit_code == int(
        any(finding.how == MEND for finding in doctor.examine(installed, ROOT))
    )
    do(sample, "alter table step disable row level security")
    said = CliRunner().invoke(doctor.doctor, obj=installed)
    assert said.exit_code == 1
    assert "mend this" in said.output


def test_guidance_past_its_date_is_named_with_whoever_looks_after_it() -> None:
    assert guidance.past_review(date(2026, 12, 1)) == ""
    said = guidance.past_review(date(2027, 3, 1))
    assert "knives" in said
    assert "Tell: Guidance editor." in said


def test_all_texts_stop_and_go_again_by_a_command_and_the_doctor_sees_it(installed: Settings, built: Path) -> None:
    def say(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(texts, list(words), obj=installed)
        assert done.exit_code == code, done.output
        return done.output

    assert say("status") == "Texts go out.\n0 wait. 0 went out today.\n"
    say("stop", code=2)
    say("stop", " ", code=1)
    assert "No text goes out" in say("stop", "Wrong names in them")
    assert "already" in say("stop", "again")
    assert "Wrong names in them" in say("status")
    assert [finding.how for finding in wrong(installed, built) if "All texts are stopped" in finding.says] == [LOOK]
    assert "Texts go out again." in say("start")
    assert "already" in say("start")
    assert not [finding for finding in wrong(installed, built) if "texts" in finding.says]

"""Every table is behind the second lock, and neither the web nor the worker can take it off."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from portal.foundation.database import DOOR, NOBODY, PortalSession, Speaker
from portal.tables import metadata
from tests.conftest import Database

OPEN = {
    "alembic_version": "one word: which migration ran last; /readyz compares it",
    "heartbeat": "that the worker is alive; /readyz reads it for whoever asks",
}
"""Tables that show rows to nobody in particular, and why."""
WITHOUT_A_POLICY = {"alembic_version": OPEN["alembic_version"]}

TABLES = """
    select c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner) as owner,
      coalesce((select array_agg(distinct r.rolname::text) from pg_policy p
                join pg_roles r on r.oid = any(p.polroles)
                where p.polrelid = c.oid and p.polcmd in ('r', '*')), '{}') as reads
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'm', 'v', 'f') and n.nspname = 'public' order by 1
"""


def test_every_table_has_a_policy_for_both_roles(sample_read: Database) -> None:
    with sample_read.owner.connect() as connection:
        tables = connection.execute(text(TABLES)).all()
    assert {table.relname for table in tables} == set(metadata.tables) | {"alembic_version"}
    for table in tables:
        if table.relname in WITHOUT_A_POLICY:
            continue
        assert table.relrowsecurity, f"{table.relname}: row-level security is off"
        # FORCE would make the functions that policies call see nothing
        assert not table.relforcerowsecurity, f"{table.relname}: FORCE is on"
        assert {"portal_web", "portal_worker"} <= set(table.reads), f"{table.relname}: no policy for {table.reads}"


def test_neither_role_owns_or_bypasses_anything(sample_read: Database) -> None:
    with sample_read.owner.connect() as connection:
        roles = connection.execute(
            text(
                "select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication from pg_roles"
                " where rolname in ('portal_web', 'portal_worker')"
            )
        ).all()
        assert len(roles) == 2
        for role in roles:
            assert not any(role[1:]), f"{role.rolname} may do too much: {role}"
        belongs = (
            "select count(*) from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname like 'portal_%'"
        )
        assert connection.scalar(text(belongs)) == 0, "a role of ours is a member of another"
        owned = (
            "select count(*) from pg_class where pg_get_userbyid(relowner) like 'portal_%'"
            " union all select count(*) from pg_proc where pg_get_userbyid(proowner) like 'portal_%'"
            " union all select count(*) from pg_namespace where pg_get_userbyid(nspowner) like 'portal_%'"
        )
        assert set(connection.scalars(text(owned))) == {0}


def test_every_trusted_function_names_its_search_path(sample_read: Database) -> None:
    """A function that reads as the owner looks nowhere but where we put things."""
    with sample_read.owner.connect() as connection:
        loose = connection.scalars(
            text(
                "select proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public'"
                " and prosecdef and not coalesce(proconfig::text, '') like '%search_path=public%'"
            )
        ).all()
    assert not loose


def test_without_a_speaker_nothing_shows(sample_read: Database) -> None:
    """A connection that forgot to say for whom it asks."""
    with sample_read.web.connect() as connection:
        for table in sorted(set(metadata.tables) - set(OPEN)):
            assert connection.scalar(text(f'select count(*) from "{table}"')) == 0, f"{table} shows rows to nobody"
    with PortalSession(sample_read.web) as session:
        assert session.info.get("speaker", NOBODY) == NOBODY
        for table in sorted(set(metadata.tables) - set(OPEN)):
            assert session.scalar(text(f'select count(*) from "{table}"')) == 0, f"{table} shows rows to nobody"


REFUSED = (
    "set role postgres",
    "set session authorization postgres",
    "alter table step disable row level security",
    "alter table step owner to portal_web",
    "drop policy step_read on step",
    "create policy mine on step for select to portal_web using (true)",
    "alter role portal_web bypassrls",
    "create role another superuser",
    "create table mine (x int)",
    "create function mine() returns int language sql as 'select 1'",
    "create or replace function my_circles() returns bigint[] language sql as $$ select array_agg(id) from circle $$",
    "truncate step",
    "drop table step",
    "select * from pg_authid",
    "select pg_read_file('/etc/passwd')",
    "copy step to program 'cat'",
    "insert into function_sees values ('housing', 'health')",
    "delete from look",
    "update look set family_id = 1",
    "delete from alembic_version",
    "update worker set is_manager = true",
    "update person set contact_limit = 'none'",
    "update person set family_id = 1",
    "update circle set members_key = 'family'",
    "insert into circle_member (circle_id, person_id, family_id) values (1, 1, 1)",
    "update involvement set function = 'social_work'",
    "update organisation set senior_manager_id = 1",
    "update account set person_id = 1",
)


@pytest.mark.parametrize("statement", REFUSED)
def test_the_web_may_not(sample_read: Database, statement: str) -> None:
    with sample_read.web.connect() as connection:
        _refused(connection, statement)


@pytest.mark.parametrize(
    "statement", [*REFUSED[:16], "update person set contact_limit = 'none'", "insert into device default values"]
)
def test_the_worker_may_not(sample_read: Database, statement: str) -> None:
    with sample_read.worker.connect() as connection:
        _refused(connection, statement)


def _refused(connection: Connection, statement: str) -> None:
    with pytest.raises(ProgrammingError) as error:
        connection.execute(text(statement))
    assert any(
        word in str(error.value) for word in ("permission denied", "must be owner", "must be superuser", "Only roles")
    )


def test_turning_row_security_off_is_an_error_not_a_way_round(sample_read: Database) -> None:
    with sample_read.web.connect() as connection:
        connection.detach()  # what is set here must not come back from the pool
        connection.execute(text("set row_security = off"))
        with pytest.raises(ProgrammingError, match="row-level security"):
            connection.execute(text("select count(*) from step"))


def test_the_web_never_reads_what_only_the_worker_sends(sample_read: Database) -> None:
    """Texts wait in the outbox sealed from the web, also from whoever wrote them and from the door."""
    with sample_read.owner.connect() as connection:
        worker = connection.scalar(text("select min(id) from worker"))
        connection.execute(
            text(
                "insert into text_message (ref, number, number_hash, body, urgent, due_at, state, attempts)"
                " values ('aaaa', 'x', 'x', 'x', false, now(), 'queued', 0) on conflict do nothing"
            )
        )
    for speaker in (Speaker(worker_id=worker), DOOR):
        with PortalSession(sample_read.web) as session:
            session.info["speaker"] = speaker
            assert session.scalar(text("select count(*) from account")) > 0
            for table in ("text_message", "timetable"):
                assert session.scalar(text(f"select count(*) from {table}")) == 0
    with sample_read.owner.connect() as connection:
        connection.execute(text("delete from text_message where ref = 'aaaa'"))

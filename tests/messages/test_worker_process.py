"""The worker as a process of its own: it starts, beats, drains, and ends when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.foundation import embedded
from portal.foundation.database import PortalSession, make_engine
from portal.foundation.models import Heartbeat
from portal.messages.actions import queue_text
from portal.messages.models import TextMessage
from tests.conftest import TEST_SECRETS

PORTAL = [sys.executable, "-c", "from portal.cli import main; main()"]


def portal(env: dict[str, str], *words: str) -> str:
    """Run the command to its end; what it said."""
    done = subprocess.run([*PORTAL, *words], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_a_worker_process(tmp_path: Path, settings: object) -> None:
    env = {**os.environ, **TEST_SECRETS, "PORTAL_DATA": str(tmp_path)}
    portal(env, "migrate")
    server = embedded.start(tmp_path, fast=True)
    engine = make_engine(server.url())
    try:
        with PortalSession(engine) as session:
            queue_text(session, "+447700900211", "one")
            session.commit()
            assert "Done: 1." in portal(env, "worker", "--once")
            assert session.scalars(select(TextMessage.state)).all() == ["sent"]
            before = session.scalars(select(Heartbeat)).all()
            queue_text(session, "+447700900211", "two")
            session.commit()
            process = subprocess.Popen([*PORTAL, "worker"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            try:
                _wait(session)
            finally:
                process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=20)
            assert process.returncode == 0, err
            assert b"900211" not in out + err, "no numbers in the log"
            session.rollback()
            assert len(session.scalars(select(Heartbeat)).all()) == len(before) + 1
    finally:
        engine.dispose()
        server.release()


def _wait(session: PortalSession) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        session.rollback()
        if "queued" not in session.scalars(select(TextMessage.state)).all():
            return
        time.sleep(0.2)
    raise AssertionError("the worker sent nothing in 30 seconds")

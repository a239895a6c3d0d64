"""`make chaos`: texts are due, the sender is killed again and again, the database restarts, the provider loses answers.

Each text must be at the provider exactly once in the end. Prints what happened, and ends with 1 where it is not so.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from sqlalchemy import text

from portal.foundation import embedded, fields, schema
from portal.foundation.database import PortalSession, make_engine
from portal.foundation.embedded_files import places
from portal.messages.actions import queue_text
from portal.settings import fresh, load
from tests.messages.twilio_server import TwilioServer

TEXTS = int(os.environ.get("PORTAL_CHAOS_TEXTS", "10000"))
KILLS = int(os.environ.get("PORTAL_CHAOS_KILLS", "50"))
RESTARTS = 3
DROPS = 0.02
PATIENCE = 1800.0  # seconds for all of it
PORTAL = [sys.executable, "-c", "from portal.cli import main; main()", "worker"]


def main() -> int:
    """All of it. Returns 1 where a text was lost or doubled."""
    seed = int(os.environ.get("PORTAL_SEED") or Random().randrange(10**6))
    print(f"{TEXTS} texts, {KILLS} kills, {RESTARTS} restarts, {DROPS:.0%} of answers lost. PORTAL_SEED={seed}")
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder, TwilioServer(seed) as twilio:
        twilio.drop = DROPS
        keys = {name: fresh(name) for name in ("PORTAL_SECRET_KEY", "PORTAL_FIELD_KEYS", "PORTAL_SEARCH_KEY")}
        env = os.environ | keys | twilio.env | {"PORTAL_DEMO": "1", "PORTAL_DATA": folder}
        settings = load(env)
        fields.use_keys(settings.field_keys, settings.search_key)
        # as in production: what was committed stays, also when the server is killed
        server = embedded.start(Path(folder))
        schema.migrate(make_engine(server.url()))
        with PortalSession(make_engine(server.url())) as session:
            for number in range(TEXTS):
                # two of each pair are the same words to the same number, and both must arrive
                queue_text(session, f"+4477009{number // 2 % 100000:05}", f"text {number // 2}")
            session.commit()
        began = time.monotonic()
        _torment(env, server, Path(folder), twilio, Random(seed), began)
        took = time.monotonic() - began
        with make_engine(server.url()).connect() as connection:
            states = dict(connection.execute(text("select state, count(*) from text_message group by 1")).all())
        server.release()
        return _judge(twilio, states, took)


def _torment(
    env: dict[str, str], server: embedded.Server, data: Path, twilio: TwilioServer, random: Random, began: float
) -> None:
    restarts = set(random.sample(range(1, max(KILLS, RESTARTS + 1)), min(RESTARTS, max(KILLS - 1, 0))))
    for round_ in range(KILLS):
        at_least = len(twilio.messages)
        process = _sender(env)
        # killed at any moment once it is at work, or a while later where everything has gone out already
        until = time.monotonic() + 20
        while len(twilio.messages) == at_least and time.monotonic() < until and len(twilio.messages) < TEXTS:
            time.sleep(0.01)
        time.sleep(random.random() * 0.4)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if round_ in restarts:
            _restart(server, data)
    process = _sender(env)
    engine = make_engine(server.url())
    while time.monotonic() - began < PATIENCE:
        with engine.connect() as connection:
            left = connection.scalar(text("select count(*) from text_message where state in ('queued', 'sending')"))
        if not left:
            break
        time.sleep(0.5)
    process.terminate()
    process.wait(30)


def _sender(env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(PORTAL, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _restart(server: embedded.Server, data: Path) -> None:
    """The database at once and without goodbye, and again."""
    pid = int((places(data).files / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGQUIT)
    while _alive(pid):
        time.sleep(0.05)
    server.ensure()


def _alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def _judge(twilio: TwilioServer, states: dict[str, int], took: float) -> int:
    wanted = Counter(f"text {number // 2}" for number in range(TEXTS))
    got = Counter(twilio.bodies)
    lost, doubled = sum((wanted - got).values()), sum((got - wanted).values())
    print(f"At the provider: {sum(got.values())}. Lost: {lost}. Doubled: {doubled}. States: {states}. {took:.0f} s.")
    well = lost == 0 and doubled == 0 and set(states) == {"sent"}
    print("Each text exactly once." if well else "Not so.")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())

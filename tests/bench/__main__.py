"""`make bench`: prints each measurement beside what it should be. Nothing here fails a build."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from sqlalchemy import select, text

from portal.access.actions import start_device
from portal.access.gate import COOKIE
from portal.access.models import Account
from portal.foundation import embedded, fields, schema
from portal.foundation.database import PortalSession, make_engine
from portal.imports.run import import_folder_into
from portal.people.models import Person
from portal.settings import fresh, load
from tests import factories as make
from tests.bench import assessments, guidance, texts
from tests.bench.fill import fill
from tests.bench.load import fetch, median_ms, requests_a_second, with_form_cookie
from tests.imports import big_folder

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
NOW = "2019-07-15T10:00"
PAGES = ("/home", "/network", "/plan", "/appointments", "/updates", "/assessment")
FEW, MANY = 1_000, int(os.environ.get("PORTAL_BENCH_FAMILIES", "100000"))


@dataclass
class World:
    """One data folder with its server, and the environment that its processes get."""

    data: Path
    env: dict[str, str]

    def owner(self, database: str = "portal") -> Any:
        return make_engine(embedded.url(self.data, database=database))


def port_of(number: int) -> int:
    return 5300 + number


@contextmanager
def world(data: Path) -> Iterator[World]:
    """A migrated, empty portal."""
    keys = {name: fresh(name) for name in ("PORTAL_SECRET_KEY", "PORTAL_FIELD_KEYS", "PORTAL_SEARCH_KEY")}
    env = os.environ | keys | {"PORTAL_DEMO": "1", "PORTAL_DATA": str(data), "PORTAL_NOW": NOW, "WEB_CONCURRENCY": "2"}
    settings = load(env)
    fields.use_keys(settings.field_keys, settings.search_key)
    server = embedded.start(data, fast=True)
    made = World(data, env)
    owner = made.owner()
    schema.migrate(owner)
    with owner.connect() as connection:
        connection.execute(text("alter role portal_web login"))
        connection.execute(text("alter role portal_worker login"))
    owner.dispose()
    yield made
    server.release()


@contextmanager
def running(command: list[str], env: dict[str, str], ready: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server process, until it answers and then until the block ends."""
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.time() + 60
    while time.time() < end:
        try:
            urllib.request.urlopen(ready, timeout=2).close()
            break
        except OSError:
            time.sleep(0.2)
    yield process
    process.terminate()
    process.wait(20)


def signed_in(owner: Any, ref: str) -> str:
    """A cookie for the person with this public or import reference."""
    with PortalSession(owner) as session:
        account = session.scalars(
            select(Account)
            .join(Person, Person.id == Account.person_id)
            .where((Person.ref == ref) | (Person.source_ref == ref))
        ).one()
        token = start_device(session, account, "bench")
        session.commit()
    return f"{COOKIE}={token}"


def say(what: str, figure: str, wanted: str) -> None:
    print(f"{what:<62} {figure:>16}   wanted: {wanted}", flush=True)


def home_against_floor(at: World) -> None:
    """Throughput of the signed-in home as a share of the floor's, alternating in one run."""
    owner = at.owner()
    with owner.connect() as connection:
        connection.execute(text("create database floor"))
    floor_url = embedded.url(at.data, database="floor")
    env = at.env | {"FLOOR_URL": floor_url, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", "from tests.bench import floor; floor.fill()"], env=env, cwd=ROOT, check=True)
    cookie = signed_in(owner, "P-ROSA")
    base, bare = f"http://127.0.0.1:{port_of(1)}", f"http://127.0.0.1:{port_of(2)}"
    gunicorn = [str(BIN / "gunicorn"), "-w", "2", "-b", bare.removeprefix("http://"), "tests.bench.floor:app"]
    with (
        running([str(BIN / "portal"), "web", "--port", str(port_of(1))], at.env, base + "/healthz") as web,
        running(gunicorn, env, bare + "/one"),
    ):
        cookie = with_form_cookie(base + "/home", cookie)
        ratios = []
        for _ in range(3):
            below, home = requests_a_second(bare + "/one"), requests_a_second(base + "/home", cookie)
            ratios.append(home / below)
        say("home: share of a bare Flask page's throughput", f"{median(ratios):.2f} of {below:.0f}/s", "at least 0.30")
        first, _ = fetch(base + "/home", cookie, "gzip")
        page = (
            urllib.request.urlopen(urllib.request.Request(base + "/home", headers={"Cookie": cookie})).read().decode()
        )
        assets = sum(
            fetch(base + path, "", "gzip")[0]
            for path in sorted(set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page)))
        )
        say("first visit to home, everything, over the wire", f"{(first + assets) / 1000:.1f} kB", "at most 45 kB")
        say(
            "a later page, over the wire",
            f"{max(fetch(base + path, cookie, 'gzip')[0] for path in PAGES) / 1000:.1f} kB",
            "at most 8 kB",
        )
        sizes = [child.memory_info().rss / 1e6 for child in psutil.Process(web.pid).children()]
        say("memory of a web worker after the load", f"{max(sizes):.0f} MB", "under 150 MB")
    owner.dispose()


def home_as_families_grow(at: World) -> None:
    """The median of home among many families, over the median among few."""
    owner = at.owner()
    medians = {}
    for families in (FEW, MANY - FEW):
        with owner.connect() as connection:
            connection.execute(text("update family set ref = 'x' || ref where ref like 'b%'"))
        ref = fill_again(owner, families)
        cookie = signed_in(owner, ref)
        base = f"http://127.0.0.1:{port_of(3)}"
        with running([str(BIN / "portal"), "web", "--port", str(port_of(3))], at.env, base + "/healthz"):
            median_ms(base + "/home", cookie, 60)
            medians[families] = median_ms(base + "/home", cookie, 400)
    ratio = medians[MANY - FEW] / medians[FEW]
    say(f"home at {MANY:,} families against {FEW:,}: median", f"{ratio:.2f} ({medians[FEW]:.1f} ms)", "within 1.15")
    owner.dispose()


def plan_with_more_steps(at: World) -> None:
    """The median of the plan page with 40 steps over that with 6, alternating in one run."""
    owner = at.owner()
    cookies = {}
    with PortalSession(owner) as session:
        here = make.organisation(session)
        ada = make.worker(session, here, "Ada Obi")
        for many in (6, 40):
            family = make.family(session, here, f"Family of {many}")
            ana = make.person(session, family, "Ana Rivera", ref=f"STEPS-{many}")
            make.involvement(session, ada, family, lead=True)
            circle = make.circle(session, family, ana)
            for number in range(many):
                step = make.step(session, circle, ada if number % 3 else ana, f"Step {number} of what was promised")
                step.goal, step.due = f"Goal {number % 4}", date(2019, 7, 1) + timedelta(days=number)
        session.commit()
    for many in (6, 40):
        cookies[many] = signed_in(owner, f"STEPS-{many}")
    base = f"http://127.0.0.1:{port_of(4)}"
    with running([str(BIN / "portal"), "web", "--port", str(port_of(4))], at.env, base + "/healthz"):
        took: dict[int, list[float]] = {6: [], 40: []}
        for cookie in cookies.values():
            median_ms(base + "/plan", cookie, 60)
        for _ in range(5):
            for many, cookie in cookies.items():
                took[many].append(median_ms(base + "/plan", cookie, 100))
        anew: dict[int, list[float]] = {6: [], 40: []}
        for number in range(200):
            for many, cookie in cookies.items():
                change_a_step(owner, f"Family of {many}", number)
                anew[many].append(fetch(base + "/plan", cookie)[1] / 1000)
    for how, times in (("", took), (", when it has just changed", anew)):
        few, much = median(times[6]), median(times[40])
        say(f"plan with 40 steps against one with 6{how}", f"{much / few:.2f} ({few:.1f} ms)", "at most 1.3")
    owner.dispose()


def change_a_step(owner: Any, family: str, number: int) -> None:
    """Put one step of this family's plan into other words, so that nothing made of it before can serve."""
    first = "select min(step.id) from step join family on family.id = step.family_id where family.name = :family"
    with owner.connect() as connection:
        statement = text(f"update step set text = :words where id = ({first})")
        connection.execute(
            statement, {"words": f"Step 0 of what was promised, said for the {number}th time", "family": family}
        )


def fill_again(owner: Any, families: int) -> str:
    """Fill once more beside what is there: references are made unique by renaming the earlier ones."""
    with owner.connect() as connection:
        for table in (
            "organisation",
            "worker",
            "person",
            "account",
            "circle",
            "involvement",
            "step",
            "appointment",
            "family_update",
        ):
            connection.execute(text(f"update {table} set ref = 'x' || ref where ref like 'b%'"))
    return fill(owner, families)


def import_rate(at: World, families: int = 10_000) -> None:
    """Rows a second of `portal import`, a folder of ten thousand families."""
    with tempfile.TemporaryDirectory() as folder:
        rows = big_folder.make(Path(folder), families)
        owner = at.owner()
        began = time.perf_counter()
        import_folder_into(owner, Path(folder), source="bench")
        took = time.perf_counter() - began
        owner.dispose()
    say(f"import of {families:,} families, {rows:,} rows", f"{rows / took:,.0f} rows/s", "at least 2,000")


def guidance_against_bare(at: World) -> None:
    """Guidance and help now signed out: throughput as a share of a bare page's, bytes of a first visit, a search."""
    with at.owner().connect() as connection:
        connection.execute(text("create database floor"))
    env = at.env | {"FLOOR_URL": embedded.url(at.data, database="floor"), "PYTHONPATH": str(ROOT)}
    base, bare = f"http://127.0.0.1:{port_of(4)}", f"http://127.0.0.1:{port_of(5)}"
    gunicorn = [str(BIN / "gunicorn"), "-w", "2", "-b", bare.removeprefix("http://"), "tests.bench.floor:app"]
    with (
        running([str(BIN / "portal"), "web", "--port", str(port_of(4))], at.env, base + "/healthz"),
        running(gunicorn, env, bare + "/bare"),
    ):
        for path, (share, below) in guidance.share_of_bare(base, bare).items():
            say(
                f"{path}, signed out: share of a bare page",
                f"{share:.2f} of {below:.0f}/s",
                "at least 0.70",
            )
        for path in guidance.PAGES:
            say(f"first visit to {path}, everything", f"{guidance.first_visit(base, path):.1f} kB", "at most 35 kB")
    milliseconds = guidance.search_among_many(load(at.env))
    say("search over 500 pages: median", f"{milliseconds:.1f} ms", "under 20 ms")


def main() -> None:
    """All of it, or the parts named on the command line."""
    parts: dict[str, Callable[[World], None]] = {
        "home": home_against_floor,
        "grow": home_as_families_grow,
        "plan": plan_with_more_steps,
        "import": import_rate,
        "guidance": guidance_against_bare,
    }
    apart = {"assessments": assessments.main, "texts": texts.main}
    wanted = sys.argv[1:] or [*parts, *apart]
    for name in wanted:
        if name in apart:
            apart[name]()
            continue
        with tempfile.TemporaryDirectory() as folder, world(Path(folder) / "data") as at:
            if name == "home":
                owner = at.owner()
                import_folder_into(owner, ROOT / "portal" / "demo" / "sample")
                owner.dispose()
            parts[name](at)


if __name__ == "__main__":
    main()

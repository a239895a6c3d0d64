"""Keeps the tests' files in memory where the machine has room: one database is two thousand small files, made and
removed again for each test, and on a disk that alone takes longer than most tests."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # Linux; in many containers far too small
PREFIX = f"portal-tests-{os.getuid()}-"
ROOM = 4_000_000_000


def folder() -> Path | None:
    """A new folder in memory, locked as long as this process lives; None where there is no room."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return None
    for left in MEMORY.glob(f"{PREFIX}*"):
        _remove_if_abandoned(left)
    if shutil.disk_usage(MEMORY).free < ROOM:
        return None
    made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=MEMORY))
    _lock(made)
    return made


def _lock(where: Path) -> int | None:
    """The open lock of this folder, which nobody else has then; None where somebody does."""
    lock = os.open(where, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock


def _remove_if_abandoned(where: Path) -> None:
    """What a run left that was killed."""
    lock = _lock(where)
    if lock is not None:
        shutil.rmtree(where, ignore_errors=True)
        os.close(lock)

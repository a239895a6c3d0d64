"""How workers and services are named between installations: by the portal that made them, and their reference there."""

from __future__ import annotations

from typing import Any

ABROAD = "portal:"
"""How `source` begins for what came from another installation; its fingerprint follows."""


def name_of(row: Any, ours: str) -> str:
    """Who made this record, and its reference there. `ours`: this portal's fingerprint."""
    if row.source and row.source.startswith(ABROAD):
        return f"{row.source.removeprefix(ABROAD)}/{row.source_ref}"
    return f"{ours}/{row.ref}"

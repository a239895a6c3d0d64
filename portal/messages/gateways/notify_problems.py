"""What Notify's statuses mean for whoever has to do something about it."""

from __future__ import annotations

PROBLEMS: dict[int | str, str] = {
    "permanent-failure": "gone",
    "temporary-failure": "switched_off",
    "technical-failure": "refused",
}

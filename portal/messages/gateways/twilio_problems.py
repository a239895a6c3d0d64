"""What Twilio's codes mean for whoever has to do something about it."""

from __future__ import annotations

PROBLEMS: dict[int | str, str] = {
    21211: "not_a_number",
    21214: "not_a_number",
    21217: "not_a_number",
    21265: "not_a_number",
    21408: "not_there",
    21610: "stopped",
    21612: "not_there",
    21614: "no_mobile",
    30003: "switched_off",
    30004: "blocked",
    30005: "gone",
    30006: "no_mobile",
    30007: "filtered",
}

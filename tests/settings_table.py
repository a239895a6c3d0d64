"""The settings in docs/running-it.md, made from portal/settings.py: `python -m tests.settings_table` writes them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "running-it.md"
BEGIN = "<!-- made from portal/settings.py by python -m tests.settings_table -->"
END = "<!-- the end of what is made -->"
SAID = re.compile(r"([A-Z][A-Z_]+)(=\S+)?: (.+)")


def table() -> str:
    """One line for each setting: its name, and its sentence as it stands beside the field."""
    tree = ast.parse((ROOT / "portal" / "settings.py").read_text(encoding="utf-8"))
    settings = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Settings")
    lines = ["| Variable | What it does |", "| --- | --- |"]
    for node in settings.body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            said = SAID.fullmatch(" ".join(node.value.value.split()))
            if said:
                name, value, sentence = said.groups()
                cell = sentence[:1].upper() + sentence[1:]
                lines.append(f"| `{name}{value or ''}` | {cell.replace('|', chr(92) + '|')} |")
    return "\n".join(lines)


def written(page: str) -> str:
    """The page with the table as it should be."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

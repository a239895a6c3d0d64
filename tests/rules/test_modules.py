"""What a stranger may count on: imports point down, and each public name says what it gives."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_imports_only_point_down() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-3000:]


def test_every_public_function_says_what_it_gives() -> None:
    silent = []
    for module in sorted((ROOT / "portal").rglob("*.py")):
        if "versions" in module.parts:
            continue
        for node in ast.parse(module.read_text()).body:
            named = isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
            if named and not ast.get_docstring(node):
                silent.append(f"{module.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not silent, silent

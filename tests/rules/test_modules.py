"""The shape of the code: a sentence at the top, no longer than one idea, no name that means nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path for path in (ROOT / "portal").rglob("*.py") if "versions" not in path.parts)

LONGEST = 300
LONGER = {
    "home/queries.py": "a worker's first page asks for nine lists, each a few lines; split when it gains a tenth",
    "involvement/queries.py": "who is responsible, the network and who may open: one subject, read together",
}
"""Modules that may be longer, and why."""

MEANINGLESS = {"utils", "helpers", "common", "base", "manager", "managers", "services", "core", "misc", "lib"}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_in_one_sentence_what_it_is(module: Path) -> None:
    said = ast.get_docstring(ast.parse(module.read_text()))
    assert said, f"{module}: begin with one sentence on what is here"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_holds_one_idea(module: Path) -> None:
    lines = len(module.read_text().splitlines())
    name = str(module.relative_to(ROOT / "portal"))
    if lines > LONGEST:
        assert name in LONGER, f"{name} has {lines} lines: more than one idea? Split it, or give the reason in LONGER"


def test_no_module_is_named_after_nothing() -> None:
    assert not [path for path in MODULES if path.stem in MEANINGLESS or path.parent.name in MEANINGLESS]


def test_imports_only_point_down() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-3000:]


def test_every_public_function_says_what_it_gives() -> None:
    """A docstring on each public function and class of the domains; views say what the page shows."""
    silent = []
    for module in MODULES:
        for node in ast.parse(module.read_text()).body:
            named = isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
            if named and not ast.get_docstring(node):
                silent.append(f"{module.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not silent, silent

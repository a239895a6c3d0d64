"""Words that a form asks for are more than spaces: InputRequired takes a lone space, and nothing would be saved under
somebody's name. And what is to be chosen is given in one way."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

FORMS = sorted((ROOT / "portal").glob("*/forms.py"))
OURS = ROOT / "portal" / "foundation" / "forms.py"
WORDS = {"StringField", "TextAreaField"}


def called(node: ast.AST) -> str:
    """The name of what is called here."""
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.parent.name)
def test_words_that_must_be_there_are_more_than_spaces(path: Path) -> None:
    tree = ast.parse(path.read_text())
    # validators that several fields share stand in a name of the module
    shared = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and any(called(part) == "InputRequired" for part in ast.walk(node.value))
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for field in ast.walk(tree):
        if called(field) not in WORDS:
            continue
        used = {called(part) for part in ast.walk(field)} | {
            part.id for part in ast.walk(field) if isinstance(part, ast.Name)
        }
        assert not used & ({"InputRequired"} | shared), f"line {field.lineno}: use DataRequired for words"


@pytest.mark.parametrize("path", [path for path in FORMS if path != OURS], ids=lambda path: path.parent.name)
def test_choices_are_pairs_for_the_fields_of_our_own(path: Path) -> None:
    """WTForms changes how it wants them; one module follows (portal/foundation/forms.py)."""
    found = {
        name.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wtforms")
        for name in node.names
    }
    wrong = found & {"SelectField", "RadioField", "SelectMultipleField", "SelectChoice"}
    assert not wrong, f"take {sorted(wrong)} from portal.foundation.forms, and give pairs"

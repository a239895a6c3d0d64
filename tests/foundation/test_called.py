"""How somebody is spoken of on a button."""

from __future__ import annotations

import pytest

from portal.foundation.components import called


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Amina Yusuf", "Amina"),
        ("Dr Leila Mansoor", "Dr Mansoor"),
        ("Mrs. Rajan", "Mrs. Rajan"),
        ("Dr", "Dr"),
        ("", ""),
    ],
)
def test_a_title_is_no_first_name(name: str, said: str) -> None:
    assert called(name) == said

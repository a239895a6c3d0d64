"""Whatever is said about dates by text is short: two parts at most, in every language, discreet and plain."""

from __future__ import annotations

from typing import Any

import pytest

from portal.foundation import texts
from portal.foundation.language import offered

NAMES = [name for name in texts.wordings() if name.startswith(("talk_", "date_"))]


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("language", offered(str(texts.TRANSLATIONS)))
def test_each_fits_one_part_as_it_is_used_most(language: str, plain: bool) -> None:
    long = {name: body for name in NAMES if texts.parts(body := said(name, language, plain)) > 1}
    assert not long, long


def said(name: str, language: str, plain: bool) -> str:
    values: dict[str, Any] = texts.example(name)
    return texts.say(name, language, plain, values)


@pytest.mark.parametrize("language", offered(str(texts.TRANSLATIONS)))
def test_discreet_words_name_nobody(language: str) -> None:
    for name in NAMES:
        body = said(name, language, False)
        assert "Marcus" not in body and "Amina" not in body and "Bell" not in body, f"{name}: {body}"

"""A word is explained where it first stands, and only where that breaks nothing."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from portal.foundation.explain import explain, explainer

WORDS = explainer(
    {
        "Core group": "core",
        "Child protection plan": "plan",
        "Child protection plans": "plan",
        "plan": "just-plan",
        "MASH": "mash",
        "Children's services": "services",
        "Working Together": "book",
        "café": "cafe",
    }
)


def linked(text: str, seen: dict[str, None] | None = None) -> str:
    return str(explain(Markup(text), WORDS, "/glossary#", seen))


def test_the_first_one_only() -> None:
    assert linked("<p>The core group and the Core Group</p>") == (
        '<p>The <a class="term" id="term-core" href="/glossary#core">core group</a> and the Core Group</p>'
    )


def test_what_was_explained_above_is_not_explained_again() -> None:
    seen: dict[str, None] = {}
    assert "term" in linked("core group", seen)
    assert "term" not in linked("the core group", seen)
    assert list(seen) == ["core"]


def test_the_longer_word_wins() -> None:
    assert (
        linked("a child protection plan")
        == 'a <a class="term" id="term-plan" href="/glossary#plan">child protection plan</a>'
    )


@pytest.mark.parametrize("text", ["encore group", "core groups", "mash and peas", "mashed", "planning", "a_plan"])
def test_a_part_of_another_word_is_left_alone(text: str) -> None:
    assert linked(text) == text


def test_short_forms_only_in_capitals() -> None:
    assert "term" in linked("the MASH team")
    assert "term" not in linked("the Mash team")


@pytest.mark.parametrize("apostrophe", ["'", "’", "&#39;", "&#x27;"])
def test_any_apostrophe_and_any_space(apostrophe: str) -> None:
    assert 'href="/glossary#services"' in linked(f"children{apostrophe}s\n services")


@pytest.mark.parametrize("tag", ["a", "h2", "h3", "button", "summary", "label", "code"])
def test_links_titles_and_controls_are_left_alone(tag: str) -> None:
    inside = f'<{tag} class="x">core group</{tag}>'
    assert linked(inside) == inside
    assert linked(inside + " core group").endswith("core group</a>")


def test_tags_and_attributes_are_not_text() -> None:
    assert linked('<p title="core group" class="plan">x</p>') == '<p title="core group" class="plan">x</p>'
    assert linked("<em>core</em> group") == "<em>core</em> group"


def test_plain_text_is_escaped_and_markup_is_not() -> None:
    assert explain("<b>core group</b>", WORDS, "#") == (
        '&lt;b&gt;<a class="term" id="term-core" href="#core">core group</a>&lt;/b&gt;'
    )
    assert explain("<script>", WORDS, "#") == "&lt;script&gt;"
    assert isinstance(explain("x", WORDS, "#"), Markup)


def test_nothing_to_explain() -> None:
    assert explain("core group", explainer({}), "#") == "core group"
    assert explain("", WORDS, "#") == ""


def test_the_name_of_a_book_is_not_what_people_do() -> None:
    assert "term" in linked("as Working Together says")
    assert "term" not in linked("we are working together")


@pytest.mark.parametrize("tag", ["blockquote", "q"])
def test_what_somebody_said_is_left_as_they_said_it(tag: str) -> None:
    assert linked(f"<{tag}>the core group</{tag}>") == f"<{tag}>the core group</{tag}>"


def test_letters_that_grow_when_made_small_do_no_harm() -> None:
    assert linked("İ core group") == "İ core group"


def test_what_is_marked_is_left_alone_to_its_end() -> None:
    marked = "<div data-unexplained><div>core group</div>core group</div>"
    assert linked(f"{marked}<p>core group</p>").startswith(f"{marked}<p>the <a"[:-6] + "<a")

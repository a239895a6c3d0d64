"""What workers and managers read of the sample family, at the dates the questions name."""

from __future__ import annotations

import pytest

from portal.audit.models import Look


@pytest.mark.parametrize("who", ["W-BRV-SW1", "W-BRV-TM", "W-BRV-DIR", "W-ASH-TY1", "W-ASH-HOM", "W-ASH-PRU1"])
def test_those_who_may_open_the_family_do(sample_read, visit, who):
    client = visit(sample_read, who, "2019-07-15T10:00")
    assert "Marin family" in client.text("/work/families/F1")
    assert "Marin family" in client.text("/work/families")
    client.get("/work/")


@pytest.mark.parametrize("who", ["W-KIN-DIR", "W-ASH-YJ4", "W-ASH-SW2", "W-BRV-CH1", "W-ASH-YJM"])
def test_those_who_are_not_involved_find_nothing(sample_read, visit, who):
    client = visit(sample_read, who, "2019-07-15T10:00")
    for page in ("", "/plan", "/appointments", "/updates", "/assessment", "/people", "/looks", "/staff/new"):
        client.get(f"/work/families/F1{page}", 404)
    assert "Marin" not in client.text("/work/families")
    client.get("/work/")


def test_the_same_404_for_a_family_that_is_not_theirs_and_for_one_that_does_not_exist(sample_read, visit):
    client = visit(sample_read, "W-ASH-YJ4", "2019-07-15T10:00")
    theirs, nobodys = (client.get(f"/work/families/{ref}", 404).get_data(as_text=True) for ref in ("F1", "no-such-one"))
    assert theirs.replace("F1", "") == nobodys.replace("no-such-one", "")


def test_the_family_page_says_who_answers_what_is_next_and_what_is_late(sample_read, visit):
    page = visit(sample_read, "W-BRV-SW1", "2019-07-15T10:00").text("/work/families/F1")
    assert "Daniel Grant may not know where they live." in page
    assert "Amina Yusuf leads since 27 June" in page
    assert "Away from 17 July to 22 July. Colin Drew is there instead." in page
    assert "Above them: Colin Drew" in page
    assert page.index("Wed 24 July, 11:00") < page.index("Thu 1 August, 14:00")
    assert "Tom Ferris left, and nobody holds it 402 days overdue" in page
    assert "Ian Brook 31 days overdue" in page
    assert "Marcus Bell" in page
    assert "until 2 August" in page
    assert "Youth justice: 3 changes of worker" in page


def test_the_gap_in_plain_words_to_the_one_who_answers(sample_read, visit):
    client = visit(sample_read, "W-ASH-YJM", "2019-04-25T10:00")
    page = client.text("/work/families/F1")
    assert "Martin Cole answers for them, because nobody leads" in page
    assert "Nobody has led since 20 April. Before that it was Ruth Pell." in page
    assert "You answer for these, because nobody leads Marin family : since 20 April" in client.text("/work/")


def test_what_nobody_knows_yet_and_which_statements_disagree(sample_read, visit):
    soup = visit(sample_read, "W-BRV-SW1", "2019-07-15T10:00").soup("/work/families/F1/assessment")
    gaps = " ".join(soup.find(class_="late").get_text(" ").split())
    assert "Kingsford" in gaps
    assert "Friends" in gaps
    assert "Youth club" in gaps
    assert "School" not in gaps
    words = " ".join(soup.get_text(" ").split())
    asked = words.split("What nobody has asked yet")[1].split("What makes Leo Leo")[0]
    assert "Brook Vale" not in asked
    assert "Ashmere" not in asked
    answer = next(section for section in soup.find_all("section") if "Permanently excluded" in section.get_text())
    assert "The school gave up on him." in answer.get_text()


def test_housing_sees_dates_and_plan_but_nothing_that_was_said(sample_read, visit):
    client = visit(sample_read, "W-ASH-HOM", "2019-07-15T10:00")
    page = client.text("/work/families/F1")
    assert "What was said" not in page
    client.get("/work/families/F1/plan")
    client.get("/work/families/F1/assessment", 404)


def test_a_mentor_reads_the_story_but_not_health(sample_read, visit):
    said = visit(sample_read, "W-ASH-TY1", "2019-07-15T10:00").text("/work/families/F1/assessment")
    assert "Canal Street" in said
    assert "Eleven sessions" not in said


def test_each_page_a_worker_opens_is_written_down_with_its_reason(sample, visit):
    client = visit(sample, "W-BRV-TM", "2019-07-15T10:00")
    for page in ("", "/plan", "/appointments", "/updates", "/assessment", "/people"):
        client.get(f"/work/families/F1{page}")
    client.get("/work/families/no-such-one", 404)
    with sample.session() as session:
        looks = session.query(Look).order_by(Look.id).all()
        assert [look.what for look in looks] == ["family", "plan", "appointments", "updates", "assessment", "people"]
        assert {look.why for look in looks} == {"manager"}
        assert all(look.circles for look in looks[:5])
    rosa = visit(sample, "P-ROSA", "2019-07-15T11:00").text("/who-has-looked")
    assert "Colin Drew" in rosa


def test_my_day_in_the_sample(sample_read, visit):
    page = visit(sample_read, "W-BRV-SW1", "2019-08-01T08:00").text("/work/")
    today = page.split("Today")[1].split("Waiting for you")[0]
    assert "14:00" in today
    assert "at home" in today
    assert "Meet Jordan from Open Road with Marcus" in today
    assert "Call Leo" in today
    assert "Call Rosa" in today
    promised = page.split("Waiting for you")[1].split("Families you lead")[0]
    assert "Ask Kingsford" in promised
    assert "20 days overdue" in promised
    assert "Marin family : since 27 June" in page


def test_tom_keeps_what_he_wrote_and_nothing_else(sample_read, visit):
    client = visit(sample_read, "W-ASH-SW2", "2019-07-15T10:00")
    page = client.text("/work/wrote")
    assert "Second stabbing. Very serious wound." in page
    assert "A family you worked with, 28 January to 26 June" in page
    for word in ("Marin", "Amina", "Rosa", "Brook Vale", "Canal Street"):
        assert word not in page


def test_what_one_wrote_for_a_family_still_open_stands_on_its_own_pages(sample_read, visit):
    assert "Nothing here." in visit(sample_read, "W-BRV-SW1", "2019-07-15T10:00").text("/work/wrote")

"""Whose question was that: an answer is read with the words, the direction and the scale of the set
it was given to.

Two councils have sets of their own with the same question ids, and they mean different things. What
one council asks never names, turns round or joins what the other's people said: on the pages of
managers, on the dashboard, in the public account, in files, beside other councils and beside the
national rounds.
"""

import json

import pytest
from django.urls import reverse

from poet import actions
from poet.models import CouncilFile, QuestionSet, Response
from poet.results import council_comparison, national_surveys, outcomes, publishing
from poet.results.actions import own_file, share
from poet.results.published import Book, Line
from poet.survey import question_files, responses
from tests.poet.answering import now, release
from tests.tables import column

YEAR = publishing.year_of(now().date())


def spec(ident, text, short, scale="change", block="outcomes", domain=None, **more):
    return {
        "id": ident,
        "text": text,
        "short": short,
        "scale": scale,
        "block": block,
        "domain": domain or ident,
        "core": True,
        "themes": ["wellbeing"],
        **more,
    }


def own_set(council, *specs, version=1, code="own"):
    content = {
        "code": code,
        "version": version,
        "instrument": "person",
        "title": "Own",
        "licence": "",
        "questions": list(specs),
    }
    return actions.publish_question_set(council=council, content=content)[0]


def answered(council, question_set, n, **given):
    month = now().date().replace(day=1)
    Response.objects.bulk_create(
        Response(
            council=council,
            question_set=question_set,
            answers=given,
            route="direct_payment",
            age_band="18-64",
            month=month,
        )
        for _n in range(n)
    )


OURS = spec("q1", "Has your paid job changed?", "Paid job", domain="paid_job")
THEIRS = spec(
    "q1",
    "How good was our newsletter?",
    "The newsletter",
    "quality",
    "quality",
    domain="newsletter",
)


@pytest.fixture
def two(cast):
    """Brackenshire asks q1 about a paid job and q2 about sleep; Port Merrow asks q1 about its
    newsletter.
    """
    ours = own_set(cast.council, OURS, spec("q2", "Has your sleep changed?", "Sleep"))
    answered(cast.council, ours, 30, q1="better", q2="worse")
    answered(cast.council, ours, 10, q1="worse", q2="better")
    release(cast.council)
    theirs = own_set(cast.other, THEIRS)
    answered(cast.other, theirs, 30, q1="very_good")
    answered(cast.other, theirs, 20, q1="poor")
    release(cast.other)
    return cast


def seen_by(cast, as_, who):
    """Everything that a manager of the council and the public can read of its answers, as one
    text.
    """
    share(council=who[0], account=True, compare=True, words="", by=who[1])
    client, public = as_(who[1]), as_(None)
    paths = [
        reverse("poet:results"),
        reverse("poet:dashboard"),
        reverse("poet:results_links"),
        reverse("poet:results_question", args=["person", "q1"]),
        reverse("poet:improvement_new") + "?who=person&question=q1",
        *(
            reverse("poet:results_csv", args=[table])
            for table in ("lives", "way", "routes", "ages", "pack")
        ),
        *(
            reverse("poet:question_csv", args=["person", "q1", table])
            for table in ("groups", "months", "national")
        ),
    ]
    found = ""
    for path, reader in [
        *((path, client) for path in paths),
        (reverse("poet:local_account", args=[who[0].slug]), public),
    ]:
        answer = reader.get(path)
        assert answer.status_code == 200, path
        found += answer.content.decode()
    return found + own_file(who[0], YEAR)


def test_each_council_reads_its_own_words_everywhere_in_public_too(two, as_):
    two.stranger.seats.update(role="service_manager")
    ours = seen_by(two, as_, (two.council, two.service_manager))
    theirs = seen_by(two, as_, (two.other, two.stranger))
    assert "Paid job" in ours and "newsletter" not in ours.lower()
    assert (
        "The newsletter" in theirs
        and "Paid job" not in theirs
        and "paid_job" not in theirs
        and "Sleep" not in theirs
    )
    assert "Paid job: is the best result" in ours
    assert "is the best result" not in theirs, "a newsletter is no change in anybody's life"


def test_the_dashboard_has_each_question_in_its_own_block(two):
    [row] = outcomes.results(two.other, on=now().date())
    assert (row.question, row.block, row.good) == ("The newsletter", "quality", 30)
    rows = outcomes.results(two.council, on=now().date())
    assert [(one.question, one.block) for one in rows] == [
        ("Paid job", "outcomes"),
        ("Sleep", "outcomes"),
    ]
    assert outcomes.better(outcomes.results(two.other, on=now().date())) is None


def test_an_answer_counts_only_on_the_scale_of_its_own_set(cast):
    ours = own_set(cast.council, OURS)
    answered(
        cast.council, ours, 12, q1="very_good", q9="better"
    )  # another scale's value; a question never asked
    assert all(one.sides == {} for one in responses.all_responses(cast.council))
    answered(cast.council, ours, 1, q1="better")
    assert [one.sides for one in responses.all_responses(cast.council)][-1] == {"q1": "good"}


def test_a_council_without_answers_knows_no_question_and_a_set_without_answers_names_none(two):
    third = type(two.council).objects.create(slug="far", name="Far Council", invented=True)
    assert Book(third).questions("person") == []
    reworded = [one | {"text": "Changed, never asked", "reworded": True} for one in (OURS,)]
    own_set(two.council, *reworded, version=2)
    assert [one.text for one in Book(two.council).questions("person")][0] == OURS["text"]


def test_a_later_wording_of_the_own_council_is_used_once_it_was_answered(two):
    later = own_set(
        two.council, OURS | {"text": "Has your job changed?", "reworded": True}, version=2
    )
    answered(two.council, later, 30, q1="better")
    assert "Has your job changed?" not in {
        one.text for one in Book(two.council).questions("person")
    }, "not published"
    release(two.council, days=1)
    assert {one.text for one in Book(two.council).questions("person")} == {
        "Has your job changed?",
        "Has your sleep changed?",
    }


def test_the_own_set_is_held_against_the_shipped_ones_even_where_nobody_loaded_them(cast):
    assert not QuestionSet.objects.exists()
    with pytest.raises(question_files.BadFile, match="means something else"):
        own_set(cast.council, spec("say", "How was the weather?", "Weather", domain="weather"))


# ---- beside others


def table_of(council, year=YEAR):
    book = Book(council)
    return {
        one.code: council_comparison.table(one, council_comparison.peers(council, year))
        for one in book.questions("person")
    }


def shared(cast):
    for council, by in ((cast.council, cast.service_manager), (cast.other, cast.stranger)):
        share(council=council, account=False, compare=True, words="", by=by)


def names(table):
    return [str(name) for name in column(table, "Council")]


def test_councils_meet_in_what_a_question_means_and_never_in_its_id_or_a_bare_name(cast):
    """The same id, and even the same name of a domain, is not the same question: domain, scale and,
    for a domain that is not on the open list, the very words.
    """
    same = spec("q2", "Has control over your life changed?", "Control", domain="control_life")
    ours = own_set(
        cast.council, OURS, same, spec("q3", "Is our café nice?", "Café", domain="place")
    )
    theirs = own_set(
        cast.other,
        spec("q1", "How good is a paid job?", "Job", "quality", "quality", domain="paid_job"),
        same | {"id": "z"},
        spec("q3", "Is our park nice?", "Park", domain="place"),
    )
    answered(cast.council, ours, 40, q1="better", q2="better", q3="better")
    answered(cast.other, theirs, 40, q1="good", z="worse", q3="worse")
    release(cast.council), release(cast.other)
    shared(cast)
    found = table_of(cast.council)
    assert names(found["q1"]) == ["Brackenshire Council"] and names(found["q3"]) == [
        "Brackenshire Council"
    ]
    assert names(found["q2"]) == ["Brackenshire Council", "Port Merrow Council"]


def test_two_questions_of_one_meaning_speak_for_nobody(cast):
    twice = [
        spec(ident, text, text, domain="control_life")
        for ident, text in (("a", "At home?"), ("b", "Outside?"))
    ]
    ours = own_set(cast.council, *twice)
    answered(cast.council, ours, 40, a="better", b="worse")
    release(cast.council)
    assert [names(table) for table in table_of(cast.council).values()] == [[], []]


def test_a_file_leaves_out_what_goes_by_the_name_of_a_domain_on_another_scale(cast):
    ours = own_set(
        cast.council,
        spec("q1", "How good is a paid job?", "Job", "quality", "quality", domain="control_life"),
        OURS | {"id": "q2"},
    )
    answered(cast.council, ours, 40, q1="good", q2="better")
    release(cast.council)
    written = json.loads(own_file(cast.council, YEAR))
    assert {row["domain"] for row in written["figures"]} == {"paid_job"}


def test_a_files_own_domain_is_beside_nobodys(two):
    row = {
        "who": "person",
        "domain": "newsletter",
        "question": "q1",
        "view": "all",
        "group": "",
        "n": 100,
        "good": 60,
        "middle": 25,
        "bad": 15,
    }
    CouncilFile.objects.create(
        council=two.other,
        name="Elsewhere",
        year=YEAR,
        checksum="x",
        added_at=now(),
        added_by=two.stranger,
        content={"figures": [row, row | {"domain": "paid_job"}]},
    )
    assert names(table_of(two.other)["q1"]) == ["Port Merrow Council"]


def test_a_national_figure_is_held_only_against_a_question_about_a_change():
    said = national_surveys.Round(
        "paid_job", "2019", "holders", "better", "exact", 50.0, False, "x"
    )
    line = Line(100, 90, 5, 5)
    assert (
        national_surveys.comparable(line, said)
        == national_surveys.comparable(line, said, "change")
        == "above"
    )
    assert (
        national_surveys.comparable(line, said, "quality")
        == ""
        == national_surveys.comparable(line, said, "agree")
    )


def test_what_is_asked_about_outcomes_is_asked_on_the_scale_of_a_change(cast):
    with pytest.raises(question_files.BadFile, match="its scale must be change"):
        own_set(cast.council, OURS | {"scale": "quality"})

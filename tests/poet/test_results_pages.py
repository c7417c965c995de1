"""The pages of results: who reads them, what they say, what nonsense meets, and what becomes of a
low result.
"""

import csv
import uuid
from datetime import timedelta
from functools import partial
from io import BytesIO, StringIO
from random import Random
from unittest.mock import patch

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from cases.common import dates
from cases.common.refusals import NotYet
from poet.models import Improvement, ProcessFacts, Response, Sharing
from poet.results import actions, publishing
from poet.survey.responses import keep_facts
from tests import kept_walks
from tests.poet.answering import many, now, release, reply
from tests.tables import column, lines

YEAR = publishing.year_of(now().date())
PAGES = [
    reverse(f"poet:{name}")
    for name in ("results", "results_links", "results_compare", "improvements", "improvement_new")
]
QUESTION = reverse("poet:results_question", args=["person", "say"])


def read(response):
    return list(csv.reader(StringIO(response.content.decode())))


CUTS = ("_quarters", lambda *_facts: [7, 14, 21])


@pytest.fixture
def answered(cast, monkeypatch):
    """300 answers of two routes and ages, the direct payments happier, some with the facts of the
    process; six others.
    """
    kept_walks.again(("300 answers",), partial(answer_and_release, cast))
    monkeypatch.setattr(publishing, *CUTS)
    return cast


def answer_and_release(cast):
    rng = Random(4)
    many(cast.council, 6, route="provider_held", age="85+", facts={"team": cast.team})
    replies, facts = [], []
    for route, age, n, happy in (
        ("direct_payment", "18-64", 130, 0.8),
        ("direct_payment", "65-84", 40, 0.8),
        ("council_managed", "65-84", 90, 0.5),
        ("council_managed", "18-64", 40, 0.5),
    ):
        for _n in range(n):
            good, easy = rng.random() < happy, rng.random() < 0.5
            one = reply(
                cast.council,
                "good" if good or easy and rng.random() < 0.5 else rng.choice(("middle", "bad")),
                route=route,
                age=age,
                easy="good" if easy else "bad",
                knew=rng.choice(("yes", "no")),
            )
            one.team = cast.team
            if rng.random() < 0.6:
                one.team = rng.choice((cast.team, cast.intake))
                facts.append(
                    ProcessFacts(
                        response=one, panel=rng.random() < 0.3, wait_weeks=rng.randrange(30)
                    )
                )
            replies.append(one)
    Response.objects.bulk_create(replies)
    ProcessFacts.objects.bulk_create(facts)
    with patch.object(publishing, *CUTS):
        release(cast.council)


# ---- who


@pytest.mark.parametrize("role", ["manager", "service_manager"])
def test_managers_read_them(answered, as_, role):
    for path in (*PAGES, QUESTION):
        assert as_(getattr(answered, role)).get(path).status_code == 200, path


@pytest.mark.parametrize(
    "role", ["worker", "panel", "finance", "admin", "auditor", "outsider", "person"]
)
def test_everybody_else_finds_nothing(answered, as_, role):
    files = [
        reverse("poet:results_csv", args=["lives"]),
        reverse("poet:question_xlsx", args=["person", "say", "groups"]),
        reverse("poet:sharing"),
        reverse("poet:benchmark_files"),
        reverse("poet:benchmark_file", args=[YEAR]),
    ]
    for path in (*PAGES, QUESTION, *files):
        assert as_(getattr(answered, role)).get(path).status_code == 404, path


def test_another_councils_manager_sees_their_own_figures_only(answered, as_):
    client = as_(answered.stranger)
    answered.stranger.seats.update(role="manager")
    assert "There is nothing to show yet" in client.get(reverse("poet:results")).content.decode()
    one = actions.open_improvement(
        council=answered.council,
        who="",
        question="",
        said="a",
        action="b",
        public=False,
        owner=answered.manager,
        due_on=dates.today(),
        by=answered.manager,
    )
    assert client.get(reverse("poet:improvement", args=[one.pk])).status_code == 404


def test_what_is_for_the_whole_council_needs_a_seat_for_it(answered, as_):
    for path in (reverse("poet:sharing"), reverse("poet:benchmark_files")):
        assert as_(answered.manager).get(path).status_code == 404
        assert as_(answered.service_manager).get(path).status_code == 200


# ---- what they say


def test_the_overview_shows_each_question_with_its_interval_and_says_what_is_hidden(answered, as_):
    content = as_(answered.service_manager).get(reverse("poet:results")).content.decode()
    assert (
        "Say over what matters in my life" in content
        and "Direct payment" in content
        and "65 to 84" in content
    )
    assert "in 10 say that it got better" in content and "is the lowest result" in content
    assert "hidden" in content, "provider-held accounts have no answers"
    assert "Better, weighted to the caseload" in content and "too few groups" in content


def test_a_chart_stands_beside_its_table_with_words_for_those_who_do_not_see_it(answered, as_):
    content = as_(answered.service_manager).get(reverse("poet:results")).content.decode()
    assert (
        'role="img" aria-labelledby="answers-title answers-desc"' in content
        and 'id="answers-desc"' in content
    )
    question = as_(answered.service_manager).get(QUESTION).content.decode()
    assert 'id="funnel-desc"' in question and "The same figures" in content


def test_a_question_has_every_group_teams_and_national_figures(answered, as_):
    content = as_(answered.service_manager).get(QUESTION).content.decode()
    assert "North team" in content and "As chance allows" in content
    assert "66.7% or more" in content and "no difference can be told" in content
    assert "different people choose different ways" in content
    groups = read(
        as_(answered.service_manager).get(
            reverse("poet:question_csv", args=["person", "say", "groups"])
        )
    )
    first = lines(groups)[0]
    assert first["How the money is taken"] == "All together" and first["Age"] == ""
    assert first["Answers, about"] == "305"
    assert ["Provider-held account", "All ages", "under 10", "hidden", "hidden", "hidden"] in groups


def test_the_files_hold_what_the_page_holds(answered, as_):
    client = as_(answered.service_manager)
    for name in ("lives", "routes", "ages", "way", "asked", "pack", "quarters", "if-easy"):
        flat = read(client.get(reverse("poet:results_csv", args=[name])))
        response = client.get(reverse("poet:results_xlsx", args=[name]))
        book = load_workbook(BytesIO(response.content)).active
        assert book.max_row == len(flat) and book.max_column == len(flat[0]), name
    assert "no-store" in client.get(reverse("poet:results")).headers.get(
        "Cache-Control", "no-store"
    )


def test_the_pack_names_no_person_team_or_case(answered, as_):
    rows = read(as_(answered.service_manager).get(reverse("poet:results_csv", args=["pack"])))
    text = str(rows)
    assert len(rows) > 10 and "North team" not in text and answered.manager.name not in text
    assert {*column(rows, "Themes")} >= {
        "Wellbeing and independence",
        "Support that fits together",
    }


def test_process_against_outcome_says_what_it_does_not_show(answered, as_):
    content = as_(answered.service_manager).get(reverse("poet:results_links")).content.decode()
    assert "What it does not show: that the one made the other" in content
    assert "The way was easy, against: it was not easy" in content and "by our rule" in content
    assert "Shortest waits" in content


def test_weighting_needs_a_caseload_and_shows_both_figures(answered, as_, monkeypatch):
    many(answered.council, 40, facts={"team": answered.team})
    caseload = {"person": {"direct_payment|18-64": 100, "council_managed|65-84": 400}, "carer": {}}
    monkeypatch.setattr(publishing, "caseload", lambda council: caseload)
    release(answered.council, 1)
    content = as_(answered.service_manager).get(QUESTION).content.decode()
    assert "Weighted to the council’s own caseload" in content
    assert "The groups in it have 100% of the caseload." in content


# ---- nonsense


@pytest.mark.parametrize(
    "query", [{"year": "last"}, {"year": "1066"}, {"who": "dogs"}, {"year": "'; --"}]
)
def test_nonsense_filters_are_answered_with_a_sentence(answered, as_, query):
    client = as_(answered.service_manager)
    page = client.get(reverse("poet:results"), query)
    assert (
        page.status_code == 422
        and b"in the list" in page.content
        or b"Choose people" in page.content
    )
    file = client.get(reverse("poet:results_csv", args=["lives"]), query)
    assert file.status_code == 302 and file.url.startswith(reverse("poet:results"))


def test_unknown_questions_and_tables_are_not_found(answered, as_):
    client = as_(answered.service_manager)
    for path in (
        reverse("poet:results_question", args=["person", "nothing"]),
        reverse("poet:results_question", args=["cat", "say"]),
        reverse("poet:results_csv", args=["people"]),
        reverse("poet:question_csv", args=["person", "say", "people"]),
        reverse("poet:benchmark_file", args=["1999"]),
        reverse("poet:improvement", args=[999999]),
    ):
        assert client.get(path).status_code == 404, path


def test_a_council_without_a_release_has_pages_that_say_so(cast, as_):
    client = as_(cast.service_manager)
    assert "There is nothing to show yet" in client.get(reverse("poet:results")).content.decode()
    for name in ("results_links", "results_compare", "improvements"):
        assert client.get(reverse(f"poet:{name}")).status_code == 200


# ---- a low result becomes an action


def typed(cast, **changes):
    day = dates.today() + timedelta(days=30)
    form = {
        "said": "Too few know the amount",
        "action": "Say it in the first letter",
        "owner": cast.manager.pk,
        "public": "on",
        "due_on_day": day.day,
        "due_on_month": day.month,
        "due_on_year": day.year,
        "key": uuid.uuid4(),
    }
    return form | changes


def test_an_action_is_written_down_once_and_finished_with_what_changed(answered, as_):
    client, form = as_(answered.service_manager), typed(answered)
    address = f"{reverse('poet:improvement_new')}?who=person&question=say"
    assert "Say over what matters in my life:" in client.get(address).content.decode()
    for _press in range(2):
        assert client.post(address, form).status_code == 302
    one = Improvement.objects.get()
    assert (one.owner, one.question, one.public) == (answered.manager, "say", True)
    page = reverse("poet:improvement", args=[one.pk])
    assert client.post(page, {"changed": "", "version": 1}).status_code == 422
    done = client.post(
        page, {"changed": "The letter says it", "public": "on", "version": 1}, follow=True
    )
    assert "Done on" in done.content.decode()
    again = client.post(page, {"changed": "Something else", "version": 1})
    assert again.status_code == 200 and Improvement.objects.get().changed == "The letter says it"
    said = as_(None).get(reverse("poet:you_said", args=[answered.council.slug])).content.decode()
    assert "The letter says it" in said and answered.manager.name not in said


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"said": ""}, "needs an answer"),
        ({"owner": "somebody"}, "choose one of the answers"),
        ({"due_on_year": "1999"}, "from today on"),
        ({"due_on_day": "31", "due_on_month": "2"}, "real date"),
        ({"action": "x" * 501}, "at most 500"),
    ],
)
def test_a_wrong_action_is_refused_with_a_sentence_and_keeps_what_was_typed(
    cast, as_, changes, words
):
    page = as_(cast.manager).post(reverse("poet:improvement_new"), typed(cast, **changes))
    content = page.content.decode()
    assert page.status_code == 422 and words in content and not Improvement.objects.exists()
    assert "Say it in the first letter" in content or "action" in changes


def test_nobody_of_another_council_can_own_an_action(cast, as_):
    page = as_(cast.manager).post(
        reverse("poet:improvement_new"), typed(cast, owner=cast.stranger.pk)
    )
    assert page.status_code == 404 and not Improvement.objects.exists()
    with pytest.raises(NotYet, match="works for this council"):
        actions.open_improvement(
            council=cast.council,
            who="",
            question="",
            said="a",
            action="b",
            public=False,
            owner=cast.stranger,
            due_on=dates.today(),
            by=cast.manager,
        )


def test_of_two_who_finish_an_action_the_second_is_told(cast):
    one = actions.open_improvement(
        council=cast.council,
        who="",
        question="",
        said="a",
        action="b",
        public=False,
        owner=cast.manager,
        due_on=dates.today(),
        by=cast.manager,
    )
    actions.finish_improvement(
        improvement=one, changed="First", public=False, by=cast.manager, version=1
    )
    with pytest.raises(NotYet, match="done already"):
        actions.finish_improvement(
            improvement=one, changed="Second", public=False, by=cast.manager, version=1
        )


def test_an_action_that_is_not_public_is_not_shown(cast, as_):
    actions.open_improvement(
        council=cast.council,
        who="",
        question="",
        said="A secret",
        action="b",
        public=False,
        owner=cast.manager,
        due_on=dates.today(),
        by=cast.manager,
    )
    page = as_(None).get(reverse("poet:you_said", args=[cast.council.slug]))
    assert (
        page.status_code == 200
        and b"A secret" not in page.content
        and b"nothing here yet" in page.content
    )


# ---- the public account


def test_the_account_is_public_only_while_the_council_says_so(answered, as_):
    page = reverse("poet:local_account", args=[answered.council.slug])
    assert as_(None).get(page).status_code == 404
    boss = as_(answered.service_manager)
    boss.post(reverse("poet:sharing"), {"account": "on", "words": "We want to do better."})
    content = as_(None).get(page).content.decode()
    assert (
        "We want to do better." in content
        and "Wellbeing and independence" in content
        and "What the words mean" in content
    )
    assert (
        "Support that fits together" in content
        and "999" in content
        and "Nobody" not in content[:200]
    )
    boss.post(reverse("poet:sharing"), {"words": "We want to do better."})
    assert as_(None).get(page).status_code == 404 and Sharing.objects.count() == 2


def test_nothing_can_be_shared_before_anything_is_published(cast, as_):
    page = as_(cast.service_manager).post(
        reverse("poet:sharing"), {"account": "on", "words": "Hello"}
    )
    assert (
        page.status_code == 422
        and b"no published figures yet" in page.content
        and b"Hello" in page.content
    )


def test_the_account_shows_no_count_under_the_line(answered, as_):
    actions.share(
        council=answered.council, account=True, compare=False, words="", by=answered.service_manager
    )
    content = (
        as_(None).get(reverse("poet:local_account", args=[answered.council.slug])).content.decode()
    )
    assert answered.manager.name not in content and "North team" not in content


def test_unknown_councils_have_no_pages(db, as_):
    for name in ("local_account", "you_said"):
        assert as_(None).get(reverse(f"poet:{name}", args=["nowhere"])).status_code == 404


def test_councils_of_one_installation_compare_only_where_both_agreed(answered, as_):
    many(answered.other, 40)
    many(answered.other, 20, "bad")
    release(answered.other)
    client = as_(answered.service_manager)

    def seen():
        return "Port Merrow Council" in client.get(reverse("poet:results_compare")).content.decode()

    def agree(council, yes):
        actions.share(
            council=council, account=False, compare=yes, words="", by=answered.service_manager
        )

    assert not seen()
    agree(answered.other, True)
    assert not seen()
    agree(answered.council, True)
    assert seen()
    agree(answered.other, False)
    assert not seen()


# ---- facts kept with consent


def test_facts_are_copied_without_a_key_to_the_case(a_case, cast):
    case = a_case(at="running", days_ago=100)
    one = reply(cast.council, "good")
    one.save()
    facts = keep_facts(response=one, case=case)
    days = case.clocks.get(kind="first_start").days
    assert (facts.panel, facts.wait_weeks) == (False, days // 7)
    assert {f.name for f in ProcessFacts._meta.concrete_fields} == {
        "response",
        "wait_weeks",
        "panel",
    }

"""Releases: when one is made, what moves in it, and a script that reads files on two days and
learns nothing hidden.
"""

import csv
import itertools
import json
from io import StringIO
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Council
from poet.models import ProcessFacts, Release, Response
from poet.results import publishing, suppression
from poet.results.published import Book
from poet.results.result_tables import OF_A_QUESTION, TABLES
from poet.survey import responses
from tests import sample
from tests.poet.answering import many, now, release, reply
from tests.poet.attacker import Attacker, over_time, read_lines

YEAR = publishing.year_of(now().date())


def line(council, key):
    return Book(council).lines.get(f"{YEAR}/{key}")


# ---- when


def test_under_five_answers_nothing_is_released_and_under_ten_nothing_is_shown(cast):
    many(cast.council, 4)
    assert release(cast.council) is None
    many(cast.council, 5)
    first = release(cast.council)
    assert not any(first.lines.values()) and first.number == 1
    many(cast.council, 5)
    assert release(cast.council, 1).lines[f"{YEAR}/person/say/all/"] == [15, None, None, None]


def test_fourteen_good_answers_and_no_other_hide_their_complement(cast):
    many(cast.council, 14)
    assert release(cast.council).lines[f"{YEAR}/person/say/all/"][1:] == [None, None, None]


def test_a_release_is_made_once_a_day_and_only_when_something_came_in(cast):
    many(cast.council, 20)
    assert release(cast.council) and release(cast.council) is None
    many(cast.council, 20)
    assert release(cast.council) is None, "not twice on one day"
    assert release(cast.council, 1).number == 2 and release(cast.council, 2) is None
    many(cast.council, 4)
    assert release(cast.council, 3) is None


def test_the_job_publishes_every_council_and_does_nothing_the_second_time(cast):
    for council in Council.objects.all():
        many(council, 20)
    assert publishing.publish() == (2,) and publishing.publish() == (0,)
    assert {r.council_id for r in Release.objects.all()} == {cast.council.pk, cast.other.pk}


def test_a_figure_moves_only_with_five_new_answers_of_its_own(cast):
    many(cast.council, 20)
    many(cast.council, 20, "bad")
    many(cast.council, 20, route="council_managed")
    many(cast.council, 20, "bad", route="council_managed")
    first = release(cast.council)
    many(cast.council, 4, "bad", route="council_managed")
    many(cast.council, 6, route="direct_payment")
    second = release(cast.council, 1)
    managed = f"{YEAR}/person/say/route/council_managed"
    assert (
        second.lines[managed] == first.lines[managed] == [40, 20, None, None]
        or second.lines[managed] == first.lines[managed]
    )
    assert second.lines[f"{YEAR}/person/say/all/"] != first.lines[f"{YEAR}/person/say/all/"]
    assert second.state["rests"][managed] == [20, 0, 20]


def test_answers_with_a_worker_are_counted_by_themselves(cast, monkeypatch):
    many(cast.council, 30)
    many(cast.council, 30, "bad")
    given = list(responses.all_responses(cast.council))
    apart = [*given, *(responses.Given(**(vars(one) | {"apart": True})) for one in given[:20])]
    monkeypatch.setattr(responses, "all_responses", lambda council: iter(apart))
    made = release(cast.council)
    assert made.state["rests"][f"{YEAR}/person/say/all/"] == [30, 0, 30]
    assert made.state["rests"][f"{YEAR}/person/say/apart/with_worker"] == [20, 0, 0]


def test_ways_out_count_nowhere(cast):
    many(cast.council, 30)
    many(cast.council, 20, answers={"say": "na", "respect": "worse"})
    made = release(cast.council)
    assert made.state["rests"][f"{YEAR}/person/say/all/"] == [30, 0, 0]
    assert made.state["rests"][f"{YEAR}/person/respect/all/"] == [30, 0, 20]


# ---- a script that reads


def a_year(council, teams, rng, n):
    """n answers of a council whose groups are of very different sizes, one in three with their
    facts.
    """
    made = []
    for _n in range(n):
        route = rng.choices(
            ("direct_payment", "council_managed", "provider_held", "mixed", ""), (30, 45, 8, 4, 3)
        )[0]
        age = rng.choices(("18-64", "65-84", "85+", ""), (40, 35, 15, 5))[0]
        happy = 0.8 if route == "direct_payment" else 0.5
        side = "good" if rng.random() < happy else rng.choice(("middle", "middle", "bad"))
        month = now().date().replace(day=1)
        made.append(
            reply(
                council,
                side,
                route=route,
                age=age,
                easy=rng.choice(("good", "bad", "")),
                knew=rng.choice(("yes", "no", "")),
                month=month,
            )
        )
    for one in made:
        one.team = rng.choice(teams)
    saved = Response.objects.bulk_create(made)
    ProcessFacts.objects.bulk_create(
        ProcessFacts(response=one, wait_weeks=rng.randrange(30), panel=rng.random() < 0.2)
        for one in saved
        if rng.random() < 0.35
    )


def addresses(questions):
    """Every file of the results that a manager can ask for."""
    found = [
        reverse("poet:results_csv", args=[name])
        for name in (*TABLES, "pack", "quarters", "if-easy", "if-knew", "if-panel")
    ]
    found += [
        reverse("poet:question_csv", args=["person", q, name])
        for q in questions
        for name in OF_A_QUESTION
    ]
    return [
        f"{path}?{query}"
        for path in found
        for query in ("", f"year={YEAR}", "who=person", f"year={YEAR}&who=person")
    ]


ROUTE_OF = {str(name): code for code, name in publishing.ROUTE_NAMES.items()} | {
    "All ways": None,
    "All together": None,
}
AGE_OF = {str(name): code for code, name in publishing.AGE_BANDS.items()} | {
    "All ages": None,
    "": None,
}


def counts_of(cells, n):
    """The count behind a share of a shown base: shares are worked out from multiples of 5."""
    share = cells.partition(",")[0]
    found = [count for count in range(5, n + 1, 5) if f"{count / n:.0%}" == share]
    return found[0] if len(found) == 1 else None


def lines_in(question, text):
    """What the file of groups of one question says, as lines."""
    found = {}
    for route, age, n, *sides in list(csv.reader(StringIO(text)))[1:]:
        where = ROUTE_OF[route], AGE_OF[age]
        key = {
            (True, True): "all/",
            (False, True): f"route/{where[0]}",
            (True, False): f"age/{where[1]}",
        }.get((where[0] is None, where[1] is None), f"route_age/{where[0]}|{where[1]}")
        if n.isdecimal():
            found[f"{question}/{key}"] = (int(n), *(counts_of(cell, int(n)) for cell in sides))
    return found


def read_files(client, chosen):
    """All that a reader of these files learns: lines by key, and the raw texts."""
    found, texts = {}, {}
    for path in chosen:
        response = client.get(path)
        assert response.status_code == 200, path
        texts[path] = response.content.decode()
        if "/groups.csv" in path:
            found |= lines_in(path.split("/")[4], texts[path])
    return found, texts


PAIRS = 200 if sample.FULL else 60


# an attack on released lines, in Python
@pytest.mark.sqlite_only
@pytest.mark.parametrize(("seed", "question"), [(1, "say"), (2, "respect")])
def test_random_pairs_of_filters_on_two_days_give_no_hidden_cell_away(
    cast, as_, record_property, seed, question
):
    rng = Random(seed)
    teams = list(cast.council.teams.all())
    a_year(cast.council, teams, rng, 240)
    client, readings, releases = as_(cast.service_manager), [], []
    for day in range(2):
        releases.append(release(cast.council, day))
        listed = addresses([question])
        pairs = [rng.sample(listed, 2) for _pair in range(PAIRS)]
        readings.append(read_files(client, sorted(set(itertools.chain(*pairs)))))
        a_year(cast.council, teams, rng, rng.choice((7, 23)))
    attack(question, readings, releases, teams)
    if not sample.FULL:
        sample.left_out(record_property, f"{200 - PAIRS} of 200 pairs of filters")


def attack(question, readings, releases, teams):
    """Everything read from the files, and then, so that nothing hangs on our reading of them, every
    line ever shown.
    """
    head, attacker, lines = f"{YEAR}/person/{question}", Attacker(), []
    tally = publishing.Counter(
        {
            (key[len(head) + 1 :], "good"): 0
            for r in releases
            for key in r.state["rests"]
            if key.startswith(head)
        }
    )
    keys, splits = publishing._groups(
        YEAR, tally, tuple(str(t.pk) for t in teams), releases[-1].made_at
    )
    for number, made in enumerate(releases):
        shown = {
            key: tuple(made.lines.get(f"{head}/{key}", (0,) * 4) or (None,) * 4) for key in keys
        }
        for key, cells in readings[number][0].items():
            if key.startswith(f"{question}/"):
                own = shown[key.removeprefix(f"{question}/")]
                assert all(a in (None, b) for a, b in zip(cells, own, strict=True)), (
                    "the files say what the release says"
                )
        lines.append(shown)
        read_lines(attacker, number + 1, shown, [(s.parent, s.children) for s in splits])
    over_time(attacker, *lines)
    wanted = [
        (day + 1, key, side)
        for day, shown in enumerate(lines)
        for key, cells in shown.items()
        for side, value in zip(suppression.SIDES, cells, strict=True)
        if value is None and (key.startswith(("all", "route", "age", "team")) or key in CONDITIONS)
    ]
    assert len(wanted) > 20
    attacker.solve(wanted)
    for day, key, side in wanted:
        low, high = attacker.known((day, key, side))
        assert high > low, f"{question} {key} {side} on day {day} is known to be {low}"


CONDITIONS = {
    f"if_{name}/{level}" for name, levels in publishing.LEVELS.items() for level in levels
}


def test_pages_and_files_are_made_of_published_lines_alone(cast, as_):
    a_year(cast.council, list(cast.council.teams.all()), Random(5), 200)
    release(cast.council)
    client = as_(cast.service_manager)
    client.get(reverse("poet:results"))
    pages = [
        reverse("poet:results"),
        reverse("poet:results_links"),
        reverse("poet:results_compare"),
        reverse("poet:results_question", args=["person", "say"]),
        *addresses(["say"]),
        "/dashboard/",
    ]
    with CaptureQueriesContext(connection) as found:
        for path in pages:
            assert client.get(path).status_code == 200, path
    read = [
        q["sql"] for q in found if "poet_response" in q["sql"] or "poet_processfacts" in q["sql"]
    ]
    assert not read, read[:1]


def test_an_answer_that_comes_in_changes_no_page_before_the_next_release(cast, as_):
    many(cast.council, 30)
    many(cast.council, 20, "bad")
    release(cast.council)
    client = as_(cast.service_manager)
    paths = [path for path in addresses(["say"]) if path.endswith("?")]
    before = [client.get(path).content for path in paths]
    many(cast.council, 40, "bad")
    assert [client.get(path).content for path in paths] == before


def test_what_is_kept_for_the_next_release_never_leaves(cast, as_):
    """The counts behind the lines and what an attacker knows stand in `state`: no page or file
    reads it.
    """
    a_year(cast.council, list(cast.council.teams.all()), Random(9), 150)
    made = release(cast.council)
    assert json.dumps(made.state)
    Release.objects.filter(pk=made.pk).update(state={})
    client = as_(cast.service_manager)
    for path in (reverse("poet:results"), reverse("poet:results_links"), *addresses(["say"])):
        assert client.get(path).status_code == 200

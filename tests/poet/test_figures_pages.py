"""Does the first figure hold: the pages, the files, and that a few people's budgets are not given
away.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from budgets.models import BudgetFigure
from budgets.spend import first_to_decided, totals
from cases.common.caches import figures
from tests.budgets.test_plan_pages import text

TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def fresh(db):
    figures.clear()


def decided(a_case, cast, *weeklies):
    return [
        a_case(at="set_up", weekly=Decimal(w), person=cast.new_person(f"Person {n}"))
        for n, w in enumerate(weeklies)
    ]


def rows(cast):
    return totals.decisions(cast.council, since=TODAY() - timedelta(days=60), until=TODAY())


def test_each_decision_keeps_how_far_it_lies_from_the_first_figure(a_case, cast):
    (case,) = decided(a_case, cast, "93")
    figure = BudgetFigure.objects.get(case=case, kind="decided")
    assert (figure.first_total, figure.share, figure.costings) == (
        Decimal(5200),
        Decimal("-0.07"),
        1,
    )
    assert figure.version.scheme.code == "adults"


def test_plans_and_proposals_between_the_two_are_counted(a_case, cast):
    from budgets import actions as money

    case = a_case(at="offer")
    money.accept_offer(case=case, by=cast.person)
    assert BudgetFigure.objects.get(case=case, kind="decided").costings == 2


def test_the_bands_hold_every_decision_once(a_case, cast):
    decided(a_case, cast, "40", "50", "75", "89.95", "90", "100", "110", "110.05", "150", "151")
    found = [(str(low), str(high), n) for low, high, n in first_to_decided.spread(rows(cast))]
    assert found == [
        ("None", "-0.5", 1),
        ("-0.5", "-0.25", 1),
        ("-0.25", "-0.1", 2),
        ("-0.1", "0.1", 3),
        ("0.1", "0.25", 1),
        ("0.25", "0.5", 1),
        ("0.5", "None", 1),
    ]
    whole = totals.indicative_against_decided(
        cast.council, since=TODAY() - timedelta(days=60), until=TODAY()
    )
    assert (whole.n, whole.within, whole.above, whole.below) == (10, 3, 4, 5)
    (row,) = first_to_decided.by(rows(cast), "group")
    assert (row.key, row.n, row.within, row.above, row.below) == ("physical", 10, 3, 3, 4)
    assert row.median == Decimal("-0.1") and row.first == 52000
    assert first_to_decided.costings(rows(cast)) == [(1, 10)]


@pytest.mark.parametrize("split", list(first_to_decided.SPLITS))
def test_every_split_holds_every_decision(a_case, cast, split):
    decided(a_case, cast, "80", "100")
    assert sum(row.n for row in first_to_decided.by(rows(cast), split)) == 2


def test_the_page_hides_what_is_small_and_its_files_too(a_case, cast, as_):
    decided(a_case, cast, "80", "120")
    page = as_(cast.service_manager).get("/dashboard/figures/")
    assert page.status_code == 200 and "hidden" in text(page) and "under 5" in text(page)
    assert "£10,400" not in text(page), "the sum of two people's budgets"
    for name in (
        "spread",
        "by_group",
        "by_team",
        "by_version",
        "by_route",
        "by_age",
        "costings",
        "reasons",
        "panel_cost",
    ):
        file = as_(cast.service_manager).get(f"/dashboard/{name}.csv")
        assert file.status_code == 200 and b"10400" not in file.content, name
    assert b"hidden" in as_(cast.service_manager).get("/dashboard/by_group.csv").content


def test_from_five_on_they_are_shown(a_case, cast, as_):
    decided(a_case, cast, *["100"] * 6, *["130"] * 6)
    page = text(as_(cast.service_manager).get("/dashboard/figures/"))
    assert "50%" in page and "£62,400" in page and "Physical support" in page


def test_the_register_names_each_decision_for_those_who_may_open_it(a_case, cast, as_):
    (case,) = decided(a_case, cast, "80")
    page = text(as_(cast.manager).get("/dashboard/figures/register/"))
    for words in (case.ref, "£5,200.00", "£4,160.00", "-20%", "The support costs this much here"):
        assert words in page, words
    for stranger in (cast.worker, cast.finance, cast.panel, cast.person, cast.auditor, cast.admin):
        for address in (
            "/dashboard/figures/",
            "/dashboard/figures/register/",
            "/dashboard/spread.csv",
        ):
            assert as_(stranger).get(address).status_code == 404
    assert as_(cast.manager).get("/dashboard/figures/register/?period=nonsense").status_code == 422
    assert as_(cast.manager).get("/dashboard/figures/register/?page=nonsense").status_code == 200


def test_the_dashboard_leads_there(a_case, cast, as_):
    decided(a_case, cast, "80")
    page = as_(cast.manager).get("/dashboard/").content.decode()
    assert "/dashboard/figures/" in page and "/staff/spending/" in page and "/staff/prices/" in page


def test_a_million_decisions_are_not_read_one_by_one(a_case, cast, django_assert_max_num_queries):
    decided(a_case, cast, "80", "100", "120")
    with django_assert_max_num_queries(4):
        totals.indicative_against_decided(
            cast.council, since=TODAY() - timedelta(days=60), until=TODAY()
        )

"""A route of taking the money that was just declared is known to every reader of the routes.

A product's own fourth route needs `cases/journey/money_routes.py`, a migration (the check
constraint and the choices), and the words of the comparison
(`budgets/payments/route_comparison.py`).
"""

import pytest
from django.urls import reverse
from django.utils import timezone

from budgets import actions as money
from budgets.models.plan import ROUTE_NAMES, ROUTES
from budgets.payments import route_comparison, route_funnel, routes
from cases import journey
from poet.results import publishing
from tests import widened
from tests.budgets.test_routes import account


@pytest.fixture
def new(cast, monkeypatch):
    with widened.with_route() as route:
        said = [(what, words | {route.code: "As agreed."}) for what, words in COMPARED]
        monkeypatch.setattr(route_comparison, "COMPARED", tuple(said))
        yield route


COMPARED = route_comparison.COMPARED


@pytest.fixture
def case(new, cast):
    return cast.a_case(at="set_up", route=new.code)


def test_a_case_comes_to_its_budget_by_it(case, cast, new):
    assert case.route == new.code and case.turn == "worker"
    account(case, cast)
    case.refresh_from_db()
    assert case.turn == "provider"
    line = case.plans.get(state="agreed").lines.get(route=new.code)
    money.start_line(case=case, line=line, started_on=timezone.localdate(), by=cast.worker)
    money.start_budget(case=case, by=cast.worker)
    case.refresh_from_db()
    assert case.step == "running"
    assert not journey.may_pay_directly(new.code) and not routes.direct_lines([line])


def test_every_page_about_the_money_names_it(case, as_, cast, new):
    pages = 0
    for name in ("case", "budgets:routes", "budgets:plan", "budgets:budget"):
        address = reverse(name if ":" in name else f"cases:{name}", args=[case.ref])
        page = as_(cast.worker).get(address)
        assert page.status_code == 200, address
        pages += str(new.name) in page.content.decode()
    assert pages >= 2
    table = route_comparison.compared(case.plans.get(state="agreed").lines.all())
    assert len(table.head) == 1 + len(ROUTES) and new.name in table.head


def test_figures_and_results_have_a_group_for_it(case, as_, cast, new):
    assert new.code in publishing.routes() and new.code in ROUTE_NAMES
    assert route_funnel.reasons()[new.code] == new.chosen
    behind = f"/dashboard/cases/?state=closed&step=assess&by=route&key={new.code}"
    page = as_(cast.service_manager).get(behind)
    assert page.status_code == 200 and "does not count" not in page.content.decode()
    for address in (
        "/dashboard/step/assess/?by=route",
        "/results/",
        reverse("budgets:routes_overview"),
    ):
        assert as_(cast.service_manager).get(address).status_code == 200, address


@pytest.mark.parametrize("trait", ["code", "title", "name", "needs", "chosen"])
def test_a_route_without_a_trait_is_refused_by_its_name(trait):
    words = {"code": "x", "title": "x", "name": "x", "needs": "order", "chosen": "x"}
    del words[trait]
    with pytest.raises(TypeError, match=f"'{trait}'"):
        journey.MoneyRoute(**words)


def test_a_route_that_needs_what_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="needs"), widened.with_route(needs="luck"):
        pass


def test_a_route_of_which_the_comparison_says_nothing_is_missed(cast):
    with widened.with_route() as route, pytest.raises(LookupError, match=route.code):
        route_comparison.said_of(route.code)
    assert all(route_comparison.said_of(code) for code in journey.MONEY_ROUTES)

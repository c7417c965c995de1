"""Lines that a switch of route copied before copies kept their origin get it, where it is known."""

from io import StringIO

import pytest
from django.core.management import call_command

from budgets import actions as money
from budgets.actions import line_origins
from budgets.models import PlanLine
from budgets.position import case_money
from budgets.position.entitlement_facts import facts_of_case
from tests.budgets.running_money import TODAY, ago, week


@pytest.fixture
def switched(budget, cast):
    """A bed that is paid once and help by the week; the help was switched, and the copies of both
    have no origin, as before.
    """
    bed = week(500, unit="once", what="A bed")
    case = budget(bed, week(100), from_=ago(20), signed=ago(20))
    for line in case_money.agreed_plan(case).lines.all():
        money.start_line(case=case, line=line, started_on=ago(20), by=cast.finance)
    money.start_budget(case=case, by=cast.finance)
    helped = case_money.agreed_plan(case).lines.get(what="Help to dress")
    money.ask_switch(case=case, by=cast.person, wanted={helped.pk: "council_managed"})
    money.switch_route(case=case, by=cast.worker, started_on=TODAY())
    right = facts_of_case(case)
    PlanLine.objects.filter(plan=case_money.agreed_plan(case)).update(origin=None)
    assert facts_of_case(case) != right, "the bed would be paid again"
    return case, right


def run(**options):
    out = StringIO()
    call_command("set_line_origins", stdout=out, **options)
    return out.getvalue()


def test_they_are_listed_and_nothing_changes_unless_it_is_written(switched):
    case, right = switched
    said = run()
    assert f"{case.ref}, plan 2: A bed is a copy of line" in said and said.count("\n") == 2
    assert facts_of_case(case) != right
    assert "2 lines have their origin now" in run(write=True)
    assert facts_of_case(case) == right
    assert run(write=True) == "0 lines have their origin now\n"


def test_later_copies_point_to_the_first_line_too(switched, cast):
    case, _right = switched
    bed = case_money.agreed_plan(case).lines.get(what="A bed")
    first = PlanLine.objects.filter(plan__case=case, what="A bed").order_by("pk")[0]
    case.refresh_from_db()
    case.move("start_review", by=cast.worker, kind="planned", reason="A fall")
    case.move("change_plan", by=cast.worker, reason="More help is needed")
    copy = case_money.draft_plan(case).lines.get(what="A bed")
    assert copy.origin == bed
    assert line_origins.set_origins() == 4
    copy.refresh_from_db()
    assert copy.origin == first


def test_what_is_not_the_same_line_is_left_as_it_is(switched):
    case, _right = switched
    lines = case_money.agreed_plan(case).lines
    lines.filter(what="A bed").update(what="A hoist")
    assert [one.line.what for one in line_origins.missing_origins()] == ["Help to dress"]

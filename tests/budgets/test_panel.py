"""The panel's agenda and what it costs; it reads, answers in writing and edits nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from budgets import actions as money
from budgets.decision import panel
from budgets.models import PanelReferral
from budgets.position import case_money
from cases.common import dates
from cases.common.refusals import NotYet
from tests.budgets.test_plan_pages import text, url

REASON = {"reason_code": "chose_less", "reason_text": "Fewer hours"}


def period():
    return {"since": dates.today() - timedelta(days=90), "until": dates.today()}


def test_the_agenda_says_why_what_it_costs_and_what_support_there_is(a_case, cast, as_):
    case = a_case(at="panel", days_ago=12)
    page = text(as_(cast.panel).get("/staff/panel/"))
    for words in (
        case.ref,
        "A plan unlike others",
        "Yes. The home care team: Home care goes on, from",
        "£80.00 a week",
        "first figure: £100.00 a week",
    ):
        assert words in page, words
    assert "/panel_agree/" in as_(cast.panel).get("/staff/panel/").content.decode()
    assert case.ref in text(as_(cast.manager).get("/staff/panel/"))
    for stranger in (cast.worker, cast.finance, cast.person, cast.outsider, cast.auditor):
        assert as_(stranger).get("/staff/panel/").status_code == 404
    money.panel_agree(case=case, by=cast.panel, written_reasons="It fits", **REASON)
    assert "Nothing waits for the panel" in text(as_(cast.panel).get("/staff/panel/"))


def test_another_councils_agenda_is_not_shown(a_case, cast, as_):
    from cases.models import Seat, User
    from tests.cast import SINCE

    case = a_case(at="panel", days_ago=12)
    theirs = User.objects.create_user("merrow.panel@example.org", name="Merrow Panel")
    Seat.objects.create(user=theirs, council=cast.other, role="panel", valid_from=SINCE)
    assert case.ref not in text(as_(theirs).get("/staff/panel/"))


@pytest.mark.parametrize(
    "name", ["plan_line_add", "plan_line", "plan_line_cost", "plan_line_terms", "plan_part"]
)
def test_the_panel_has_no_right_to_edit(a_case, cast, as_, name):
    case = a_case(at="panel", days_ago=12)
    plan = case_money.sent_plan(case)
    line = plan.lines.first()
    args = {"plan_part": ["goals"], "plan_line_add": []}.get(name, [line.pk])
    before = list(plan.lines.values_list())
    response = as_(cast.panel).post(
        url(name, case, *args), {"goals": "Ours", "what": "Ours", "quantity": "1", "version": "1"}
    )
    assert response.status_code in (302, 404)
    assert list(plan.lines.values_list()) == before
    with pytest.raises(NotYet):
        money.save_line(plan=plan, by=cast.panel, what="Ours")


def test_what_the_panel_costs(a_case, cast):
    agreed = a_case(at="panel", days_ago=20)
    back = a_case(at="panel", days_ago=20, person=cast.new_person("Bea Lark"))
    a_case(at="panel", days_ago=20, person=cast.new_person("Cy Rook"))
    for case in (agreed, back):
        case.refresh_from_db()
    when = agreed.head_at + timedelta(days=3)
    money.panel_agree(case=agreed, by=cast.panel, written_reasons="It fits", at=when, **REASON)
    money.return_plan(
        case=back, by=cast.panel, reason="Who helps at night?", at=when + timedelta(days=1)
    )
    assert sorted(PanelReferral.objects.exclude(days=None).values_list("days", flat=True)) == [3, 4]
    found = panel.cost(cast.council, **period())
    assert (found.decided, found.people, found.days, found.longest, found.members) == (
        2,
        2,
        7,
        4,
        1,
    )
    assert (found.value, found.changed, found.without_interim) == (8320, 1, 0)
    assert (found.change_rate, found.days_each) == (panel.Decimal("0.5"), panel.Decimal("3.5"))
    assert panel.cost(cast.council, **period(), team=[cast.intake.pk]).decided == 0
    nothing = panel.cost(cast.other, **period())
    assert (nothing.decided, nothing.change_rate, nothing.longest, nothing.value) == (
        0,
        None,
        None,
        0,
    )


def test_a_referral_waits_in_calendar_days(a_case, cast):
    case = a_case(at="panel", days_ago=12)
    row = PanelReferral.objects.get(case=case)
    assert panel.waited(row, row.referred_at + timedelta(days=2)) == 2
    assert panel.waited(row, timezone.now() - timedelta(days=30)) == 0

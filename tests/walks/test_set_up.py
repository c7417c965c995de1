"""A council's administrator sets up targets, seats and limits, and they hold from then on; cases
stay closed to them.
"""

from datetime import timedelta
from decimal import Decimal

from budgets.models import DelegationLevel
from cases.models import Seat, Target, Team, User
from tests.walks.doing import address, agree, soon, today, triage, whole
from tests.walks.pages import Hands

ADD = "/admin/{}/add/"


def add(hands, model, button="_save", **facts):
    """Fill in a set-up page, with its dates in one box as there, and save it."""
    facts = {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in facts.items()
    }
    page = hands.sent(ADD.format(model), button, **facts)
    assert page.status == 302, page.text[:800]


def test_a_target_holds_for_the_steps_that_begin_after_it(a_case, cast):
    before, case = a_case(at="assess"), a_case(at="request", person=cast.new_person("Bea Lark"))
    due = before.due_at
    desk = Hands(cast.admin)
    add(
        desk,
        "cases/target",
        council=cast.council.pk,
        step="assess",
        days="3",
        valid_from=today(),
        reason="Board paper 4",
    )
    assert Target.objects.get().days == 3
    triage(Hands(cast.duty), case, cast)
    assert (case.due_at.date() - today()).days in (3, 4), "three days from now, exclusive"
    before.refresh_from_db()
    assert before.due_at == due, "a deadline given is kept"
    whole()


def test_a_seat_given_by_email_opens_the_teams_cases_until_it_ends(a_case, cast):
    case = a_case(at="request")
    desk = Hands(cast.admin)
    add(
        desk,
        "cases/seat",
        email="New.Colleague@Example.org",
        colleague="Nell Field",
        council=cast.council.pk,
        team=cast.intake.pk,
        role="worker",
        valid_from=soon(-1),
    )
    nell = User.objects.get(email="new.colleague@example.org")
    assert not nell.has_usable_password() and not nell.is_staff
    assert case.ref in Hands(nell).open("/staff/?scope=team").html
    triage(Hands(nell), case, cast)
    assert case.events.get(verb="triage").by == nell
    seat = Seat.objects.get(user=nell)
    desk.sent(f"/admin/cases/seat/{seat.pk}/change/", "_save", valid_to=today().isoformat())
    Hands(nell).open(address(case), 404)
    Hands(nell).open("/staff/", 404)
    whole()


def test_a_limit_decides_who_agrees_from_its_day_on(a_case, cast):
    desk = Hands(cast.admin)
    facts = {
        "council": cast.council.pk,
        "role": "worker",
        "max_weekly": "50",
        "max_one_off": "100",
        "valid_from": soon(-60),
        "reason": "Scheme of delegation 2026",
    }
    wrong = desk.sent(
        ADD.format("budgets/delegationlevel"),
        "_save",
        **{k: str(v) for k, v in facts.items() if k != "max_one_off"},
    )
    assert wrong.status == 200, "half a limit is none"
    add(desk, "budgets/delegationlevel", **facts)
    assert DelegationLevel.objects.filter(council=cast.council, role="worker").count() == 2
    case = a_case(at="sign_off")
    assert (case.step, case.turn) == ("sign_off", "manager"), "£80 is above the £50 in force"
    agree(Hands(cast.manager), case)
    assert case.sign_offs.get().limit_weekly == Decimal(800)
    whole()


def test_an_administrator_meets_no_case_and_no_other_council(a_case, cast):
    case = a_case(at="plan")
    pages = (
        (),
        ("plan",),
        ("budget",),
        ("answers",),
        ("assessment",),
        ("do", "pause"),
        ("letters", 1),
    )
    desk = Hands(cast.admin)
    for part in pages:
        desk.open(address(case, *part), 404)
    assert (
        case.ref not in desk.open("/admin/").html
        and "Ada Wren" not in desk.open("/admin/cases/seat/").html
    )
    foreign = Team.objects.get(council=cast.other)
    level = DelegationLevel.objects.filter(council=cast.other).first()
    seat = Seat.objects.get(user=cast.stranger)
    for path in (
        f"cases/team/{foreign.pk}",
        f"budgets/delegationlevel/{level.pk}",
        f"cases/seat/{seat.pk}",
    ):
        for action in ("change", "delete", "history"):
            answer = desk.client.get(f"/admin/{path}/{action}/")
            assert answer.status_code in (302, 403, 404), (path, action)
            assert (
                "Port Merrow"
                not in Hands(cast.admin)
                .client.get(f"/admin/{path}/{action}/", follow=True)
                .content.decode()
            )
        desk.post(f"/admin/{path}/change/", {"valid_to": today().isoformat(), "name": "Planted"})
    for model in (foreign, level, seat):
        kept = type(model).objects.get(pk=model.pk)
        assert getattr(kept, "valid_to", None) == getattr(model, "valid_to", None) and str(
            kept
        ) == str(model)
    planted = desk.sent(
        ADD.format("cases/seat"),
        "_save",
        forged=True,
        email="x@example.org",
        council=cast.other.pk,
        role="worker",
        valid_from=(today() - timedelta(days=1)).isoformat(),
    )
    assert planted.status == 200 and not User.objects.filter(email="x@example.org").exists()
    mixed = desk.sent(
        ADD.format("cases/seat"),
        "_save",
        forged=True,
        email="y@example.org",
        council=cast.council.pk,
        team=foreign.pk,
        role="worker",
        valid_from=today().isoformat(),
    )
    assert mixed.status == 200 and not User.objects.filter(email="y@example.org").exists()

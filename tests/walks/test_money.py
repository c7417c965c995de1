"""Every way of taking the money, from the plan to the running budget, with each line's own start;
and a reckoner.
"""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from budgets import actions as money
from budgets.models import Payment, SchemeVersion
from budgets.position import case_money
from cases.models import Case, Representation, Seat, Team, User
from tests.walks.doing import (
    address,
    agree,
    allow_payment,
    assess,
    coming,
    determine,
    plan,
    run,
    send_plan,
    sign_agreement,
    soon,
    start,
    steps,
    today,
    triage,
    whole,
)
from tests.walks.pages import Hands

CARE = {"quantity": "5", "rate": "16"}


def planned(a_case, cast, lines, over=""):
    case, me = a_case(at="plan"), Hands(cast.person)
    plan(me, case, lines, over)
    send_plan(me, case)
    agree(Hands({"worker": cast.worker, "manager": cast.manager}[case.turn]), case)
    assert case.step == "set_up"
    return case


def lines_of(case):
    return {line.what: line for line in case_money.agreed_plan(case).lines.all()}


def test_a_managed_budget_starts_with_the_worker_and_has_no_payments(a_case, cast):
    case = planned(a_case, cast, [("Help to wash", "council_managed", CARE)])
    worker, me = Hands(cast.worker), Hands(cast.person)
    assert (case.turn, case.turn_user, case.route) == ("worker", cast.worker, "council_managed")
    worker.refused(address(case, "start_budget"), "These have not started yet: Help to wash")
    line = lines_of(case)["Help to wash"]
    worker.refused(
        address(case, "start_line"), "today or earlier", line=line.pk, started_on=soon(1)
    )
    page = start(worker, case, line, today() - timedelta(days=3))
    assert page.status == 200 and line.start.started_on == today() - timedelta(days=3)
    run(worker, case)
    assert (case.step, case.turn, case.due_at) == ("running", "nobody", None)
    began = case.events.get(verb="start_budget").codes
    assert began["first_started_on"] == began["last_started_on"] == soon(-3).isoformat()
    assert not coming(case) and not Payment.objects.exists()
    assert "Managed budget" in me.open(address(case))
    whole()


def test_an_account_held_by_a_provider(a_case, cast):
    case = planned(
        a_case, cast, [("Supported living", "provider_held", CARE | {"who": "provider"})]
    )
    worker = Hands(cast.worker)
    assert case.route == "provider_held"
    start(worker, case, lines_of(case)["Supported living"])
    run(worker, case)
    assert case.step == "running" and case_money.in_force(case).annual == 4160
    assert "Provider-held account" in Hands(cast.person).open(address(case))
    whole()


def test_a_mix_starts_line_by_line_each_on_its_own_day(a_case, cast):
    case = planned(
        a_case,
        cast,
        [
            ("My own helper", "direct_payment", CARE | {"who": "pa"}),
            (
                "Day centre",
                "council_managed",
                {
                    "who": "council",
                    "outcome": "community",
                    "quantity": "1",
                    "unit": "day",
                    "rate": "45",
                },
            ),
            ("My sister", "", {"who": "family", "quantity": "3"}),
        ],
        over="Both are needed",
    )
    worker, finance = Hands(cast.worker), Hands(cast.finance)
    lines = lines_of(case)
    assert (case.route, case.turn) == ("mixed", "finance")
    offered = finance.open(address(case, "start_line")).form("line").choices["line"]
    assert set(offered) == {str(lines[x].pk) for x in ("My own helper", "Day centre")}, (
        "nobody starts a sister"
    )
    finance.refused(
        address(case, "start_line"),
        "Finance records it first",
        line=lines["My own helper"].pk,
        started_on=today(),
    )
    sign_agreement(finance, case)
    paid = coming(case)
    assert len(paid) == 13 and {p.amount for p in paid} == {Decimal(320)}, (
        "only what is a direct payment"
    )
    start(finance, case, lines["My own helper"], soon(-2))
    assert (case.step, case.turn, case.turn_user) == ("set_up", "worker", cast.worker), (
        "the rest is the worker's"
    )
    finance.refused(address(case, "start_budget"), "These have not started yet: Day centre")
    start(worker, case, lines["Day centre"])
    run(worker, case)
    began = case.events.get(verb="start_budget").codes
    assert (began["first_started_on"], began["last_started_on"]) == (
        soon(-2).isoformat(),
        today().isoformat(),
    )
    assert [x.start.started_on for x in (lines["My own helper"], lines["Day centre"])] == [
        soon(-2),
        today(),
    ]
    assert case_money.in_force(case).weekly == 125
    whole()


def test_a_direct_payment_is_paid_without_what_the_person_pays_to_the_penny(a_case, cast):
    case = planned(
        a_case,
        cast,
        [("My own helper", "direct_payment", {"who": "pa", "quantity": "5.5", "rate": "13.37"})],
    )
    finance, me = Hands(cast.finance), Hands(cast.person)
    paid = address(case, "contribution")
    finance.refused(
        paid, "How much a week?", state="recorded", weekly="a tenner", valid_from=today()
    )
    finance.refused(
        paid, "Enter the amount a week", state="recorded", weekly="", valid_from=today()
    )
    finance.send(
        paid, state="recorded", weekly="£10.01", valid_from=today(), source="Letter of Monday"
    )
    allow_payment(case)
    page = finance.open(address(case, "agreement"))
    twice = dict(
        page=page,
        signed_by="Ada Wren",
        signed_as="person",
        signed_on=today(),
        account_type="own_account",
        basis="net",
        cycle_weeks="4",
        first_payment_on=soon(5),
    )
    finance.send(address(case, "agreement"), **twice)
    assert finance.sent(address(case, "agreement"), **twice).status == 302
    assert case.agreements.count() == 1, "pressed twice, recorded once"
    payments = coming(case)
    assert [(p.on - soon(5)).days for p in payments] == list(range(0, 364, 28))
    assert {p.amount for p in payments} == {Decimal("254.12")}, "four weeks of 73.54 less 10.01"
    shown = me.open(address(case, "schedule"))
    assert "£254.12" in shown and "Nobody is named yet" in shown and "£10.01" in me.open(paid)
    start(finance, case, lines_of(case)["My own helper"])
    run(finance, case)
    assert "£254.12" in me.open(address(case))
    whole()


def test_a_gross_payment_every_two_weeks_is_the_whole_sum(a_case, cast):
    case = a_case(at="set_up")
    finance = Hands(cast.finance)
    finance.send(
        address(case, "contribution"), state="estimated", weekly="10.01", valid_from=today()
    )
    sign_agreement(finance, case, basis="gross", cycle_weeks="2")
    payments = coming(case)
    assert {p.amount for p in payments} == {Decimal(160)} and len(payments) == 13
    assert {b.on - a.on for a, b in pairwise(payments)} == {timedelta(14)}
    whole()


def test_an_estimate_is_no_decision_and_nothing_is_left_out_for_it(a_case, cast):
    case = a_case(at="set_up")
    finance = Hands(cast.finance)
    finance.send(address(case, "contribution"), state="estimated", weekly="10", valid_from=today())
    sign_agreement(finance, case)
    assert {p.amount for p in coming(case)} == {Decimal(320)}
    whole()


# ---- a council that turns answers into hours ----


def merrow(cast):
    """Port Merrow's own people."""
    team = Team.objects.create(council=cast.other, name="South team")
    worker = User.objects.create_user("merrow.worker@example.org", name="Merrow Worker")
    Seat.objects.create(
        user=worker, council=cast.other, team=team, role="worker", valid_from=soon(-400)
    )
    intake = Team.objects.get(council=cast.other, intake=True)
    duty = User.objects.create_user("merrow.duty@example.org", name="Merrow Duty")
    Seat.objects.create(
        user=duty, council=cast.other, team=intake, role="worker", valid_from=soon(-400)
    )
    me = User.objects.create_user("may@example.org", name="")
    return me, Hands(duty), Hands(worker), worker, team


def asked(me, email):
    me.send(
        "/port-merrow/ask/?for=me",
        words="Getting up is hard",
        danger="no",
        name="May Finch",
        contact_by="email",
        email=email,
    )
    return Case.objects.get(person__name="May Finch")


def test_a_reckoner_gives_hours_times_the_published_rate_and_says_so(cast):
    user, duty, worker, worker_user, team = merrow(cast)
    me = Hands(user)
    case = asked(me, user.email)
    assert Representation.objects.get().user == user and case.council == cast.other
    # nobody of the first council meets it
    for stranger in (cast.duty, cast.manager, cast.service_manager):
        Hands(stranger).open(address(case), 404)
    triage(duty, case, cast, worker=worker_user.pk, team=team.pk)
    assess(me, case, level="1")
    determine(worker, case)
    assert (case.step, case.turn) == ("plan", "person")
    # some help with eating and with washing: 2 + 3 hours a week at £16.29
    figure = case_money.indicative(case)
    assert (figure.weekly, figure.annual) == (Decimal("81.45"), Decimal("4235.40"))
    shown = me.open(address(case, "budget"))
    for words in (
        "£81.45",
        "Hours a week",
        "personal assistant, Coventry: £16.29 an hour",
        "All of it counts 3 3 3 × £16.29 = £48.87 £2,541.24",
        "All of it counts 2 2 2 × £16.29 = £32.58 £1,694.16",
    ):
        assert words in shown, words
    assert "INVENTED" in shown
    assert steps(case) == ["request", "assess", "confirm", "budget", "plan"]
    whole()


def test_a_day_outside_the_published_rates_gives_a_sentence_and_no_figure(cast):
    user, duty, worker, worker_user, team = merrow(cast)
    old = SchemeVersion.objects.get(scheme__council=cast.other, scheme__population="adult")
    within = [
        v
        for v in old.definition["vectors"]
        if v.get("on", "2024-04-01")[:4] == "2024" and "error" not in v["expected"]
    ]
    definition = old.definition | {"vectors": within}
    definition["rates"] = [definition["rates"][0] | {"valid_to": "2025-03-31"}]
    new = SchemeVersion.objects.create(
        scheme=old.scheme, number=2, valid_from=soon(-30), definition=definition
    )
    money.publish_version(version=new, approved_by="A test")
    me = Hands(user)
    case = asked(me, user.email)
    triage(duty, case, cast, worker=worker_user.pk, team=team.pk)
    assess(me, case)
    determine(worker, case)
    assert (case.step, case.turn) == ("budget", "worker") and not case.figures.exists()
    for path in (address(case), address(case, "budget"), address(case, "share_budget")):
        assert "published to 2025-03-31" in worker.open(path), path
    assert "No answer is missing" in worker.open(address(case, "share_budget"))
    forced = {"key": "0c5b0f1e-5b43-4f0e-8a54-1ac7f6a1e6b1", "seen": str(case.head_seq)}
    assert "published to 2025-03-31" in worker.post(address(case, "share_budget"), forced)
    assert not case.figures.exists() and not case.calculations.exists() and case.step == "budget"
    shown = me.open(address(case))
    assert "The council has to settle something before the budget can be worked out" in shown
    assert "£" not in shown.text.split("Your worker")[0]
    whole()

"""Every form of every role: sent empty, sent full of nonsense, sent twice. Nothing breaks, nothing
happens twice.

The pages are found from what each role is offered at each step and from the URL configuration; a
page that neither reaches has to be named below, so that a new one can't be forgotten.
"""

import re
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.urls import get_resolver

from budgets import actions as money
from cases import access, actions, journey
from cases.casefile import case_presenter
from cases.models import FormToken
from tests import sample
from tests.walks.doing import address, soon, today
from tests.walks.pages import DONE, Hands, Page, assert_told, confirming

COUNTED = (
    "Event",
    "Case",
    "Person",
    "SupportPlan",
    "PlanLine",
    "Contribution",
    "DirectPaymentAgreement",
    "BudgetFigure",
    "SignOff",
    "Offer",
    "PanelReferral",
    "SelfAssessment",
    "Answer",
    "Determination",
    "Representation",
    "LineStart",
    "RouteSwitch",
    "LineChoice",
    "SupportOrder",
    "UnmetRequest",
    "HeldAccount",
    "HeldEntry",
    "MonitoringCheck",
    "Concern",
    "Restriction",
    "FinalAccount",
    "Payment",
    "PaymentBatch",
    "ArrearsLimit",
    "Payee",
    "PlanInForce",
    "LinePrice",
    "Suspension",
    "ExtraPayment",
    "Instalment",
    "Settlement",
    "ExtraSupport",
    "Estate",
    "DirectPaymentAllowed",
    "HouseholdPay",
    "CareHomeStay",
    "HospitalStay",
    "HospitalDecision",
    "Charge",
    "ChargeBatch",
    "Undercharge",
)
NO_SUCH = "no_such_code"
ROUNDS = (
    ("NaN", ("31", "2", "2026")),
    ("-1", ("31", "12", "9999")),
    ("1.1234567890123", ("x", "y", "z")),
)
# Moves tried at another step than their first, because there they can be made.
TRIED_AT = {"agree_answer": "budget", "withdraw": "plan"}
TRIED_AT |= dict.fromkeys(("end_support", "plan_end", "take_back_end"), "running")
# Taken only after something else has happened: sent twice in the walks of money and of endings, or
# among the clocks.
NEEDS_MORE = {
    "undo_death",
    "resume_payment",
    "start_budget",
    "share_budget",
    "resume",
    "find_advocate",
    "switch_route",
}
# What they carry is checked by version: they change a thing and make none.
NO_NUMBER = {"cases:comment", "budgets:plan_line"}
# What is written down beside the moves, each at the step where it is tried; the rest is sent in
# test_ways.
RECORDED = {
    "set_up": (
        "record_choice",
        "place_order",
        "record_unmet",
        "record_held_account",
        "raise_concern",
    ),
    "running": (
        "raise_concern",
        "restrict_use",
        "change_price",
        "allow_household_pay",
        "record_care_home_stay",
        "record_hospital_stay",
    ),
    "closed": ("settle_account",),
}
LONG = "x" * 20_001
OWN_KEY = "0c5b0f1e-5b43-4f0e-8a54-1ac7f6a1e6b1"


def world() -> dict[str, int]:
    """How many there are of everything that a form can make; one statement."""
    models = {m.__name__: m for m in apps.get_models()}
    found = [models[name] for name in COUNTED]  # a name that is no model any more is an error
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(f"(SELECT count(*) FROM {m._meta.db_table})" for m in found)
        )  # noqa: S608
        return dict(zip([m.__name__ for m in found], cursor.fetchone(), strict=True))


@contextmanager
def undone():
    """What happens here is taken back."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def cast_at(cast, step):
    people = [
        cast.person,
        cast.delegate,
        cast.worker,
        cast.manager,
        cast.service_manager,
        cast.panel,
        cast.finance,
    ]
    return [cast.duty, *people] if step == "request" else people


def offered(case, user, step) -> set[str]:
    """The addresses of what a user may do to a case now, as far as this is the step at which it is
    tried.
    """

    def here(move):
        return TRIED_AT.get(move.name, next(iter(move.routes))) == step

    people = access.representations(case.person_id)
    found = {
        case_presenter.move_url(case, move)
        for move in access.moves_for(case, user, people)
        if here(move)
    }
    behalf = filter(here, access.behalf_moves(case, user, people))
    return (found | {case_presenter.move_url(case, move, behalf=True) for move in behalf}) - {""}


def pages_beside(case, step) -> list[str]:
    """The forms that no move leads to, each at the step where it is used."""
    if step == "assess":
        draft = actions.open_assessment(case=case, by=None)
        kinds = {q["kind"]: q["id"] for q in reversed(draft.form) if q.get("voice") != "worker"}
        return [address(case, "assessment", question) for question in kinds.values()]
    if step == "confirm":
        form = case.assessments.get().form
        return [
            address(case, "answers", q["id"])
            for q in form
            if q["id"] in ("about.important", "personal_care")
        ]
    if step == "plan":
        line = whole_plan(case)
        parts = (
            "what_matters",
            "goals",
            "risks",
            "in_control",
            "enough",
            "helped",
            "routes",
            "contribution",
        )
        lines = [
            ("line",),
            ("line", line.pk),
            ("line", line.pk, "cost"),
            ("line", line.pk, "terms"),
        ]
        found = [address(case, "plan", *part) for part in [*(("part", x) for x in parts), *lines]]
        return [*found, address(case, "adjust_budget")]
    beside = [address(case, "record", name) for name in RECORDED.get(step, ())]
    return beside + (
        [address(case, name) for name in ("contribution", "agreement", "payee")]
        if step == "set_up"
        else []
    )


def whole_plan(case):
    """A draft that could be sent; returns its line."""
    by = case.person.representations.get(kind="self").user
    plan = money.open_plan(case=case, by=by)
    money.save_plan_part(
        plan=plan,
        by=by,
        what_matters="My garden",
        goals="Out more",
        enough="yes",
        helped="yes",
        contribution_seen=True,
    )
    return money.save_line(
        plan=plan,
        by=by,
        what="Help",
        who="agency",
        outcome="hygiene",
        quantity=Decimal(5),
        unit="hour",
        rate=Decimal(16),
        weeks="52",
        route="council_managed",
    )


def named(path) -> str:
    return get_resolver().resolve(path.partition("?")[0]).view_name


def nonsense(form, number, day):
    """A form full of what it can't take; hidden fields stay as they were."""
    data = {name: list(values) for name, values in form.values.items()}
    for name, kind in form.kinds.items():
        part = re.search(r"_(day|month|year)$", name)
        if kind == "hidden":
            continue
        if part:
            data[name] = [day[("day", "month", "year").index(part[1])]]
        elif form.choices.get(name) == ["on"]:
            data.pop(name)
        elif kind in ("radio", "checkbox", "select"):
            data[name] = [NO_SUCH]
        else:
            data[name] = {"number": [number], "email": ["not an address"], "tel": ["12"]}.get(
                kind, [LONG]
            )
    return data


def sensible(form, **known):
    """A form filled in as somebody would: the first answer, some words, today's date."""
    data = {name: list(values) for name, values in form.values.items()}
    for name, kind in form.kinds.items():
        part = re.search(r"^(.*)_(day|month|year)$", name)
        if name in known and known[name] in (form.choices.get(name) or [known[name]]):
            data[name] = [str(known[name])]
        elif part:
            day = known.get(part[1], today())
            data[name] = [str(getattr(day, part[2]))]
        elif kind in ("radio", "select"):
            data[name] = (
                [next(v for v in form.choices[name] if v)]
                if not data[name] or not data[name][0]
                else data[name]
            )
        elif kind == "checkbox":
            data[name] = form.choices[name]
        elif kind == "number":
            data[name] = data[name] if data[name][0] else ["5"]
        elif kind in ("text", "textarea") and not data[name][0]:
            data[name] = ["In plain words"]
        elif kind == "email" and not data[name][0]:
            data[name] = ["somebody@example.net"]
    return data


def target(page, form) -> str:
    """Where a form goes: its own address, else the page's, with its question mark."""
    if form.action and not form.action.startswith("?"):
        return form.action
    return page.path if page.at == page.path.partition("?")[0] else page.at


def check_kept(answer, data, form, path):
    for name, kind in form.kinds.items():
        if kind in ("hidden", "radio", "checkbox", "select"):
            continue
        typed = data[name][0][:200]
        assert not typed or typed in answer.html, f"{path}: what was typed in {name} is lost"


def numbered(form) -> bool:
    return "number" in form.kinds.values() or any(name.endswith("_day") for name in form.kinds)


def attack(hands, path):
    """Send one page empty and full of nonsense: each time it says what is wrong, keeps what was
    typed, and makes nothing.
    """
    page = hands.open(path)
    for form in page.forms:
        where, before = target(page, form), world()
        token = {"csrfmiddlewaretoken": form.values["csrfmiddlewaretoken"]}
        assert hands.post(where, token).status in (200, 422, 409), path
        data = nonsense(form, *ROUNDS[0])
        for number, day in (ROUNDS if numbered(form) else ROUNDS[:1]) if form.visible() else ():
            data = nonsense(form, number, day)
            answer = hands.post(where, data | token)
            assert answer.status in (200, 422), (path, answer.status, number, answer.text[:300])
            assert_told(answer)
            assert answer.errors, (path, "nothing in the summary", answer.said_no)
            check_kept(answer, data, form, path)
        forged = {"seen": "9" * 30, "version": "-1", "key": "\0", "to": NO_SUCH, "turn": NO_SUCH}
        odd = {name: value for name, value in forged.items() if name in form.kinds}
        assert not odd or hands.post(where, data | token | odd).status in (200, 409, 422), (
            path,
            odd,
        )
        assert world() == before, (
            path,
            {k: (v, before[k]) for k, v in world().items() if v != before[k]},
        )


def send_twice(hands, path, case, other):
    """Somebody else's number is refused; filled in sensibly the page is taken, and pressed twice it
    happens once.
    """
    page = hands.open(path)
    form = page.forms[0]
    where, data = target(page, form), sensible(form, **known(case, path))
    for name in [n.removesuffix("_day") for n in form.kinds if n.endswith("_day")]:
        for year in ("26", "9999"):
            answer = hands.post(where, data | {f"{name}_year": [year]})
            assert answer.status in (200, 422) and answer.errors, (path, name, year, answer.status)
    before = world()
    if "key" in form.kinds and named(where) not in NO_NUMBER:
        FormToken.objects.create(
            key=OWN_KEY, user=other, form="something", result_url="/elsewhere/"
        )
        foreign = hands.post(where, data | {"key": [OWN_KEY]})
        assert foreign.status in (200, 422) and "already sent" in foreign.said_no, (
            path,
            foreign.said_no,
        )
        assert world() == before, path
    first = hands.post(where, data)
    if looked := confirming(first):
        assert world() == before, (path, "nothing is recorded before it is confirmed")
        data = looked
        first = hands.post(where, data)
    assert first.status in DONE, (path, first.status, first.said_no)
    once = world()
    second = hands.post(where, data)
    assert second.status in (*DONE, 409, 404), (path, second.status, second.said_no)
    if second.status in DONE and "key" in form.kinds and named(where) not in NO_NUMBER:
        assert second.response["Location"] == first.response["Location"], path
    assert world() == once, (path, {k: (v, once[k]) for k, v in world().items() if v != once[k]})


def known(case, path=""):
    """What a sensible person enters where the first answer won't do; of a stay in hospital, which
    is over once it has a last day, what has come.
    """
    line = next((x for p in case.plans.all() for x in p.lines.filter(annual__gt=0)), None)
    entered = {"next_chase": soon(), "exception": "dispute", "met_through": ""}
    for piece in (1, 2, 3):  # of support for a time
        entered |= {f"quantity_{piece}": "2", f"rate_{piece}": "16"}
    entered |= {"end_date": soon(70)} if case.planned_end else {}
    entered |= {"nhs_number": "9434765919", "ties": "lives_with", "born": date(1950, 3, 27)}
    entered |= {"end": "moved", "rate": "17"}  # neither less than now nor the council's own end
    if path.endswith("/record_hospital_stay/"):
        return entered | {"ends_on": today()}
    if line:
        other = "direct_payment" if line.route == "council_managed" else "council_managed"
        entered |= {
            f"quantity_{line.pk}": "4",
            f"rate_{line.pk}": "16",
            "line": line.pk,
            f"route_{line.pk}": other,
            "ends_on": soon(20),
        }
    return entered


def every_page(case, cast, step):
    """(who, address) of each form at this step, once for residents and once for staff."""
    done, beside = set(), pages_beside(case, step)
    for user in cast_at(cast, step):
        hands = Hands(user)
        for path in sorted(offered(case, user, step)) + beside:
            key = (path, user in (cast.person, cast.delegate))
            opened = None if key in done else hands.client.get(path)
            if opened is not None and opened.status_code == 200 and Page(opened, path).forms:
                done.add(key)
                yield hands, path


AT = [
    *((step, "direct_payment") for step in journey.STEPS),
    ("set_up", "council_managed"),
    ("set_up", "provider_held"),
]


@pytest.mark.parametrize(("step", "route"), sample.in_turns(AT, 3))
def test_nothing_typed_breaks_a_page_and_nothing_happens_twice(a_case, cast, step, route):
    case = a_case(at=step, route=route)
    cast.help(case)
    if step == "set_up":
        cast.allow_payment(case)
    if step == "request":
        case.move("challenge", by=cast.person, decision="other", reason="Nobody phoned")
    if step == "running":
        ends = {"end": "moved", "reason": "x", "final_account": "x", "end_date": soon(60)}
        case.move("plan_end", by=cast.manager, **ends)
    if step == "closed":
        case.move("challenge", by=cast.person, decision="other", reason="Too soon")
        case.move(
            "answer_challenge",
            by=cast.service_manager,
            answer="upheld",
            reason="It was",
            follows="Open again",
        )
    tried = 0
    for hands, path in every_page(case, cast, step):
        with undone():
            attack(hands, path)
            tried += 1
        with undone():
            if path.rstrip("/").rsplit("/", 1)[1] not in NEEDS_MORE and not awaits_agreement(
                path, route
            ):
                send_twice(hands, path, case, cast.auditor)
    assert tried, "there is something to do at every step"


def awaits_agreement(path, route) -> bool:
    """A page that can only be refused by this way of taking the money."""
    return path.endswith("/start_line/" if route == "direct_payment" else "/refuse_route/")

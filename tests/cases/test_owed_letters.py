"""The whole table of letters that are owed: each is written by the step that owes it, in every
format, and stays.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from budgets import actions as money
from cases import actions, journey
from cases.letters.phrases import OWED
from cases.letters.templates import WORDS
from cases.models import Council, Letter
from tests.cases.test_pdf import streams
from tests.cast import instead, urgent

FORMATS = {
    "print": 'class="app-letter"',
    "large": "app-letter--large",
    "easy": "app-easy__fact",
    "audio": "order in which it is read out",
}
TODAY = timezone.localdate


def determine_not(case, cast):
    actions.determine(
        case=case,
        by=cast.worker,
        eligible=False,
        arises=True,
        impact=False,
        areas=["dignity"],
        findings={},
        reasons="Nothing stops her",
        advice="The lunch club",
    )


def answer_challenge(case, cast):
    case.move("challenge", by=cast.person, decision="indicative", reason="The nights are left out")
    case.move(
        "acknowledge_challenge",
        by=cast.manager,
        follows="We look at it",
        answer_by=TODAY() + timedelta(days=20),
    )
    case.move(
        "answer_challenge",
        by=cast.service_manager,
        answer="not_upheld",
        reason="They are in it",
        follows="Go on",
    )


def decided(case):
    return case.figures.filter(kind="decided").last().pk


def moved(name, who, **facts):
    return lambda case, cast: case.move(name, by=getattr(cast, who), **facts)


ENDS = {
    "end": "own_wish",  # what the council decides has a day of its own
    "reason": "She moves",
    "end_date": TODAY() + timedelta(days=28),
    "final_account": "Finance, by post",
}


def taken_back(case, cast):
    case.move("plan_end", by=cast.manager, **ENDS)
    case.move("take_back_end", by=cast.manager, reason="She stays")


def nothing(case, cast):
    """The walk itself has done it."""


def suspended_and_resumed(case, cast):
    case.move("suspend_payment", by=cast.finance, reason="Bank details", **instead("Home care"))
    case.move("resume_payment", by=cast.finance, reason="They are here")


def switched(case, cast):
    line = case.plans.get(state="agreed").lines.exclude(route="").first()
    money.ask_switch(case=case, by=cast.worker, wanted={line.pk: "council_managed"})
    money.switch_route(case=case, by=cast.worker, started_on=TODAY())


# verb -> (step to walk to, what then makes the letter owed)
OWING = {
    **dict.fromkeys(
        (
            "ask_for_support",
            "submit_assessment",
            "determine_eligible",
            "share_budget",
            "agree_plan",
            "record_agreement",
        ),
        ("running", nothing),
    ),
    "close_at_request": (
        "request",
        moved("close_at_request", "duty", content="yes", advice="The lunch club"),
    ),
    "determine_not_eligible": ("confirm", determine_not),
    "return_plan": (
        "sign_off",
        lambda case, cast: money.return_plan(case=case, by=holder(case, cast), reason="Say more"),
    ),
    "refer_to_panel": ("panel", nothing),
    "offer_changed": ("offer", nothing),
    "accept_offer": ("offer", lambda case, cast: money.accept_offer(case=case, by=cast.person)),
    "panel_agree": (
        "panel",
        lambda case, cast: money.panel_agree(
            case=case,
            by=cast.panel,
            written_reasons="It meets the needs",
            reason_code="rate_above",
            reason_text="Dearer here",
        ),
    ),
    "refuse_route": (
        "running",
        moved(
            "refuse_route",
            "worker",
            condition=next(iter(journey.CONDITIONS)),
            reason="No account",
            others="The council pays",
        ),
    ),
    "answer_challenge": ("plan", answer_challenge),
    "start_interim": ("plan", lambda case, cast: urgent(case, cast.worker)),
    "keep_plan": (
        "review",
        moved("keep_plan", "worker", achieved="Out twice a week", reason="It works"),
    ),
    "change_plan": ("review", moved("change_plan", "worker", reason="More help")),
    "reassess": ("review", moved("reassess", "worker", reason="Her sight is worse")),
    "end_support": (
        "running",
        moved(
            "end_support",
            "manager",
            end="own_wish",
            reason="She moves",
            end_date=TODAY(),
            final_account="Finance, by post",
        ),
    ),
    "plan_end": ("running", moved("plan_end", "manager", **ENDS)),
    "take_back_end": ("running", taken_back),
    "withdraw": ("request", moved("withdraw", "person", reason="My sister helps")),
    "arrange_own": ("plan", moved("arrange_own", "person", reason="I see to it myself")),
    "adjust_budget": (
        "plan",
        lambda case, cast: money.adjust_budget(
            case=case,
            by=cast.worker,
            overrides={"figure": {"annual": "6000", "reason": "Nights"}},
            note="Nights were left out",
        ),
    ),
    "suspend_payment": (
        "running",
        moved("suspend_payment", "finance", reason="Bank details", **instead("Home care")),
    ),
    "resume_payment": ("running", suspended_and_resumed),
    "switch_route": ("running", switched),
    "write_contribution": (
        "running",
        lambda case, cast: money.record_contribution(
            case=case, by=cast.finance, state="recorded", weekly=Decimal(10)
        ),
    ),
    "charge_from_earlier": (
        "running",
        lambda case, cast: case.record("charge_from_earlier", by=cast.finance, note="As told"),
    ),
    "change_price": (
        "running",
        lambda case, cast: case.record("change_price", by=cast.manager, figure=decided(case)),
    ),
    "write_what_came": (
        "running",
        lambda case, cast: case.record(
            "write_what_came", by=cast.worker, note="The agency wrote", fact=0, was="9", now="0"
        ),
    ),
    "write_extra_start": (
        "running",
        lambda case, cast: case.record(
            "write_extra_start",
            by=cast.worker,
            line=case.plans.first().lines.first().pk,
            started_on="2026-05-03",
            first="2026-05-01",
            was="9",
            now="0",
        ),
    ),
    "end_extra_support": (
        "running",
        lambda case, cast: case.record(
            "end_extra_support", by=cast.worker, note="She is well again", extra=0
        ),
    ),
    "pay_extra": (
        "running",
        lambda case, cast: money.pay_extra(
            case=case, by=cast.finance, on=TODAY(), amount=Decimal(50), why="A taxi"
        ),
    ),
    "make_suspension_good": (
        "running",
        lambda case, cast: case.record(
            "make_suspension_good", by=cast.finance, note="The papers were here", suspension=0
        ),
    ),
    # Their own actions are tested where they stand (tests/budgets); here the letter that their
    # event owes.
    "uplift_plan": (
        "running",
        lambda case, cast: case.record("uplift_plan", by=cast.manager, figure=decided(case)),
    ),
    "decide_surplus": (
        "running",
        lambda case, cast: case.record(
            "decide_surplus", by=cast.manager, note="You keep it", tell=("person",)
        ),
    ),
    "send_charge": (
        "running",
        lambda case, cast: case.record("send_charge", by=cast.finance, charges=0),
    ),
    "write_about_overpayment": (
        "running",
        lambda case, cast: case.record(
            "write_about_overpayment", by=cast.finance, note="Two weeks twice", overpayment=0
        ),
    ),
    "decide_overpayment": (
        "running",
        lambda case, cast: case.record(
            "decide_overpayment", by=cast.finance, note="Our mistake", overpayment=0
        ),
    ),
    "decide_undercharge": (
        "running",
        lambda case, cast: case.record(
            "decide_undercharge", by=cast.finance, note="As we had told you", undercharge=0
        ),
    ),
    "change_payee": (
        "running",
        lambda case, cast: money.name_payee(
            case=case, by=cast.finance, kind="nominated", name="Bo Finch", creditor="S2002"
        ),
    ),
    "payee_late": (
        "running",
        lambda case, cast: case.record(
            "payee_late", by=None, tell=("person",), payee=0, due=TODAY().isoformat()
        ),
    ),
    "payment_returned": (
        "running",
        lambda case, cast: case.record("payment_returned", by=cast.finance, tell=("person",)),
    ),
    "restrict_use": (
        "running",
        lambda case, cast: money.restrict_use(
            case=case,
            by=cast.manager,
            what="Not for gambling",
            legal_reason="The agreement",
            owner="Dana Mills",
            begins_on=TODAY(),
            ends_on=TODAY() + timedelta(days=90),
        ),
    ),
}


def holder(case, cast):
    return {
        "worker": cast.worker,
        "manager": cast.manager,
        "service_manager": cast.service_manager,
    }[case.turn]


def test_the_table_names_every_decision_and_every_way_a_case_ends():
    assert set(OWING) == set(OWED) and set(OWED) <= set(WORDS)
    ends = {
        m.name
        for m in journey.MOVES.values()
        if any("closed" in to for step, to in m.routes.items() if step != "closed")
    }
    assert ends - {"record_death"} <= set(OWED), (
        "who died gets no letter; everybody else reads why a case is closed"
    )
    kinds = {str(kind) for kind in OWED.values()}
    assert kinds == {
        "Acknowledgement",
        "Assessment record",
        "Eligibility",
        "Indicative budget",
        "Decision",
        "Agreement",
        "Review",
        "Refusal or end",
        "Money to pay",
        "Payment",
    }


@pytest.mark.parametrize("step", dict.fromkeys(step for step, _make in OWING.values()))
def test_each_owing_step_writes_its_letter_in_every_format_and_it_stays(a_case, cast, as_, step):
    """One walk a step and a letter; what the walk itself owes is read on the way."""
    for verb, (at, make) in OWING.items():
        if at != step:
            continue
        case = a_case(at=step)
        make(case, cast)
        letter = Letter.objects.filter(case=case, event__verb=verb).last()
        assert letter, f"{verb} owes a letter"
        seq, mine = letter.event.seq, as_(cast.person)
        where = {
            name: reverse(f"cases:{name}", args=[case.ref, seq])
            for name in ("letter", "letter_pdf", "letter_text")
        }
        title = letter.content["title"]
        for shape, mark in FORMATS.items():
            page = mine.get(f"{where['letter']}?as={shape}").content.decode()
            assert mark in page and "another language" in page, f"{verb} {shape}"
        made = [mine.get(f"{where['letter_pdf']}?as={size}").content for size in ("print", "large")]
        assert all(b"pdfuaid" in streams(one) for one in made) and made[0] != made[1], verb
        assert title in mine.get(where["letter_text"]).content.decode()
        assert (
            where["letter"] in mine.get(reverse("cases:letters", args=[case.ref])).content.decode()
        ), verb
        Council.objects.filter(pk=case.council_id).update(name="Merged Council")
        assert mine.get(f"{where['letter_pdf']}?as=print").content == made[0], (
            f"{verb} is printed again unchanged"
        )
        Council.objects.filter(pk=case.council_id).update(name=case.council.name)

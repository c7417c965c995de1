"""Where a safeguard needs support in place instead: somebody, something, from a day in time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from budgets import actions as money
from budgets.models import Suspension
from cases.common import dates
from cases.common.placeholders import is_left_open
from cases.common.refusals import NotYet
from tests.cast import instead
from tests.walks.doing import act, address
from tests.walks.pages import Hands

TODAY = timezone.localdate
DAY = timedelta(days=1)
OPEN = (
    "",
    " ",
    "none",
    "None.",
    "n/a",
    "-",
    "No",
    "tbc",
    "TBC.",
    "t.b.c. ?",
    "TBA",
    "to be confirmed",
    "To be arranged by the team",
    "home care, times tbc",
    "not known yet",
    "pending",
    "Later",
    "ASAP",
    "being arranged",
    "It will be arranged",
    "We are looking",
    "\uff34\uff22\uff23",  # TBC in full-width letters
    "support",
    "a",
)


@pytest.mark.parametrize("said", [*OPEN, "somebody"])
def test_what_only_fills_a_box_or_puts_it_off_is_left_open(said):
    assert is_left_open(said)


def test_payments_are_not_suspended_without_support_in_place(a_case, cast):
    case = a_case(at="running", days_ago=60)
    for field in ("instead_who", "alternative"):
        for said in OPEN:
            given = instead("Two calls a day") | {field: said}
            with pytest.raises(NotYet) as no:
                case.move("suspend_payment", by=cast.finance, reason="No papers", **given)
            assert no.value.field == field, said
    assert not Suspension.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        "Home care by the council",
        "Nora Bell, her sister",
        "Two calls a day",
        "A later call",
        "St Anne's",
        "Ng",
    ],
)
def test_plain_answers_are_answers(said):
    assert not is_left_open(said)


def test_support_instead_is_there_from_the_first_day_that_is_not_paid(a_case, cast):
    case = a_case(at="running", days_ago=60)
    late = instead("Two calls a day", TODAY() + DAY)
    with pytest.raises(NotYet, match="It is needed from") as no:
        case.move("suspend_payment", by=cast.finance, reason="No papers", **late)
    assert no.value.field == "instead_from"
    with pytest.raises(NotYet, match="ten years"):
        long_ago = instead("Two calls a day", TODAY().replace(year=1926, day=1))
        case.move("suspend_payment", by=cast.finance, reason="No papers", **long_ago)
    case.move("suspend_payment", by=cast.finance, reason="No papers", **instead("Two calls a day"))
    row = case.suspensions.get()
    assert (row.instead_who, row.support_instead, row.instead_from) == (
        "The home care team",
        "Two calls a day",
        TODAY(),
    )
    case.move("resume_payment", by=cast.finance, reason="Papers came")
    assert not case.suspensions.filter(struck_at=None).exists(), "not a day went by"


def test_days_paid_already_leave_time_to_begin(a_case, cast):
    case = a_case(at="running", days_ago=60)
    money.make_batch(council=cast.council, by=cast.finance, until=TODAY())
    paid_to = case.payments.latest("covers_to").covers_to
    with pytest.raises(NotYet, match="It is needed from"):
        late = instead("Two calls a day", paid_to + 2 * DAY)
        case.move("suspend_payment", by=cast.finance, reason="No papers", **late)
    in_time = instead("Two calls a day", paid_to + DAY)
    case.move("suspend_payment", by=cast.finance, reason="No papers", **in_time)
    assert case.suspensions.get().begins_on == paid_to + DAY


def test_the_page_asks_who_what_and_from_when_and_keeps_what_was_typed(a_case, cast):
    case = a_case(at="running", days_ago=60)
    finance, page = Hands(cast.finance), act(case, "suspend_payment")
    facts = {"reason": "No papers", "instead_who": "Bright Care", "instead_from": TODAY()}
    back = finance.refused(
        page, "“Calls, times tbc” is not in place yet", **facts, alternative="Calls, times tbc"
    )
    kept = back.form("alternative").values
    assert (kept["instead_who"], kept["alternative"]) == (["Bright Care"], ["Calls, times tbc"])
    finance.refused(page, "needs an answer", **facts | {"instead_who": ""}, alternative="Calls")
    finance.send(page, **facts, alternative="Two calls a day")
    letter = address(case, "letters", case.events.get(verb="suspend_payment").seq)
    words = Hands(cast.person).open(letter)
    assert "Bright Care" in words and "Two calls a day" in words
    shown = Hands(cast.person).open(address(case))
    assert f"Bright Care: Two calls a day, from {dates.date_words(TODAY())}" in shown
    Hands(cast.worker).open(page, 409)


def test_a_panel_is_told_of_support_that_is_there(a_case, cast):
    case = a_case(at="sign_off")
    said = "to be arranged"
    given = {"exception": "dispute", "reason": "We differ", "interim_from": TODAY()}
    for field in ("interim_who", "interim"):
        real = {"interim_who": "Bright Care", "interim": "Two calls a day"}
        with pytest.raises(NotYet) as no:
            money.refer_to_panel(
                case=case, by=cast.worker, interim_support=True, **given | real | {field: said}
            )
        assert no.value.field == field
    with pytest.raises(NotYet) as no:
        money.refer_to_panel(
            case=case,
            by=cast.worker,
            interim_support=True,
            **given | real | {"interim_from": TODAY() + DAY},
        )
    assert no.value.field == "interim_from"
    with pytest.raises(NotYet) as no:
        money.refer_to_panel(
            case=case, by=cast.worker, interim_support=False, **given | {"interim": said}
        )
    assert no.value.field == "interim"
    assert not case.referrals.exists()


def test_the_panel_reads_who_gives_what_from_when(a_case, cast):
    case = a_case(at="panel")
    page = Hands(cast.panel).open(address(case, "panel_agree"))
    assert "The home care team: Home care goes on, from" in page


def test_a_refusal_of_a_way_says_which_others_are_open(a_case, cast):
    case = a_case(at="running", days_ago=60)
    given = {"condition": "capacity", "reason": "No papers"}
    for said in ("tbc", "None", "to be decided"):
        with pytest.raises(NotYet) as no:
            case.move("refuse_route", by=cast.finance, **given, others=said)
        assert no.value.field == "others"

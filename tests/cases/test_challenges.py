"""Challenging a decision: what was decided, and the days that apply to each way."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.casefile import challenges
from cases.common import dates
from cases.models import Event
from tests.cases.pages import body, page


def test_the_page_says_the_ways_and_until_when(a_case, cast, as_):
    case = a_case(at="set_up")
    shown = body(page(as_(cast.person), case, "act", "challenge"))
    for words in (
        "3 working days",
        "within 12 months",
        "Ombudsman",
        "Your plan is agreed",
        "You can complain about it until",
    ):
        assert words in shown, words
    made = Event.objects.get(case=case, verb="agree_plan").at
    until = dates.months_after(dates.london_date(made), 12)
    assert f"until {until:%-d %B %Y}" in shown
    other = body(page(as_(cast.person), case, "act", "withdraw"))
    assert "Ombudsman" not in other


def test_working_days_count_without_weekends_and_bank_holidays(a_case):
    case = a_case(at="plan")
    friday = datetime(2025, 12, 19, 12, tzinfo=dates.LONDON)
    assert (
        "by 24 December 2025 that it has arrived" in challenges.challenge_options(case, friday)[0]
    )
    christmas = datetime(2025, 12, 24, 12, tzinfo=dates.LONDON)
    first = challenges.challenge_options(case, christmas)[0]
    assert (
        "by 31 December 2025 that it has arrived" in first and "answer by 21 January 2026" in first
    )


def test_a_council_with_an_aim_of_its_own_says_that(a_case, cast):
    from cases.models import Target

    case, now = a_case(at="plan"), timezone.now()
    Target.objects.create(
        council=cast.council,
        step="challenge",
        days=10,
        valid_from=dates.today() - timedelta(days=1),
    )
    assert (
        f"answer by {dates.today() + timedelta(days=10):%-d %B %Y}"
        in challenges.challenge_options(case, now)[0]
    )


def test_without_a_decision_none_is_listed(a_case, cast, as_):
    case = a_case(at="assess")
    assert challenges.decisions(case) == []
    assert "What was decided" not in body(page(as_(cast.person), case, "act", "challenge"))


@pytest.mark.parametrize("who", ["person", "delegate"])
def test_a_challenge_that_is_sent_is_told_with_the_same_days(a_case, cast, as_, who):
    case = a_case(at="set_up")
    cast.help(case)
    client = as_(getattr(cast, who))
    form = client.get(reverse("cases:act", args=[case.ref, "challenge"]))
    assert form.status_code == 200
    told = challenges.challenge_options(case, timezone.now())[0].split(" by ")[1].split(" that")[0]
    hidden = {n: form.context["form"][n].value() for n in ("key", "seen")}
    client.post(
        reverse("cases:act", args=[case.ref, "challenge"]),
        hidden | {"decision": "decided", "reason": "Too little"},
    )
    assert told in body(page(client, case, "case"))

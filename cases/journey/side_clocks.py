"""The clocks beside the steps, part of `journey`: what begins and ends each, and when it is late.
Data only.

Sources: Complaints Regulations 2009 (SI 2009/309); Care and Support (Direct Payments) Regulations
2014, reg 7; the statutory guidance on reviews.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Clock:
    """A clock beside the steps. `starts` and `ends`: moves (or recorded verbs). `cycles`: the
    cycles it belongs to.

    `target`: days until it is late; `working`: those are working days; `months`: calendar months
    instead, the first time and later. `statutory`: a date set by law, which no council changes.
    `on`: the coded fact of the ending event that says the day on which it really ended. `stands`:
    goes on when the case closes.
    """

    code: str
    title: Any
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    target: int | None
    on: str = ""
    working: bool = False
    statutory: bool = False
    months: tuple[int, int] | tuple[()] = ()
    stands: bool = False


_BEGIN = ("ask_for_support", "reassess", "reopen")
# the first part that really began, or the budget as a whole
_RUNS = ("start_line", "start_budget")
_AGREED = ("agree_plan", "panel_agree", "accept_offer")
_REVIEWED = ("keep_plan", "change_plan", "reassess")
CLOCKS: dict[str, Clock] = {
    c.code: c
    for c in (
        # whole-journey waits, one of each a cycle
        Clock(
            "record",
            _("From asking to the assessment record"),
            _BEGIN,
            ("determine_eligible", "determine_not_eligible"),
            28,
        ),
        Clock("shown", _("From asking to the first budget shown"), _BEGIN, ("share_budget",), 35),
        Clock(
            "decided",
            _("From asking to the decision"),
            (*_BEGIN, "change_plan"),
            ("agree_plan", "panel_agree", "accept_offer"),
            70,
        ),
        Clock(
            "first_start",
            _("From asking to the first money or support"),
            (*_BEGIN, "change_plan"),
            ("start_budget",),
            84,
            on="first_started_on",
        ),
        Clock(
            "last_start",
            _("From asking to all of it running"),
            (*_BEGIN, "change_plan"),
            ("start_budget", "start_line"),
            98,
            on="last_started_on",
        ),
        # what must happen beside the steps
        Clock(
            "advocate",
            _("An advocate is found"),
            ("triage", "start_assessment"),
            ("find_advocate",),
            14,
            on="since",
        ),
        Clock(
            "financial",
            _("The financial assessment"),
            ("determine_eligible",),
            ("record_contribution",),
            28,
        ),
        # statutory guidance 8.17: what a person can pay is looked at again about once a year
        Clock(
            "charge_review",
            _("The yearly review of what the person pays"),
            ("record_contribution", "enter_running"),
            ("record_contribution",),
            365,
        ),
        # Complaints Regulations 2009 (SI 2009/309): acknowledge within 3 working days
        Clock(
            "acknowledge",
            _("A challenge is acknowledged"),
            ("challenge",),
            ("acknowledge_challenge", "answer_challenge"),
            3,
            working=True,
            statutory=True,
            stands=True,
        ),
        Clock(
            "challenge",
            _("A challenge is answered"),
            ("challenge",),
            ("answer_challenge",),
            28,
            stands=True,
        ),
        # guidance: a light-touch review 6 to 8 weeks after the plan begins
        Clock(
            "first_review",
            _("The first review, 6 to 8 weeks after the start"),
            (*_RUNS, "enter_running"),
            _REVIEWED,
            56,
        ),
        # Care and Support (Direct Payments) Regulations 2014, reg 7: within 6 months, then every 12
        Clock(
            "dp_review",
            _("The direct payment review"),
            (*_RUNS, "switch_route", "enter_running", *_REVIEWED),
            _REVIEWED,
            182,
            statutory=True,
            months=(6, 12),
        ),
        Clock(
            "annual_review",
            _("The yearly review"),
            (*_RUNS, "enter_running", *_REVIEWED),
            _REVIEWED,
            365,
        ),
        # a wish to take the money another way: until it is there, or the reasons why not
        Clock(
            "switch",
            _("A change of the way to take the money"),
            ("ask_switch",),
            ("switch_route", "refuse_route", *_AGREED),
            28,
            on="started_on",
        ),
    )
}
WHOLE = ("record", "shown", "decided", "first_start", "last_start")
REVIEWS = ("first_review", "dp_review", "annual_review")

"""THE page: roles, steps, whose turn, target days, moves. Data only: no database, no views.

Read by the case page (stepper, buttons), by `Case.move` (may they?), by the sweep (late?), by the
dashboard (rows), by the letters (who is told), by the docs (diagram) and by the tests. Targets are
shipped defaults in calendar days (a council's own are dated `Target` rows). What happens to clocks
is derived by `replay`.

Sources: Care Act 2014 ss9-13, 24-33, 67; SI 2014/2871; SI 2015/313; the minimum process framework
of Think Local Act Personal. Words are the field's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.journey.codes import (
    ANSWERS,
    CONDITIONS,
    CONTACTS,
    DECISIONS,
    ENDS,
    EXCEPTIONS,
    MODES,
    PAUSES,
    TURN_NAMES,
    TURNS,
    URGENCY,
    YES_NO_UNSURE,
)

# stamped on each visit: raise it when steps or moves change, so that before and after compare
VERSION = 1


@dataclass(frozen=True)
class Step:
    """A place where a case can be. `wanted` and `has`: what is wanted from it, what the person has
    at its end.
    """

    code: str
    title: Any  # what the person reads
    short: str  # for staff's tables
    turn: str
    target: int | None
    wanted: Any
    has: Any


@dataclass(frozen=True)
class Ask:
    """One fact a move asks for on its page: `kind` is text, choice, date, yesno or number.

    Text goes to the event's body, which the law can dispose of; every other kind goes to its codes.
    """

    name: str
    label: Any
    kind: str = "text"
    choices: dict[str, Any] = field(default_factory=dict)
    required: bool = True
    hint: Any = ""
    for_person: tuple[str, ...] = ()  # the choices of a person and their helpers; else all

    def offered(self, role: str) -> dict[str, Any]:
        """The choices of whoever acts in this role."""
        fewer = self.for_person if role in PERSON else ()
        return {code: self.choices[code] for code in fewer or self.choices}


@dataclass(frozen=True)
class Move:
    """One thing someone may do to a case.

    `routes`: step left -> steps it may lead to (itself = the step stays). `who`: roles, or "turn"
    for whoever has the turn. `done`: the sentence of the timeline. `tell`: roles who get a message.
    `guarded`: another app must have registered a guard. `keeps`: further coded facts. `scope`: all
    that a delegate must have been given. `same_visit`: a move whose step stays (no new visit).
    `audience`: who may read its note.
    """

    name: str
    label: Any
    done: Any
    routes: dict[str, tuple[str, ...]]
    who: frozenset[str]
    page: str = "cases:act"
    asks: tuple[Ask, ...] = ()
    keeps: tuple[str, ...] = ()
    tell: tuple[str, ...] = ()
    guarded: bool = False
    on_behalf: bool = False
    scope: tuple[str, ...] = ("send",)
    audience: str = "helper"
    main: bool = True  # a button of its own; others stand under "More"
    ends: str = ""  # the clock that it is there to end: not offered while none runs
    cycle: str = ""


STEPS: dict[str, Step] = {
    s.code: s
    for s in (
        Step(
            "request",
            _("You have asked for support"),
            "Request",
            "worker",
            2,
            _("You are safe, heard and on the right route"),
            _("a name and a date"),
        ),
        Step(
            "waiting",
            _("You are on our list"),
            "Waiting list",
            "manager",
            5,
            _("Nobody is forgotten while they wait"),
            _("who will come and when"),
        ),
        Step(
            "assess",
            _("Tell us about your life"),
            "Assessment",
            "person",
            14,
            _("The whole picture, told once"),
            _("your own record of it"),
        ),
        Step(
            "confirm",
            _("We go through it with you"),
            "Confirming",
            "worker",
            7,
            _("An assessment we both agree on"),
            _("the decision with its reasons in writing"),
        ),
        Step(
            "budget",
            _("Your indicative budget"),
            "Budget",
            "worker",
            1,
            _("A figure early on"),
            _("the figure, its sum and how to challenge it"),
        ),
        Step(
            "plan",
            _("Plan your support"),
            "Planning",
            "person",
            28,
            _("Your plan and your choices"),
            _("your plan, with a copy at any time"),
        ),
        Step(
            "sign_off",
            _("Agreeing your plan"),
            "Sign-off",
            "manager",
            5,
            _("One decision by the nearest person who may make it"),
            _("the decision with its reasons"),
        ),
        Step(
            "panel",
            _("A panel looks at it"),
            "Panel",
            "panel",
            10,
            _("An exception is looked at, with support meanwhile"),
            _("a written answer"),
        ),
        Step(
            "offer",
            _("The council proposes a change"),
            "Offer",
            "person",
            14,
            _("You know what differs and why"),
            _("the choice to accept, decline or challenge"),
        ),
        Step(
            "set_up",
            _("Setting up your money and support"),
            "Set-up",
            "finance",
            10,
            _("Money or support is really there"),
            _("the first payment or the first day of support"),
        ),
        Step(
            "running",
            _("Your budget is running"),
            "Running",
            "nobody",
            None,
            _("Choice and control, month after month"),
            _("your budget"),
        ),
        Step(
            "review",
            _("Your review"),
            "Review",
            "worker",
            28,
            _("What works, and what should change"),
            _("the outcome of the review"),
        ),
        Step(
            "closed",
            _("Closed"),
            "Closed",
            "nobody",
            None,
            _("A clear end"),
            _("why, in writing, and the way back"),
        ),
    )
}
OPEN = tuple(code for code in STEPS if code != "closed")
# the stepper's spine
PATH = ("request", "assess", "confirm", "budget", "plan", "sign_off", "set_up", "running")

ANYONE_STAFF = frozenset({"worker", "manager", "service_manager"})
WORKER = frozenset({"worker", "manager"})
PERSON = frozenset({"person", "delegate"})

_REASON = Ask("reason", _("Why?"), hint=_("The person can read this."))


def _same(*steps: str) -> dict[str, tuple[str, ...]]:
    return {step: (step,) for step in steps}


def _to(sources: tuple[str, ...] | str, *targets: str) -> dict[str, tuple[str, ...]]:
    return {s: targets for s in ((sources,) if isinstance(sources, str) else sources)}


MOVES: dict[str, Move] = {
    m.name: m
    for m in (
        Move(
            "triage",
            _("Decide the next step"),
            _("looked at the request and decided the next step"),
            _to("request", "waiting", "assess", "confirm"),
            WORKER,
            page="cases:triage",
            asks=(
                Ask("urgency", _("How urgent is it?"), "choice", URGENCY),
                Ask("safeguarding", _("Is there a safeguarding concern?"), "choice", YES_NO_UNSURE),
                Ask(
                    "capacity",
                    _("Can the person decide about this themselves?"),
                    "choice",
                    YES_NO_UNSURE,
                ),
                Ask("advocate", _("Is an independent advocate needed?"), "choice", YES_NO_UNSURE),
                Ask("next_contact", _("When will we next be in touch?"), "date"),
            ),
            keeps=("mode", "worker", "team"),
            tell=("person",),
        ),
        Move(
            "start_assessment",
            _("Start the assessment"),
            _("started the assessment"),
            _to("waiting", "assess", "confirm"),
            WORKER,
            page="cases:start_assessment",
            asks=(
                Ask("mode", _("How will it be done?"), "choice", MODES),
                Ask(
                    "wish",
                    _("Has the person been asked whether they want to fill it in themselves?"),
                    "choice",
                    {
                        "wants_own": _("Yes, and they want to"),
                        "wants_help": _("Yes, and they want us to do it"),
                    },
                ),
                Ask(
                    "capacity",
                    _("Can the person decide about this themselves?"),
                    "choice",
                    YES_NO_UNSURE,
                ),
                Ask(
                    "advocate",
                    _("Is an independent advocate needed?"),
                    "choice",
                    YES_NO_UNSURE,
                    required=False,
                ),
            ),
            keeps=("worker",),
            tell=("person",),
        ),
        Move(
            "close_at_request",
            _("Close with advice"),
            _("closed the request with written advice"),
            _to("request", "closed"),
            WORKER,
            asks=(
                Ask(
                    "content",
                    _("Is the person content with advice alone?"),
                    "choice",
                    {"yes": _("Yes")},
                ),
                Ask(
                    "advice",
                    _("The advice, as the person will read it"),
                    hint=_("A person is never turned away because of their money."),
                ),
            ),
            tell=("person",),
        ),
        Move(
            "submit_assessment",
            _("Send my answers"),
            _("sent the self-assessment"),
            {"request": ("request",), "waiting": ("waiting",), "assess": ("confirm",)},
            PERSON,
            page="cases:check_answers",
            keeps=("assessment", "skipped", "given", "given_on"),
            tell=("worker", "person"),
            on_behalf=True,
        ),
        Move(
            "return_assessment",
            _("Ask for more"),
            _("asked for more about some answers"),
            _to("confirm", "assess"),
            WORKER,
            asks=(
                Ask(
                    "missing",
                    _("What is missing, in plain words?"),
                    hint=_("The person will read this."),
                ),
            ),
            tell=("person",),
        ),
        Move(
            "determine_eligible",
            _("Decide: eligible needs"),
            _("decided that there are eligible needs"),
            _to("confirm", "budget"),
            WORKER,
            page="cases:determine",
            keeps=("determination",),
            tell=("person",),
        ),
        Move(
            "determine_not_eligible",
            _("Decide: no eligible needs"),
            _("decided that there are no eligible needs"),
            _to("confirm", "closed"),
            WORKER,
            page="cases:determine",
            keeps=("determination",),
            tell=("person",),
            guarded=True,
        ),
        Move(
            "agree_answer",
            _("Agree a missing answer"),
            _("agreed a missing answer"),
            _same("confirm", "budget"),
            WORKER,
            page="cases:agree_answer",
            keeps=("question", "answered_on"),
            guarded=False,
        ),
        Move(
            "share_budget",
            _("Share the indicative budget"),
            _("shared the indicative budget"),
            _to("budget", "plan"),
            WORKER | {"system"},
            page="budgets:share_budget",
            keeps=("figure",),
            tell=("person",),
            guarded=True,
        ),
        Move(
            "arrange_own",
            _("I will arrange my own support"),
            _("chose to arrange support without the council"),
            _to(("budget", "plan"), "closed"),
            PERSON,
            tell=("worker", "person"),
            on_behalf=True,
            main=False,
            asks=(_REASON,),
            scope=("send", "money"),
        ),
        Move(
            "submit_plan",
            _("Send my plan"),
            _("sent the support plan"),
            _to("plan", "sign_off"),
            PERSON | WORKER,
            page="budgets:submit_plan",
            keeps=("plan", "route"),
            tell=("turn",),
            guarded=True,
            on_behalf=True,
            scope=("send", "money"),
        ),
        Move(
            "agree_plan",
            _("Agree the plan"),
            _("agreed the plan"),
            _to("sign_off", "set_up"),
            frozenset({"turn"}),
            page="budgets:agree_plan",
            keeps=("plan", "figure", "route"),
            tell=("person", "finance"),
            guarded=True,
        ),
        Move(
            "panel_agree",
            _("Agree the plan"),
            _("agreed the plan at panel"),
            _to("panel", "set_up"),
            frozenset({"panel"}),
            page="budgets:panel_agree",
            keeps=("plan", "figure", "route"),
            tell=("person", "worker", "finance"),
            guarded=True,
        ),
        Move(
            "return_plan",
            _("Send the plan back"),
            _("sent the plan back"),
            _to(("sign_off", "panel"), "plan"),
            frozenset({"turn", "panel"}),
            asks=(_REASON,),
            tell=("person",),
            page="budgets:return_plan",
            guarded=True,
        ),
        Move(
            "offer_changed",
            _("Propose a change"),
            _("proposed a change to the plan"),
            _to(("sign_off", "panel"), "offer"),
            frozenset({"turn", "panel"}),
            page="budgets:offer_changed",
            keeps=("plan", "offer"),
            tell=("person",),
            guarded=True,
        ),
        Move(
            "refer_to_panel",
            _("Refer to the panel"),
            _("referred the plan to the panel"),
            _to("sign_off", "panel"),
            frozenset({"turn"}),
            page="budgets:refer_to_panel",
            keeps=("referral",),
            asks=(
                Ask("exception", _("Which exception is it?"), "choice", EXCEPTIONS),
                _REASON,
                Ask("interim_support", _("Is there support meanwhile?"), "yesno"),
                Ask("interim", _("What support, or why none?")),
            ),
            tell=("person", "turn"),
            guarded=True,
        ),
        Move(
            "panel_ask",
            _("Ask a question"),
            _("asked a question"),
            _same("panel"),
            frozenset({"panel"}),
            asks=(Ask("question", _("What do you need to know?")),),
            tell=("worker",),
            audience="staff",
        ),
        Move(
            "accept_offer",
            _("Accept the proposal"),
            _("accepted the proposal"),
            _to("offer", "set_up"),
            PERSON,
            page="budgets:answer_offer",
            scope=("send", "money"),
            keeps=("figure", "plan", "route"),
            tell=("worker", "finance", "person"),
            on_behalf=True,
            guarded=True,
        ),
        Move(
            "decline_offer",
            _("Decline the proposal"),
            _("declined the proposal"),
            _to("offer", "plan"),
            PERSON,
            page="budgets:answer_offer",
            asks=(_REASON,),
            tell=("worker",),
            on_behalf=True,
            guarded=True,
            scope=("send", "money"),
        ),
        Move(
            "start_line",
            _("Record a start"),
            _("recorded that part of the support started"),
            _same("set_up", "running", "offer"),
            frozenset({"worker", "finance"}),
            page="budgets:start_line",
            keeps=("line", "started_on"),
            guarded=True,
        ),
        Move(
            "start_budget",
            _("Start the budget"),
            _("started the budget"),
            _to("set_up", "running"),
            frozenset({"worker", "finance"}),
            page="budgets:start_budget",
            keeps=("first_started_on", "last_started_on"),
            tell=("person", "worker"),
            guarded=True,
        ),
        Move(
            "start_review",
            _("Start a review"),
            _("started a review"),
            _to("running", "review"),
            WORKER | PERSON,
            cycle="review",
            tell=("person", "worker"),
            on_behalf=True,
            asks=(
                Ask(
                    "kind",
                    _("Which review is it?"),
                    "choice",
                    {
                        "initial": _("First review, after 6 to 8 weeks"),
                        "planned": _("Planned review"),
                        "requested": _("Asked for"),
                        "unplanned": _("Something changed"),
                        "dp": _("Direct payment review"),
                    },
                    for_person=("requested", "unplanned"),
                ),
                Ask("dp", _("Does it also look at the direct payment?"), "yesno", required=False),
                _REASON,
            ),
        ),
        Move(
            "keep_plan",
            _("Keep the plan"),
            _("kept the plan as it is"),
            _to("review", "running"),
            WORKER,
            asks=(Ask("achieved", _("What has been achieved?")), _REASON),
            tell=("person",),
        ),
        Move(
            "change_plan",
            _("Change the plan"),
            _("opened the plan for changes"),
            {"review": ("plan",), "set_up": ("plan",)},
            WORKER,
            asks=(Ask("achieved", _("What has been achieved so far?"), required=False), _REASON),
            tell=("person",),
        ),
        Move(
            "reassess",
            _("Assess again"),
            _("started a new assessment"),
            _to("review", "assess"),
            WORKER,
            cycle="reassessment",
            asks=(_REASON,),
            tell=("person",),
        ),
        Move(
            "end_support",
            _("End the support"),
            _("ended the support"),
            _to(tuple(s for s in OPEN if s != "request"), "closed"),
            frozenset({"manager", "service_manager"}),
            asks=(
                Ask("end", _("Why does it end?"), "choice", ENDS),
                _REASON,
                Ask("end_date", _("On what date?"), "date"),
                Ask("final_account", _("Who settles the final account, and how?")),
            ),
            tell=("person", "finance"),
            main=False,
            guarded=True,
        ),
        Move(
            "withdraw",
            _("Withdraw"),
            _("withdrew"),
            _to(OPEN, "closed"),
            frozenset({"person"}),
            asks=(_REASON,),
            tell=("worker", "person"),
            on_behalf=True,
            main=False,
            guarded=True,
        ),
        Move(
            "record_death",
            _("Record a death"),
            _("recorded the death of the person"),
            _to(OPEN, "closed"),
            WORKER,
            asks=(
                Ask("died_on", _("Date of death"), "date"),
                Ask("contact", _("Whom may we speak to about the final account?")),
            ),
            main=False,
            guarded=True,
            tell=("finance",),
            audience="staff",
        ),
        Move(
            "undo_death",
            _("Undo a death recorded by mistake"),
            _("undid a death recorded by mistake"),
            _to("closed", *OPEN),
            frozenset({"manager"}),
            asks=(_REASON,),
            main=False,
            tell=("worker",),
            audience="staff",
        ),
        Move(
            "reopen",
            _("Open again"),
            _("opened the case again"),
            _to("closed", "request", "confirm"),
            WORKER | {"person"},
            asks=(_REASON,),
            tell=("worker", "person"),
            on_behalf=True,
            main=False,
            keeps=("challenge",),
            guarded=True,
        ),
        Move(
            "reassign",
            _("Name the worker"),
            _("named the social worker"),
            _same(*OPEN),
            WORKER,
            page="cases:reassign",
            keeps=("worker", "team"),
            tell=("person", "worker"),
            main=False,
        ),
        Move(
            "hand_turn",
            _("Pass the turn"),
            _("passed the turn"),
            _same(*OPEN),
            frozenset({"turn", "worker", "manager"}),
            main=False,
            asks=(
                Ask(
                    "turn",
                    _("Whose turn is it now?"),
                    "choice",
                    {k: TURN_NAMES[k] for k in TURNS},
                    for_person=("worker",),
                ),
                Ask("reason", _("Why, and what is wanted?")),
            ),
            audience="staff",
        ),
        Move(
            "pause",
            _("Pause the clock"),
            _("paused the clock"),
            _same(*OPEN),
            WORKER,
            asks=(
                Ask("code", _("Why is it paused?"), "choice", PAUSES),
                Ask(
                    "next_chase",
                    _("When will we look again?"),
                    "date",
                    hint=_(
                        "The pause ends by itself on that day. The whole wait is still "
                        "counted and shown."
                    ),
                ),
                _REASON,
            ),
            main=False,
        ),
        Move(
            "resume",
            _("End the pause"),
            _("ended the pause"),
            _same(*OPEN),
            WORKER | {"system"},
            main=False,
        ),
        Move(
            "start_interim",
            _("Give support meanwhile"),
            _("arranged support meanwhile"),
            _same(
                "request",
                "waiting",
                "assess",
                "confirm",
                "budget",
                "plan",
                "sign_off",
                "panel",
                "offer",
                "set_up",
            ),
            WORKER,
            tell=("person",),
            main=False,
            asks=(
                Ask("what", _("What support?")),
                Ask("until", _("Until when?"), "date"),
                Ask("cost", _("What does it cost a week?"), "money"),
                Ask("authority", _("Who agreed it?")),
            ),
        ),
        Move(
            "suspend_payment",
            _("Suspend payments"),
            _("suspended payments"),
            _same("running", "review"),
            frozenset({"finance", "manager"}),
            main=False,
            tell=("person", "worker"),
            asks=(_REASON, Ask("alternative", _("What support is in place instead?"))),
            guarded=True,
        ),
        Move(
            "resume_payment",
            _("Resume payments"),
            _("resumed payments"),
            _same("running", "review"),
            frozenset({"finance", "manager"}),
            main=False,
            tell=("person", "worker"),
            asks=(_REASON,),
            guarded=True,
        ),
        Move(
            "challenge",
            _("Challenge a decision"),
            _("challenged a decision"),
            _same(*STEPS),
            PERSON,
            asks=(
                Ask("decision", _("Which decision?"), "choice", DECISIONS),
                Ask("reason", _("What is wrong with it?")),
            ),
            tell=("worker", "manager"),
            on_behalf=True,
            main=False,
        ),
        Move(
            "answer_challenge",
            _("Answer the challenge"),
            _("answered the challenge"),
            _same(*STEPS),
            frozenset({"manager", "service_manager"}),
            guarded=True,
            ends="challenge",
            main=False,
            tell=("person", "worker"),
            asks=(
                Ask("answer", _("What is the answer?"), "choice", ANSWERS),
                _REASON,
                Ask("follows", _("What happens next?")),
            ),
        ),
        Move(
            "acknowledge_challenge",
            _("Say that the challenge has arrived"),
            _("said that the challenge has arrived"),
            _same(*STEPS),
            ANYONE_STAFF,
            guarded=True,
            main=False,
            tell=("person",),
            ends="acknowledge",
            asks=(
                Ask("follows", _("What happens next?")),
                Ask("answer_by", _("By when will they have an answer?"), "date"),
            ),
        ),
        Move(
            "find_advocate",
            _("Record the advocate"),
            _("found an independent advocate"),
            _same(*OPEN),
            WORKER,
            guarded=True,
            main=False,
            tell=("person",),
            ends="advocate",
            asks=(
                Ask("who", _("Who is the advocate, and how are they reached?")),
                Ask("since", _("Since when?"), "date"),
            ),
        ),
        Move(
            "refuse_route",
            _("Refuse a way to take the money"),
            _("refused a way to take the money"),
            _same("set_up", "running", "review"),
            frozenset({"worker", "finance"}),
            main=False,
            tell=("person", "worker"),
            asks=(
                Ask("condition", _("Which condition is not met?"), "choice", CONDITIONS),
                _REASON,
                Ask("others", _("Which other ways are open?")),
            ),
            guarded=True,
        ),
        Move(
            "ask_switch",
            _("Take the money another way"),
            _("asked to take the money another way"),
            _same("set_up", "running", "review"),
            PERSON | WORKER,
            page="budgets:ask_switch",
            keeps=("switch",),
            asks=(Ask("wish", _("Is there anything to say about it?"), required=False),),
            tell=("worker", "finance"),
            on_behalf=True,
            main=False,
            guarded=True,
            scope=("send", "money"),
        ),
        Move(
            "switch_route",
            _("Record the change of way"),
            _("recorded that the money is taken another way"),
            _same("set_up", "running", "review"),
            frozenset({"worker", "finance"}),
            page="budgets:switch_route",
            keeps=("switch", "plan", "started_on", "route"),
            tell=("person",),
            main=False,
            guarded=True,
            ends="switch",
        ),
        Move(
            "ask_news",
            _("Ask what is happening"),
            _("asked what is happening"),
            _same(*OPEN),
            PERSON,
            main=False,
            tell=("turn", "worker"),
            scope=("see",),
            page="cases:ask_news",
            guarded=True,
            asks=(Ask("question", _("Your question"), required=False),),
        ),
        Move(
            "answer_news",
            _("Answer the question"),
            _("answered"),
            _same(*OPEN),
            frozenset({"turn", "worker", "manager"}),
            main=False,
            tell=("person",),
            guarded=True,
            asks=(Ask("answer", _("Your answer, as the person will read it")),),
        ),
        Move(
            "record_contact",
            _("Record a contact"),
            _("was in touch"),
            _same(*OPEN),
            WORKER,
            asks=(
                Ask("how", _("How were you in touch?"), "choice", CONTACTS),
                Ask("said", _("What was said?"), hint=_("The person can read this.")),
                Ask("next_contact", _("When will we next be in touch?"), "date"),
            ),
            main=False,
        ),
        Move(
            "rate_risk",
            _("Rate the risk"),
            _("looked again at how urgent it is"),
            _same(*OPEN),
            WORKER,
            asks=(Ask("urgency", _("How urgent is it?"), "choice", URGENCY), _REASON),
            main=False,
            audience="staff",
        ),
        Move(
            "correct_date",
            _("Correct a date"),
            _("corrected a date"),
            _same(*STEPS),
            frozenset({"manager"}),
            main=False,
            asks=(Ask("new_date", _("When did this step really begin?"), "date"), _REASON),
            audience="staff",
        ),
    )
}


# the moves that can close an open case: what has to follow every end is registered for these, so
# for a new one too
CLOSING = tuple(
    m.name
    for m in MOVES.values()
    if any("closed" in to for s, to in m.routes.items() if s != "closed")
)


def moves_from(step: str) -> list[Move]:
    """The moves that leave from a step or happen in it, in the order of the page."""
    return [m for m in MOVES.values() if step in m.routes]

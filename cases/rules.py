"""Rules of the journey that need more than the table: they join the moves as other apps' rules do
(`hooks`).

Imported once, in `CasesConfig.ready`.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from cases import journey
from cases.casefile import progress_enquiry
from cases.common import dates
from cases.common.refusals import NotYet
from cases.council import contact_details
from cases.journey import hooks
from cases.models import Case

hooks.drafts(
    "assess",
    """
SELECT a.case_id,
    COALESCE((SELECT MAX(w.at) FROM cases_answer w WHERE w.assessment_id = a.id), a.started_at)
    AS saved_at
FROM cases_selfassessment a WHERE a.state = 'draft'
""",
)


@hooks.guard("answer_challenge")
def by_somebody_else(*, case: Case, by: Any, **_rest: Any) -> None:
    """A challenge is answered once, and by somebody other than who made the decision."""
    last = case.events.filter(verb__in=("challenge", "answer_challenge")).order_by("-seq").first()
    if last is None or last.verb != "challenge":
        raise NotYet(_("There is no challenge waiting for an answer."))
    verbs = journey.moves_deciding(last.codes["decision"])
    decision = case.events.filter(verb__in=verbs, seq__lt=last.seq).order_by("-seq").first()
    if decision and by and decision.by_id == by.pk:
        raise NotYet(
            _(
                "You made the decision that is challenged, so somebody else answers. Pass it "
                "to them."
            )
        )


@hooks.guard("ask_news")
def asked_once(*, case: Case, role: str, **_rest: Any) -> None:
    """A question that waits for its answer is not sent a second time: whoever answers has it
    already.
    """
    if case.asked_news_at:
        raise NotYet(progress_enquiry.waiting_sentence(case, role))


@hooks.guard("answer_news")
def by_the_council(*, case: Case, role: str, **_rest: Any) -> None:
    """Whoever has the turn answers, but nobody answers their own question."""
    if role in journey.PERSON:
        words = _("Somebody at the council answers this. If it can't wait, %(phone_us)s.")
        raise NotYet(words % contact_details.contact_for(case.council).facts)


@hooks.guard("acknowledge_challenge")
def not_acknowledged_yet(*, case: Case, at: Any, facts: Any, **_rest: Any) -> None:
    if not case.clocks.filter(kind="acknowledge", ended_at=None, dropped_at=None).exists():
        raise NotYet(_("There is no challenge that still has to be acknowledged."))
    if facts["answer_by"] < dates.london_date(at):
        raise NotYet(
            _("Enter the day by which they will have an answer: today or later."), field="answer_by"
        )


@hooks.guard("find_advocate")
def an_advocate_is_wanted(*, case: Case, at: Any, facts: Any, **_rest: Any) -> None:
    if not case.clocks.filter(kind="advocate", ended_at=None, dropped_at=None).exists():
        raise NotYet(_("Nobody is looking for an advocate here: none was said to be needed."))
    if facts["since"] > dates.london_date(at):
        raise NotYet(_("Enter the day the advocate began: today or earlier."), field="since")


@hooks.guard("record_death")
def not_in_the_future(*, at: Any, facts: Any, **_rest: Any) -> None:
    if facts["died_on"] > dates.london_date(at):
        raise NotYet(_("Enter the day of death: today or earlier."), field="died_on")


@hooks.guard("end_support")
def not_before_its_day(*, case: Case, by: Any, facts: Any, **_rest: Any) -> None:
    """An end on a day to come is planned (`actions.end_support`). The system closes a case after
    the last day that somebody planned, and on no other.
    """
    today, ends_on = dates.today(), case.planned_end
    if by is None and not (ends_on == facts["end_date"] and ends_on < today):
        raise NotYet(_("The support of this case does not end on that day."))
    if facts["end_date"] > today:
        raise NotYet(_("Enter a day up to today, or plan the end."), field="end_date")
    if ends_on and ends_on < today and facts["end_date"] > ends_on:
        raise NotYet(_support_ended(ends_on), field="end_date")


@hooks.guard(*journey.moves_where(end_ahead="planned"))
def on_a_day_to_come(*, case: Case, at: Any, facts: Any, **_rest: Any) -> None:
    today, ends_on = dates.london_date(at), case.planned_end
    if ends_on and ends_on < today:
        raise NotYet(_support_ended(ends_on))
    if facts["end_date"] <= today:
        raise NotYet(
            _("Enter a day after today. An end of today or earlier is “End the support”."),
            field="end_date",
        )
    if facts["end_date"] == ends_on:
        raise NotYet(_("The support ends on that day already."), field="end_date")


@hooks.guard(*journey.moves_where(end_ahead="taken_back"))
def an_end_to_take_back(*, case: Case, at: Any, **_rest: Any) -> None:
    if case.planned_end is None:
        raise NotYet(_("No end of the support is planned here."))
    if case.planned_end < dates.london_date(at):
        raise NotYet(_support_ended(case.planned_end))


def _support_ended(day: Any) -> str:
    """After the planned day, until the case is closed."""
    words = _("The support ended on %(day)s, as planned. The case closes with that day.")
    return words % {"day": dates.date_words(day)}


@hooks.guard("reopen")
def reopening(*, case: Case, role: str, **_rest: Any) -> None:
    """Staff open a case again with a reason; the person's own way back is a challenge that was
    upheld.
    """
    if case.person.died_on:
        raise NotYet(
            _("A death is recorded on this case. If that was a mistake, a manager undoes it.")
        )
    if role != "person":
        return
    closing = case.last_change()
    answers = case.events.filter(verb="answer_challenge", seq__gt=closing.seq).values_list(
        "codes", flat=True
    )
    if not any(codes.get("answer") in ("upheld", "partly") for codes in answers):
        raise NotYet(
            _(
                "We open your case again when a challenge is upheld. You can challenge the "
                "decision, or ask "
                "for support anew."
            )
        )

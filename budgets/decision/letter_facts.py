"""What a letter says of money: the figure, proposal or agreement that its event was about, as it
was then.

Rows of (words, amount), registered with `hooks.letter_lines` and kept in the letter. Imported once,
in `BudgetsConfig.ready`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from budgets.models import (
    BudgetFigure,
    DirectPaymentAgreement,
    ExtraSupport,
    Offer,
    PlanLine,
    Restriction,
    SurplusDecision,
    Suspension,
)
from budgets.models.figure import FIGURES
from budgets.money.sterling import pounds
from budgets.payments import standing_payments
from budgets.position import endings
from budgets.position.money_presenter import outcome_title, payment_words
from cases.common import dates
from cases.journey import hooks
from cases.ui.date_words import day

Rows = list[tuple[str, str]]
LISTED = 3  # payments to come that a letter lists


@hooks.letter_lines(
    "share_budget",
    "adjust_budget",
    "uplift_plan",
    "agree_plan",
    "panel_agree",
    "accept_offer",
    "start_budget",
)
def figure_facts(event: Any) -> Rows:
    """The figure an event names, else the decided one that stood at its moment. Empty where there
    is none.
    """
    rows = BudgetFigure.objects.filter(case_id=event.case_id)
    named = event.codes.get("figure")
    figure = rows.filter(pk=named).first() if named else None
    if figure is None and not named:
        figure = (
            rows.filter(kind__in=["decided", "revised"], recorded_at__lte=event.at)
            .order_by("-pk")
            .first()
        )
    if figure is None:
        return []
    kind = str(FIGURES[figure.kind])
    found = []
    if figure.annual:
        if figure.weekly is not None:
            found.append((_("%(kind)s, a week") % {"kind": kind}, pounds(figure.weekly)))
        found.append((_("%(kind)s, a year") % {"kind": kind}, pounds(figure.annual)))
    if figure.one_off:
        found.append((_("%(kind)s, once") % {"kind": kind}, pounds(figure.one_off)))
    if figure.reason_text:
        found.append((_("Why it differs from the figure before"), figure.reason_text))
    found += [
        (
            _("How this need is still met: %(need)s")
            % {"need": outcome_title("", entry["outcome"])},
            entry["how"],
        )
        for entry in figure.still_met or []
    ]
    return found


@hooks.letter_lines("offer_changed")
def offer_facts(event: Any) -> Rows:
    """The proposal an event made, line by line: what differs, why, and how the need is still
    met.
    """
    offer = Offer.objects.filter(case_id=event.case_id, pk=event.codes.get("offer")).first()
    if offer is None:
        return []
    names = dict(PlanLine.objects.filter(plan_id=offer.plan_id).values_list("pk", "what"))
    found = []
    for line in offer.lines:
        words = [line.get("differs", ""), line.get("why", ""), line.get("still_met", "")]
        found.append(
            (names.get(int(line["line"]), _("A line of your plan")), "\n".join(filter(None, words)))
        )
    found.append((_("The whole plan then costs, a week"), pounds(offer.weekly)))
    if offer.one_off:
        found.append((_("and once"), pounds(offer.one_off)))
    return found


@hooks.letter_lines("record_agreement")
def agreement_facts(event: Any) -> Rows:
    """What was signed: how much, how often, from when, into which account, and who pays the
    contribution.
    """
    row = DirectPaymentAgreement.objects.filter(
        case_id=event.case_id, pk=event.codes.get("agreement")
    ).first()
    if row is None:
        return []
    found = [
        (
            _("Signed by"),
            _("%(who)s on %(day)s") % {"who": row.signed_by, "day": day(row.signed_on)},
        ),
    ]
    coming = standing_payments.next_payments(row.case).payments
    found += (
        [(_("Payments to come"), "\n".join(payment_words(one) for one in coming[:LISTED]))]
        if coming
        else []
    )
    return [
        *found,
        (_("How often we pay"), _("Every %(weeks)s weeks") % {"weeks": row.cycle_weeks}),
        (_("First payment"), day(row.first_payment_on)),
        (_("Account"), str(DirectPaymentAgreement.ACCOUNTS[row.account_type])),
        (
            _("What you pay yourself (your contribution)"),
            str(DirectPaymentAgreement.BASES[row.basis]),
        ),
    ]


@hooks.letter_lines("decide_surplus")
def surplus_facts(event: Any) -> Rows:
    """What was decided about money left over, and how much of it is paid back."""
    row = SurplusDecision.objects.filter(
        check_of__case_id=event.case_id, pk=event.codes.get("decision")
    ).first()
    if row is None:
        return []
    found = [(_("We decided"), str(row.get_action_display()))]
    return found + ([(_("To be paid back"), pounds(row.amount))] if row.amount else [])


@hooks.letter_lines("answer_challenge")
def restored_facts(event: Any) -> Rows:
    """The days that are paid after all, where a challenge of a suspension was upheld."""
    if event.codes.get("answer") != "upheld":
        return []
    if endings.challenged(event.case_id, event.seq) != "suspended":
        return []
    row = Suspension.objects.filter(case_id=event.case_id, struck_at=None).order_by("-pk").first()
    last = (row.ends_on if row else None) or dates.london_date(event.at) - timedelta(days=1)
    if row is None or row.begins_on > last:
        return []
    words = _("%(first)s to %(last)s") % {"first": day(row.begins_on), "last": day(last)}
    return [(_("Days that are paid after all"), words)]


@hooks.letter_lines("start_interim")
def extra_facts(event: Any) -> Rows:
    """Support for a time: what, from whom, from when until when, and its cost."""
    row = ExtraSupport.objects.filter(case_id=event.case_id, pk=event.codes.get("extra")).first()
    if row is None:
        return []
    lines = [": ".join(filter(None, (line.provider, line.what))) for line in row.plan.lines.all()]
    return [
        (_("Support"), "\n".join(lines)),
        (_("From"), day(row.begins_on)),
        (_("Until"), day(row.ends_on)),
        *([(_("Cost a week"), pounds(row.weekly))] if row.weekly else []),
        *([(_("Cost once"), pounds(row.one_off))] if row.one_off else []),
        (_("Why it is needed now"), row.why),
    ]


@hooks.letter_lines("restrict_use")
def limit_facts(event: Any) -> Rows:
    """What the money may not be used for, from when until when, and who answers for it."""
    row = Restriction.objects.filter(
        case_id=event.case_id, pk=event.codes.get("restriction")
    ).first()
    if row is None:
        return []
    return [
        (_("The limit"), row.what),
        (_("From"), day(row.begins_on)),
        (_("Until"), day(row.ends_on)),
        (_("Who answers for it"), row.owner),
    ]

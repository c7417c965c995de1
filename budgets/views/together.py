"""Planning together: who may write which part, ideas that cost nothing, and "what if" on the
numbers of the lines.
"""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets import actions
from budgets.forms.together import ShareForm, WhatIfForm
from budgets.plan import local_ideas, shared_writing, what_if
from budgets.position import case_money, money_presenter
from budgets.views.shared import budget_of, page, readable_case
from cases import access, journey
from cases.access import Reading
from cases.common.refusals import NotYet, Stale
from cases.ui.components import Link, Table
from cases.views.form_act import form_act, with_message

DECIDING = journey.ANYONE_STAFF | {"person"}


def _deciding(request, ref):
    """The case while its plan is written, for those who decide who helps; a helper finds nothing
    here.
    """
    reading = readable_case(request, access.get_case(request, ref), "plan")
    if not reading.roles & DECIDING or reading.case.step != "plan":
        raise Http404
    return reading


def plan_together(request, ref):
    """Who may write which part of the plan."""
    reading = _deciding(request, ref)
    case = reading.case
    helpers = shared_writing.writing_helpers(reading.people, case.kind)
    parts = shared_writing.parts_of(case, helpers)
    rows = [
        [
            str(r.user),
            shared_writing.titles(parts[r.pk]),
            "" if r.checked else _("Nobody has checked their authority yet."),
            Link(
                _("Change"),
                reverse("budgets:plan_share", args=[case.ref, r.pk]),
                hidden=str(r.user),
            ),
        ]
        for r in helpers
    ]
    table = Table(
        _("Who may write with you") if "person" in reading.roles else _("Who may write"),
        [_("Helper"), _("May fill in"), _("How it stands"), _("Change")],
        rows,
        empty=_("Nobody who helps may fill in forms yet."),
    )
    return page(
        request,
        reading,
        "budgets/plan_together.html",
        {
            "title": _("Write the plan together"),
            "table": table,
            "back": reverse("budgets:plan", args=[case.ref]),
            "invite": reverse("cases:invite_helper", args=[case.ref]),
        },
    )


def plan_share(request, ref, number):
    """Choose the parts that one helper may fill in; a worker writes down what the person wants."""
    reading = _deciding(request, ref)
    case = reading.case
    rep = next(
        (r for r in shared_writing.writing_helpers(reading.people, case.kind) if r.pk == number),
        None,
    )
    if rep is None:
        raise Http404
    behalf = "person" not in reading.roles
    form = ShareForm(
        request.POST or None,
        case=case,
        chosen=shared_writing.parts_of(case, [rep])[rep.pk],
        behalf=behalf,
    )
    return form_act(
        request,
        form,
        f"share_plan:{rep.pk}",
        act=lambda form: actions.share_plan(
            case=case,
            rep=rep,
            parts=form.cleaned_data["parts"],
            by=request.user,
            note=form.note(),
            on_behalf_of=case.person if behalf else None,
        ),
        done=partial(
            with_message,
            request,
            _("It holds from now on."),
            reverse("budgets:plan_together", args=[case.ref]),
        ),
        show=partial(_share_page, request, reading, rep, behalf),
    )


def _share_page(request, reading: Reading, rep, behalf, form):
    case = reading.case
    return page(
        request,
        reading,
        "budgets/plan_share.html",
        {
            "title": _("What may %(who)s fill in?") % {"who": rep.user},
            "form": form,
            "behalf": behalf,
            "back": reverse("budgets:plan_together", args=[case.ref]),
        },
        422 if form.errors else 200,
    )


def plan_ideas(request, ref):
    """What costs nothing: groups and people near by, each ready to be put into the plan."""
    reading = readable_case(request, access.get_case(request, ref), "plan")
    case = reading.case
    found = local_ideas.ideas_for(case)
    may = "lines" in shared_writing.parts_for(case, request.user, reading.people)
    add = reverse("budgets:plan_line_add", args=[case.ref])
    groups = [
        (
            str(title),
            [
                (
                    idea,
                    money_presenter.outcome_title(case.kind, idea.outcome) if idea.outcome else "",
                    f"{add}?idea={idea.pk}" if may else "",
                )
                for idea in found
                if idea.kind == kind
            ],
        )
        for kind, title in local_ideas.LocalIdea.KINDS.items()
    ]
    return page(
        request,
        reading,
        "budgets/plan_ideas.html",
        {
            "title": _("Ideas that cost nothing"),
            "groups": [group for group in groups if group[1]],
            "made_up": any(local_ideas.INVENTED in idea.source for idea in found),
            "back": reverse("budgets:plan", args=[case.ref]),
        },
    )


def plan_what_if(request, ref):
    """Other hours or prices, worked out beside the budget. The plan is changed only by its own
    button.
    """
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    draft = case_money.draft_plan(case)
    lines = [line for line in draft.lines.all() if line.quantity] if draft else []
    if "lines" not in shared_writing.parts_for(case, request.user, reading.people) or not lines:
        return redirect("budgets:plan", ref=case.ref)
    figure, budget = budget_of(case)
    form = WhatIfForm(request.POST or None, lines=lines)
    trial = (
        _tried(form, draft, lines, figure) if request.method == "POST" and form.is_valid() else None
    )
    if trial and "keep" in request.POST and _kept(request, case, draft, form, trial):
        return redirect("budgets:plan", ref=case.ref)
    return page(
        request,
        reading,
        "budgets/plan_what_if.html",
        {
            "title": _("What if?"),
            "form": form,
            "back": reverse("budgets:plan", args=[case.ref]),
            "box": money_presenter.big(budget),
            "now": money_presenter.big(case_money.council_cost(lines), like=budget),
            "sums": what_if.sums(trial.cost, budget) if trial else None,
            "table": what_if.table(trial) if trial else None,
            "changed": bool(trial and trial.changed),
        },
        422 if form.errors else 200,
    )


def _tried(form, draft, lines, figure):
    try:
        everything = list(draft.lines.all())
        return what_if.tried(everything, form.numbers(), case_money.weeks_rule(figure))
    except NotYet as no:
        form.add_error(None, str(no.sentence))
        return None


def _kept(request, case, draft, form, trial) -> bool:
    """Save the numbers that differ, all of them or none."""
    try:
        with transaction.atomic():
            for _now, then in trial.changed:
                fields = {"quantity": then.quantity, "rate": then.rate}
                actions.save_line(
                    plan=draft,
                    line=then,
                    by=request.user,
                    version=form.cleaned_data[f"version_{then.pk}"],
                    **fields,
                )
    except Stale:
        raise
    except NotYet as no:
        form.add_error(None, str(no.sentence))
        return False
    messages.success(request, _("These numbers are in your plan now."))
    return True

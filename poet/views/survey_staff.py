"""The survey for staff: asking on one case, the letter and its paper, answers typed in, and what
people wrote.

Nobody here is shown what was answered, or whether: an asking that is over looks the same however it
ended.
"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access, journey
from cases.access import get_case
from cases.common import dates
from cases.common.refusals import NotYet
from cases.ui.components import Table
from poet import actions
from poet.dashboard import overview
from poet.forms.survey import CodeForm, SheetForm
from poet.models import Comment, Invitation
from poet.survey import paper_form, private_links, questions

KINDS = {
    "six_weeks": gettext_lazy("Six weeks after the start"),
    "after_review": gettext_lazy("After a review"),
}
READ_AT_ONCE = 200  # words of so many people on one page, the newest weeks first


def open_asking(request, ref):
    """The case and its open asking of the person (None without one), for those who work on it.
    Http404 for others.
    """
    reading = get_case(request, ref)
    if not reading.roles & journey.ANYONE_STAFF:
        raise Http404
    found = Invitation.objects.select_related("case__person", "case__council", "question_set")
    rows = found.filter(
        case=reading.case, worker=None, answered=False, stopped_at=None, token_hash__isnull=False
    )
    return reading, rows.order_by("-pk").first()


def case_survey(request, ref):
    """What is asked in this case now, and the three ways to answer, the private ones first."""
    reading, asking = open_asking(request, ref)
    return render(
        request,
        "poet/case_survey.html",
        {
            "case": reading.case,
            "asking": asking,
            "together": bool(reading.roles & journey.WORKER),
            "kind": KINDS.get(asking.kind, "") if asking else "",
            "since": date_format(dates.london_date(asking.made_at), "j F Y") if asking else "",
            "after_days": 42,
            "review_days": 14,
        },
    )


def survey_letter(request, ref):
    """The letter with the code, and the questions on paper behind it."""
    reading, asking = open_asking(request, ref)
    case = reading.case
    if asking is None:
        return redirect("poet:case_survey", case.ref)
    return render(
        request,
        "poet/survey_letter.html",
        paper_form.sheet(asking)
        | {
            "case": case,
            "address": case.person.address,
            "written": date_format(dates.today(), "j F Y"),
            "phone": case.person.contact_by == "phone",
        },
    )


def survey_together(request, ref):
    """Answers given with a worker: a way of its own, reported apart. The private way has to be
    offered first.
    """
    reading, asking = open_asking(request, ref)
    case = reading.case
    if not reading.roles & journey.WORKER:
        raise Http404
    if asking is None:
        return redirect("poet:case_survey", case.ref)
    form = _sheet(request, asking, offered=True)
    if (
        request.method == "POST"
        and form.is_valid()
        and _taken(request, form, asking, "with_worker")
    ):
        return redirect("poet:case_survey", case.ref)
    context = {"form": form, "case": case}
    return render(request, "poet/survey_together.html", context, status=422 if form.errors else 200)


def _sheet(request, asking, offered=False) -> SheetForm:
    asked = questions.numbered_questions(asking.question_set, asking.near_review)
    sent = request.POST if request.method == "POST" else None
    return SheetForm(asked, sent, offered=offered, initial={"helper": "nobody"})


def _taken(request, form, asking, mode) -> bool:
    """Keep what was typed in, once. False: refused, and the form says why."""
    try:
        actions.answer(asking, form.answers(), mode=mode, by=request.user, **form.how())
    except NotYet as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, _("The answers are kept. Thank you."))
    return True


def council_of_staff(request):
    """The council of somebody who works on cases in it; Http404 for everybody else."""
    council = access.council_of(request.user, request)
    roles = {
        s.role for s in access.seats_of(request.user) if council and s.council_id == council.pk
    }
    if not roles & journey.ANYONE_STAFF:
        raise Http404
    return council


def paper_in(request):
    """A sheet of paper has come: its code first. Nothing tells whose it is."""
    council = council_of_staff(request)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        found = private_links.find(form.cleaned_data["code"])
        if found and found.case.council_id == council.pk:
            request.session["survey_sheet"] = found.pk
            return redirect("poet:paper_answers")
        form.add_error(
            "code",
            _("No questions are open under this code. Check each letter; each sheet counts once."),
        )
    context = {"form": form, "code_label": _("The code of the sheet")}
    return render(request, "poet/paper_in.html", context, status=422 if form.errors else 200)


def paper_answers(request):
    """The answers of one sheet, typed in with the numbers it has."""
    council = council_of_staff(request)
    found = Invitation.objects.select_related("case__person", "question_set").filter(
        pk=request.session.get("survey_sheet") or 0,
        case__council=council,
        answered=False,
        stopped_at=None,
    )
    asking = found.first()
    if asking is None:
        return redirect("poet:paper_in")
    form = _sheet(request, asking)
    if request.method == "POST" and form.is_valid() and _taken(request, form, asking, "paper"):
        request.session.pop("survey_sheet", None)
        return redirect("poet:paper_in")
    context = {"form": form, "code": private_links.code_of(asking)}
    return render(request, "poet/paper_answers.html", context, status=422 if form.errors else 200)


def comments(request):
    """What people wrote in their own words, week by week, apart from any identity. Managers only;
    there is no file.
    """
    scope = overview.scope_of(request)
    request.council = scope.council
    rows = Comment.objects.filter(council=scope.council, readable_on__lte=dates.today())
    # ordered by the words themselves, so that the order of coming in is lost
    found = list(
        rows.select_related("question_set").order_by("-readable_on", "words")[:READ_AT_ONCE]
    )
    weeks: dict = {}
    for row in found:
        weeks.setdefault(row.readable_on, []).append(row)
    return render(
        request,
        "poet/comments.html",
        {
            "tables": [_words_of(day, rows) for day, rows in weeks.items()],
            "cut_off": len(found) == READ_AT_ONCE,
        },
    )


def _words_of(day, rows) -> Table:
    who = {"person": _("Somebody with a budget"), "carer": _("A carer"), "worker": _("A colleague")}
    caption = _("Given to read on %(day)s") % {"day": date_format(day, "j F Y")}
    return Table(
        caption,
        [_("What was written"), _("By")],
        [[row.words, who[row.question_set.instrument]] for row in rows],
        first_is_header=False,
    )

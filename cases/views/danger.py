"""Whoever rings when somebody may be in danger: the list, and the page of one case with its two
answers.

What a call does stands in `reports`; here are the pages and who reads them. Auditors read and
change nothing.
"""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access
from cases.access import Reading
from cases.casefile import case_presenter
from cases.caseload import lists as lists
from cases.council import contact_details
from cases.danger import phrases, reports
from cases.forms.danger import AgainForm, NoAnswerForm, SpokeForm
from cases.models.danger import DOORS
from cases.views.caseload import council_or_404
from cases.views.form_act import form_act


def danger_list(request):
    """Everybody who is to be rung, the longest waiting first. It is where the mails lead: no
    address names a case.
    """
    council = council_or_404(request)
    if not reports.READING & set(lists.seat_roles(request.user, council)):
        raise Http404
    cases = phrases.waiting(request.user, council).prefetch_related(
        "dangers__calls", "dangers__steps"
    )
    table = phrases.table(list(cases), timezone.now())
    return render(request, "cases/danger_list.html", {"table": table})


def danger_page(request, ref):
    """The number first and large, what was said, what was tried, and the two answers of a call."""
    reading = access.get_case(request, ref, access.roles_when_ringing)
    case = reading.case
    if not reading.roles & reports.READING:
        raise Http404
    rows = list(
        case.dangers.select_related("event__body", "by", "case__council", "case__person").order_by(
            "-pk"
        )
    )
    if not rows:
        raise Http404
    form = _form(request, reading, rows) if request.method == "POST" else None
    return form_act(
        request,
        form,
        f"danger:{form.about.pk}" if form else "",
        act=partial(_recorded, request, case),
        show=partial(_page, request, reading, rows),
    )


def _page(request, reading: Reading, rows, wrong):
    return render(
        request,
        "cases/danger.html",
        case_presenter.header(reading)
        | {
            "reports": [_shown(reading, row, wrong) for row in rows],
            "form": wrong,
            "reaches": bool(access.roles_of(reading.case, request.user, reading.people)),
        },
        status=422 if wrong else 200,
    )


def _form(request, reading: Reading, rows):
    """The answer that was pressed, of the report that it is about."""
    kind = next(
        (form for form in (SpokeForm, AgainForm) if form.PREFIX in request.POST), NoAnswerForm
    )
    row = next((r for r in rows if str(r.pk) == request.POST.get("report")), None)
    if row is None or not reading.roles & reports.RINGING:
        raise Http404
    return kind(request.POST, case=reading.case, report=row)


def _recorded(request, case, form) -> str:
    """Record a call, or that it is not settled after all; the address to go on to."""
    typed = form.cleaned_data
    if isinstance(form, AgainForm):
        reports.report_again(report=form.about, by=request.user, words=typed["agreed"])
        messages.warning(
            request, _("Recorded. It is open again, and we are telling the duty team.")
        )
    else:
        given = {n: v for n, v in typed.items() if n in ("agreed", "following", "safe")}
        reached = typed.get("reached", "no_answer")
        _say(
            request,
            *reports.record_call(report=form.about, by=request.user, reached=reached, **given),
        )
    return _onward(case, request.user)


def _say(request, call, step) -> None:
    if call.closes:
        messages.success(request, _("Recorded: somebody has spoken to them, and it is settled."))
    else:
        messages.warning(request, _("Recorded. It stays open.") + " " + phrases.went_up(step))


def _onward(case, user) -> str:
    """The page again; the list, for whoever no longer reaches it."""
    case.refresh_from_db()
    if access.roles_when_ringing(case, user):
        return reverse("cases:danger", args=[case.ref])
    return reverse("cases:danger_list")


def _shown(reading: Reading, row, wrong) -> dict:
    """One report as the page shows it; its forms for those who ring."""
    rings, said = bool(reading.roles & reports.RINGING), reports.words_of(row.event)
    number = said.get("safe_number", "")
    first = "" if said.get("words") else case_presenter.first_words(reading)
    return {
        "pk": row.pk,
        "rings": rings,
        "open": row.closed_at is None,
        "settled": phrases.moment(row.closed_at),
        "number": number if rings else "",
        "dial": contact_details.dialled(number),
        "otherwise": said.get("otherwise", "") if rings else "",
        "words": (said.get("words") or first) if rings else "",
        "how": DOORS[row.door],
        "reported": phrases.moment(row.reported_at),
        "due": phrases.due_tag(row),
        "history": phrases.history(row, rings),
        "goes_to": phrases.next_up(row) if row.closed_at is None else "",
        "own": row.own,
    } | (_forms(reading.case, row, wrong) if rings else {})


def _forms(case, row, wrong) -> dict:
    """The answers that can be given: two while it is open, one when it is settled, and what was
    typed and refused.
    """
    offered = (AgainForm,) if row.closed_at else (SpokeForm, NoAnswerForm)
    mine = wrong if wrong and wrong.about.pk == row.pk else None
    found = {kind.PREFIX: kind(case=case, report=row) for kind in offered}
    return found | ({mine.PREFIX: mine} if mine else {})

"""Forms on paper: a print page and a PDF, of a case or blank for anybody. Nothing is written
here.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from cases import access
from cases.access import Reading
from cases.common import dates
from cases.letters import pdf
from cases.models import Council
from cases.paper import assessment_form, other_forms
from cases.views.letters import as_file


def form(request, ref):
    """The form of a case, to print: for the person, their helpers, and staff who read
    assessments.
    """
    reading = _readers(access.get_case(request, ref), request)
    case = reading.case
    size = assessment_form.size_for(case.person, request.GET.get("as", ""))
    back = reverse("cases:case", args=[case.ref])
    return _page(
        request,
        assessment_form.of_case(case),
        size,
        back,
        reverse("cases:paper_pdf", args=[case.ref]),
    )


def form_pdf(request, ref):
    """The same as PDF."""
    reading = _readers(access.get_case(request, ref), request)
    case = reading.case
    size = assessment_form.size_for(case.person, request.GET.get("as", ""))
    return _file(assessment_form.of_case(case), size, f"questions-{case.ref}-{size}.pdf")


def sheet(request, ref, code):
    """Another form of a case, to print: the plan, the review, what may have to be paid."""
    reading, found = _sheet(request, access.get_case(request, ref), code)
    case = reading.case
    size = assessment_form.size_for(case.person, request.GET.get("as", ""))
    back, file = (
        reverse(f"cases:{name}", args=args)
        for name, args in (("case", [case.ref]), ("paper_sheet_pdf", [case.ref, code]))
    )
    return _page(request, found, size, back, file)


def sheet_pdf(request, ref, code):
    """The same as PDF."""
    reading, found = _sheet(request, access.get_case(request, ref), code)
    case = reading.case
    size = assessment_form.size_for(case.person, request.GET.get("as", ""))
    return _file(found, size, f"{code}-{case.ref}-{size}.pdf")


def _sheet(request, reading: Reading, code):
    """(the case, the form), for those who read this part of it; at any step, because paper comes
    when it comes.
    """
    case = reading.case
    kind = other_forms.SHEETS.get(code)
    if kind is None or not reading.sees(kind.reads):
        raise Http404
    request.council = case.council
    return reading, other_forms.of_case(case, kind, reading.sees("money"))


def _readers(reading: Reading, request):
    if not reading.sees("assessment"):
        raise Http404
    request.council = reading.case.council
    return reading


@login_not_required
def blank(request, council, kind):
    """Public: whoever has no account, no e-mail and no computer gets the questions on paper all the
    same.
    """
    request.council = found = _council(council, kind)
    size = assessment_form.size_for(None, request.GET.get("as", ""))
    back = reverse("cases:council", args=[found.slug])
    return _page(
        request,
        _blank(found, kind),
        size,
        back,
        reverse("cases:blank_paper_pdf", args=[found.slug, kind]),
    )


@login_not_required
def blank_pdf(request, council, kind):
    """Public: the same as PDF."""
    found = _council(council, kind)
    size = assessment_form.size_for(None, request.GET.get("as", ""))
    return _file(_blank(found, kind), size, f"questions-{kind}-{size}.pdf")


def _blank(council, kind):
    return (
        assessment_form.blank(council, kind)
        if kind in assessment_form.FORMS
        else other_forms.blank(council, kind)
    )


def _council(slug, kind):
    if kind not in assessment_form.FORMS and kind not in other_forms.BLANKS:
        raise Http404
    return get_object_or_404(Council, slug=slug)


def _page(request, found, size, back, file):
    words = assessment_form.printed(found)["words"]
    return render(
        request,
        "cases/paper.html",
        {
            "paper": found,
            "words": words,
            "large": size == "large",
            "back": back,
            "file": file,
            "blanks": [words[k] for k in ("name", "born", "reach")],
            "last": [words[k] for k in ("helped", "signed", "on")],
        },
    )


def _file(found, size, name):
    return as_file(
        pdf.paper(assessment_form.printed(found), size, dates.today()), "application/pdf", name
    )

"""How the money is worked out, for everybody: a council's schemes, each version as it was
published.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from budgets.allocation import explanation, scheme_files, scheme_presenter, schemes, trace_tables
from budgets.allocation.allocator import SchemeError, allocate
from budgets.forms.trying import TryForm
from budgets.models import SchemeVersion
from cases.common import dates
from cases.models import Council
from cases.ui.components import Link, Table
from cases.ui.date_words import day


@login_not_required
def schemes_page(request, council):
    """Open to all: guidance 11.24 asks that the way of working out budgets is published."""
    request.council = get_object_or_404(Council, slug=council)
    found = SchemeVersion.objects.filter(state="published", scheme__council=request.council)
    rows = [
        [
            Link(str(v.scheme), f"{v.scheme.code}/{v.number}/"),
            str(v.scheme.get_population_display()),
            str(v.number),
            day(v.valid_from),
            Link(_("Try it"), f"{v.scheme.code}/{v.number}/try/", hidden=str(v)),
        ]
        for v in found.select_related("scheme").order_by(
            "scheme__population", "-valid_from", "-number"
        )
    ]
    head = [_("Scheme"), _("For"), _("Version"), _("In force from"), _("What would it be?")]
    table = Table(
        _("How we work out a budget"),
        head,
        rows,
        empty=_("This council has not published its way yet."),
    )
    return render(
        request,
        "budgets/schemes.html",
        {"table": table, "name": request.council.name, "form": None},
    )


def published(request, council, scheme, number) -> SchemeVersion:
    """One published version of one council; 404 for anything else. Sets the council the page is
    of.
    """
    request.council = get_object_or_404(Council, slug=council)
    found = SchemeVersion.objects.select_related("scheme__council").filter(
        scheme__council=request.council, scheme__code=scheme, number=number, state="published"
    )
    version = found.first()
    if version is None:
        raise Http404
    return version


@login_not_required
def scheme_version(request, council, scheme, number):
    """Open to all, as is the list: every question, point, price and rounding rule; there are no
    secret weights.
    """
    version = published(request, council, scheme, number)
    read = schemes.parse_scheme(version.definition)
    invented, more = explanation.invented(version)
    return render(
        request,
        "budgets/scheme_version.html",
        {
            "version": version,
            "invented": invented,
            "invented_more": more,
            "notes": read.notes,
            "form": None,
            "facts": scheme_presenter.facts(version, read),
            "questions": scheme_presenter.questions_tables(read),
            "tables": scheme_presenter.tables(read),
            "examples": scheme_presenter.examples(version.definition),
        },
    )


@login_not_required
def scheme_file(request, council, scheme, number):
    """Open to all: the version as a file, with its worked examples, so that anybody can check it
    with other tools.
    """
    version = published(request, council, scheme, number)
    response = HttpResponse(
        scheme_files.to_json(version.definition), content_type="application/json"
    )
    response["Content-Disposition"] = (
        f'attachment; filename="{version.scheme.code}-{version.number}.json"'
    )
    return response


@login_not_required
@never_cache
def try_it(request, council, scheme, number):
    """Open to all: the same sum as for a case, from answers that are sent once and kept nowhere."""
    version = published(request, council, scheme, number)
    form, shown = None, {"box": None, "answers": None, "steps": [], "periods": [], "told": []}
    if version.definition["method"] != "external":
        form = TryForm(
            request.POST if request.method == "POST" else None, definition=version.definition
        )
    if form is not None and form.is_bound and form.is_valid():
        shown |= _tried(version, form)
    invented, _more = explanation.invented(version)
    return render(
        request,
        "budgets/try_it.html",
        shown
        | {
            "version": version,
            "form": form,
            "invented": invented,
            "tool": version.definition.get("tool", ""),
        },
        status=422 if form is not None and form.errors else 200,
    )


def _tried(version, form) -> dict:
    """The sum of these answers today, or on the version's first day; a refusal stands with the
    form.
    """
    try:
        trace = allocate(
            version.definition, form.answers(), on=max(dates.today(), version.valid_from)
        ).trace
    except SchemeError as refusal:
        form.add_error(None, str(refusal))
        return {}
    return {
        "box": trace_tables.big(trace),
        "answers": trace_tables.answers_table(trace),
        "steps": trace_tables.steps(trace),
        "periods": trace_tables.period_rows(trace),
        "told": trace_tables.notes(trace),
    }

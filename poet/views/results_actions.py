"""Acts on results: the register of actions, what is shared with whom, files of other councils; and
the public pages.

Whatever is for the whole council (sharing, files) needs a manager's seat without a team.
"""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.common.refusals import NotYet
from cases.models import Council
from cases.ui.components import Table
from cases.ui.date_words import day
from cases.views.form_act import form_act
from poet.dashboard import overview
from poet.forms.results import ChangedForm, FileForm, ImprovementForm, SharingForm
from poet.models import CouncilFile, Improvement, Sharing
from poet.results import actions, benchmark_exchange, local_account, publishing
from poet.results.published import WHO, Book, year_words


def _scope(request, *, whole=False):
    """The reach of the signed-in manager; 404 where the whole council is needed and theirs is a
    team.
    """
    scope = overview.scope_of(request)
    if whole and not scope.whole:
        raise Http404
    request.council = scope.council
    return scope


def _refuse(form, refusal: NotYet) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.sentence))


def _page(request, template: str, form, **context):
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


def improvement_new(request):
    """Write down what will be done about a result."""
    scope = _scope(request)
    book = Book(scope.council)
    known = {(one.who, one.code): one for who in WHO for one in book.questions(who)}
    about = known.get((request.GET.get("who", ""), request.GET.get("question", "")))
    start = {"said": f"{_(about.short)}: " if about else ""}
    form = ImprovementForm(
        scope.council, request.POST if request.method == "POST" else None, initial=start
    )
    back, template = reverse("poet:improvements"), "poet/improvement_form.html"
    return form_act(
        request,
        form,
        "improvement",
        act=lambda form: actions.open_improvement(
            council=scope.council,
            by=request.user,
            who=about.who if about else "",
            question=about.code if about else "",
            **{k: v for k, v in form.cleaned_data.items() if k != "key"},
        ),
        done=lambda: back,
        show=partial(_page, request, template, title=_("A new action"), facts=[], back=back),
    )


def improvement(request, number):
    """One action; while it is open, what changed can be said."""
    scope = _scope(request)
    found = get_object_or_404(
        Improvement.objects.select_related("owner", "changed_by"), pk=number, council=scope.council
    )
    facts = [
        (_("What people said"), found.said),
        (_("What we do"), found.action),
        (_("Who sees to it"), str(found.owner)),
        (_("By when"), day(found.due_on)),
    ]
    back = reverse("poet:improvements")
    if found.done:
        facts += [
            (_("What changed"), found.changed),
            (_("Done on"), day(found.changed_on)),
            (_("Said by"), str(found.changed_by)),
        ]
        return render(
            request,
            "poet/improvement_form.html",
            {"form": None, "title": _("An action"), "facts": facts, "back": back},
        )
    start = {"public": found.public, "version": found.version}
    form = ChangedForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            actions.finish_improvement(improvement=found, by=request.user, **form.cleaned_data)
            messages.success(request, _("What changed has been written down."))
            return redirect(back)
        except NotYet as refusal:
            _refuse(form, refusal)
    return _page(
        request, "poet/improvement_form.html", form, title=_("An action"), facts=facts, back=back
    )


def sharing(request):
    """What the public and other councils may see."""
    scope = _scope(request, whole=True)
    now = Sharing.of_council(scope.council)
    start = {"account": now.account, "words": now.words, "compare": now.compare}
    form = SharingForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            actions.share(council=scope.council, by=request.user, **form.cleaned_data)
            messages.success(request, _("What you share has been changed."))
            return redirect("poet:sharing")
        except NotYet as refusal:
            _refuse(form, refusal)
    public = reverse("poet:local_account", args=[scope.council.slug]) if now.account else ""
    return _page(request, "poet/sharing.html", form, public=public, back=reverse("poet:results"))


def benchmark_files(request):
    """Files of other councils: what is here, and taking in another."""
    scope = _scope(request, whole=True)
    sent = request.method == "POST"
    form = FileForm(request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        try:
            raw = form.cleaned_data["file"].read(benchmark_exchange.LARGEST + 1)
            added = actions.add_file(council=scope.council, raw=raw, by=request.user)
            messages.success(request, _("The figures of %(name)s are here.") % {"name": added.name})
            return redirect("poet:benchmark_files")
        except NotYet as refusal:
            _refuse(form, refusal)
    rows = [
        [one.name, year_words(one.year), day(one.added_at), str(one.added_by), one.checksum[:16]]
        for one in CouncilFile.objects.filter(council=scope.council).select_related("added_by")
    ]
    head = [_("Council"), _("Year"), _("Came in on"), _("Taken in by"), _("Checksum")]
    table = Table(_("Files of other councils"), head, rows, empty=_("No file has come in yet."))
    years = [
        (year_words(year), reverse("poet:benchmark_file", args=[year]))
        for year in Book(scope.council).years()
    ]
    return _page(
        request,
        "poet/benchmark_files.html",
        form,
        table=table,
        years=years,
        back=reverse("poet:results_compare"),
    )


def benchmark_file(request, year):
    """The council's own figures of a year, to hand to another council."""
    scope = _scope(request, whole=True)
    if year not in Book(scope.council).years():
        raise Http404
    response = HttpResponse(actions.own_file(scope.council, year), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{scope.council.slug}-{year}.json"'
    return response


@login_not_required
def local_account_page(request, council):
    """Open to all once the council has said so: that is what an account to local people is for."""
    request.council = found = get_object_or_404(Council, slug=council)
    agreed, book = local_account.shared(found), Book(found)
    year = local_account.year_shown(book)
    if agreed is None or year is None:
        raise Http404
    context = {
        "account": local_account.account(book, year, agreed.words),
        "name": found.name,
        "form": None,
        "definitions": local_account.definitions(),
        "made_at": book.made_at,
        "invented": found.invented,
    }
    return render(request, "poet/local_account.html", context)


@login_not_required
def you_said(request, council):
    """Open to all: what people said and what came of it, as far as the council chose to show it; no
    names.
    """
    request.council = found = get_object_or_404(Council, slug=council)
    account = (
        reverse("poet:local_account", args=[found.slug])
        if local_account.shared(found) and publishing.newest(found)
        else ""
    )
    context = {
        "table": local_account.you_said(found),
        "name": found.name,
        "account": account,
        "form": None,
    }
    return render(request, "poet/you_said.html", context)

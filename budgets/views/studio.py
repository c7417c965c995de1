"""The scheme studio: a council's administrators write, check, compare and publish versions.
Ordinary pages, no cases.

Nothing here reads whose case it is: a comparison is of counts, small ones hidden.
"""

from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from budgets import actions
from budgets.actions.studio import checksum, problems_of
from budgets.allocation import scheme_files, scheme_presenter, version_comparison
from budgets.allocation.allocator import SchemeError, parse_scheme
from budgets.forms import studio as forms
from budgets.models import AllocationScheme, SchemeVersion
from budgets.money.small_numbers import HIDDEN, SMALLEST, hide
from budgets.money.sterling import pounds
from budgets.views.shared import form_page
from cases import access
from cases.ui.components import Badge, Link, Table
from cases.ui.date_words import day
from cases.ui.form_toolkit import OnceForm
from cases.views.form_act import form_act, with_message
from cases.views.menu import in_menu

ADMINISTERS = {"admin"}
FILES = {
    "json": (scheme_files.to_json, "application/json"),
    "xlsx": (
        scheme_files.to_xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}


def administered(request):
    """The council whose schemes this user administers now; 404 for everybody else."""
    council = access.council_of(request.user, request)
    seats = access.seats_of(request.user)
    if council is None or not any(
        s.role in ADMINISTERS and s.council_id == council.pk for s in seats
    ):
        raise Http404
    request.council = council
    return council


def version_here(request, scheme, number) -> SchemeVersion:
    """A version of this administrator's own council; 404 for any other."""
    rows = SchemeVersion.objects.select_related("scheme__council", "made_from", "published_by")
    return get_object_or_404(
        rows, scheme__council=administered(request), scheme__code=scheme, number=number
    )


def address(version, name="studio_version") -> str:
    return reverse(f"budgets:{name}", args=[version.scheme.code, version.number])


@in_menu(gettext_lazy("Schemes"), ADMINISTERS)
def studio(request):
    """All schemes of the council, each with its versions."""
    council = administered(request)
    schemes = AllocationScheme.objects.filter(council=council).order_by("population", "code")
    shown = []
    for scheme in schemes.prefetch_related("versions"):
        rows = [_line(scheme, v) for v in sorted(scheme.versions.all(), key=lambda v: -v.number)]
        head = [_("Version"), _("State"), _("In force from"), _("Approved by")]
        shown.append(Table(f"{scheme.name} ({scheme.get_population_display()})", head, rows))
    return render(request, "budgets/studio.html", {"tables": shown, "form": None})


def _line(scheme, version) -> list:
    link = reverse("budgets:studio_version", args=[scheme.code, version.number])
    words = _("Version %(n)s") % {"n": version.number}
    return [
        Link(words, link, hidden=scheme.name),
        _state(version),
        day(version.valid_from),
        version.approved_by,
    ]


def _state(version) -> Badge:
    return (
        Badge(_("Draft"), "yellow") if version.state == "draft" else Badge(_("Published"), "green")
    )


def studio_version(request, scheme, number):
    """One version: what it says, what is wrong with it, and what can be done with it."""
    version = version_here(request, scheme, number)
    problems = problems_of(version) if version.state == "draft" else []
    try:
        read = parse_scheme(version.definition)
    except SchemeError:
        read = None
    vectors = len(version.definition.get("vectors") or [])
    return render(
        request,
        "budgets/studio_version.html",
        {
            "version": version,
            "draft": version.state == "draft",
            "problems": problems,
            "form": OnceForm(),
            "facts": scheme_presenter.facts(version, read) if read else [],
            "tables": scheme_presenter.tables(read) if read else [],
            "questions": scheme_presenter.questions_tables(read) if read else [],
            "state": _state(version),
            "vectors": ngettext(
                "%(n)s worked example comes out right.",
                "All %(n)s worked examples come out right.",
                vectors,
            )
            % {"n": vectors},
            "files": [
                (_("JSON"), address(version, "studio_json")),
                (_("XLSX"), address(version, "studio_xlsx")),
            ],
        },
    )


def studio_file(request, scheme, number, kind):
    """A version as a file, to keep or to change."""
    version = version_here(request, scheme, number)
    make, content = FILES[kind]
    response = HttpResponse(make(version.definition), content_type=content)
    response["Content-Disposition"] = (
        f'attachment; filename="{version.scheme.code}-{version.number}.{kind}"'
    )
    return response


def studio_new(request):
    """A scheme that was not there before, from a file."""
    council = administered(request)

    def create(form):
        given = {name: form.cleaned_data[name] for name in ("code", "population")}
        return address(
            actions.create_scheme(
                council=council, definition=form.definition, by=request.user, **given
            )
        )

    return form_act(
        request,
        forms.NewSchemeForm(request.POST or None, request.FILES or None),
        "studio_new",
        act=create,
        show=lambda form: form_page(
            request,
            form,
            _("A new scheme"),
            reverse("budgets:studio"),
            report=form.problems,
            button=_("Make a draft"),
        ),
    )


@require_POST
def studio_draft(request, scheme, number):
    """A new draft that begins as a copy of this version."""
    version = version_here(request, scheme, number)
    return form_act(
        request,
        OnceForm(request.POST),
        "studio_draft",
        act=lambda _form: address(actions.draft_from(version=version, by=request.user)),
        show=lambda _form: redirect(address(version)),
    )


def studio_edit(request, scheme, number):
    """What is easily changed in place: name, dates, table, rates."""
    version = _draft_here(request, scheme, number)
    form = forms.EditForm(request.POST or None, version=version)
    form.initial["seen"] = checksum(version.definition)
    lead = _(
        "Questions, answers and worked examples are changed in the file: download it, change "
        "it, upload it again."
    )
    title, back = _("Change %(version)s") % {"version": version}, address(version)
    return form_act(
        request,
        form,
        "studio_edit",
        act=lambda form: actions.save_draft(
            version=version,
            definition=form.changed(),
            valid_from=form.cleaned_data["valid_from"],
            by=request.user,
            seen=form.cleaned_data["seen"] or None,
        ),
        done=lambda: back,
        show=lambda form: form_page(request, form, title, back, lead=lead),
    )


def _draft_here(request, scheme, number) -> SchemeVersion:
    version = version_here(request, scheme, number)
    if version.state != "draft":
        raise Http404
    return version


def studio_upload(request, scheme, number):
    """The whole draft from a file; it replaces what is there."""
    version = _draft_here(request, scheme, number)
    form = forms.UploadForm(
        request.POST or None, request.FILES or None, initial={"seen": checksum(version.definition)}
    )
    title, back = _("Upload %(version)s") % {"version": version}, address(version)
    return form_act(
        request,
        form,
        "studio_upload",
        act=lambda form: actions.save_draft(
            version=version,
            definition=form.definition,
            by=request.user,
            seen=form.cleaned_data["seen"] or None,
        ),
        done=lambda: back,
        show=lambda form: form_page(
            request,
            form,
            title,
            back,
            report=form.problems,
            button=_("Upload"),
            lead=_("The file replaces everything in this draft."),
        ),
    )


def studio_publish(request, scheme, number):
    """Publish a draft with who approved it; refused with every reason against it."""
    version = _draft_here(request, scheme, number)
    form = forms.PublishForm(
        request.POST or None, version=version, seen=checksum(version.definition)
    )
    report = problems_of(version)
    words = _("Published. From now on this version does not change.")
    return form_act(
        request,
        form,
        "studio_publish",
        act=lambda form: actions.publish_version(
            version=version,
            by=request.user,
            approved_by=form.cleaned_data["approved_by"],
            approved_on=form.cleaned_data["approved_on"],
            valid_from=form.cleaned_data["valid_from"],
            seen=form.cleaned_data["seen"] or None,
        ),
        done=partial(with_message, request, words, address(version)),
        show=partial(_publish_page, request, version, report),
    )


def _publish_page(request, version, report, form):
    lead = _(
        "Once published it can't be changed. Assessments that begin from its first day are "
        "asked with it; cases that "
        "have begun stay on their version."
    )
    title = _("Publish %(version)s") % {"version": version}
    return form_page(
        request, form, title, address(version), report=report, lead=lead, button=_("Publish")
    )


def studio_discard(request, scheme, number):
    """Throw a draft away, after a page that asks."""
    version = _draft_here(request, scheme, number)
    form = forms.SeenForm(request.POST or None, initial={"seen": checksum(version.definition)})
    title, back = _("Throw away %(version)s?") % {"version": version}, address(version)
    return form_act(
        request,
        form,
        "studio_discard",
        act=lambda form: actions.discard_draft(
            version=version, by=request.user, seen=form.cleaned_data["seen"] or None
        ),
        done=lambda: reverse("budgets:studio"),
        show=lambda form: form_page(
            request,
            form,
            title,
            back,
            lead=_("Nothing was ever worked out with this draft."),
            button=_("Throw it away"),
            warning=True,
        ),
    )


def studio_compare(request, scheme, number):
    """Two versions on past cases: who would get more and who less, by group, small numbers
    hidden.
    """
    version = version_here(request, scheme, number)
    others = (
        SchemeVersion.objects.filter(scheme=version.scheme_id)
        .exclude(pk=version.pk)
        .select_related("scheme")
    )
    form = forms.CompareForm(request.GET or None, versions=others.order_by("-number"))
    shown = {"table": None, "refused": "", "cases": "", "left_out": [], "other": ""}
    if request.GET and form.is_valid():
        other = form.cleaned_data["version"]
        try:
            shown |= _compared(version_comparison.compare(version, other)) | {"other": str(other)}
        except SchemeError as refusal:
            shown["refused"] = str(refusal)
    status = 422 if request.GET and form.errors else 200
    return render(
        request,
        "budgets/studio_compare.html",
        shown
        | {
            "form": form,
            "version": version,
            "back": address(version),
            "none": not others.exists(),
        },
        status=status,
    )


def _compared(found) -> dict:
    rows = []
    for side in found.sides:
        counts = hide({"gain": side.gain, "lose": side.lose, "same": side.same})
        change = (side.new - side.old) / side.people
        sign = "+" if change > 0 else ""
        rows.append(
            [
                side.group or _("Everybody"),
                str(side.people),
                counts["gain"],
                counts["lose"],
                counts["same"],
                pounds(side.old),
                pounds(side.new),
                sign + pounds(change).replace("£-", "-£"),
            ]
        )
    head = [
        _("Group"),
        _("People"),
        _("Would get more"),
        _("Would get less"),
        _("The same"),
        _("Now, a year"),
        _("Then, a year"),
        _("Change for each"),
    ]
    table = Table(
        _("Past cases on both versions"),
        head,
        rows,
        numeric=set(range(1, 8)),
        empty=_("There are fewer than five past cases that both versions can work out."),
    )
    left = [(words, str(n) if n >= SMALLEST else HIDDEN) for words, n in found.left_out]
    cases = str(found.cases) if found.cases >= SMALLEST else HIDDEN
    return {"table": table, "cases": cases, "left_out": left}

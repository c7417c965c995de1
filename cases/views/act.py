"""The general page of a move, built from what `journey` asks; triage, the start of the assessment,
naming a worker.

The person uses the same page for the moves that are theirs. What may be done stands in `access` and
`actions`.
"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access, actions, journey
from cases.access import Reading
from cases.casefile import case_presenter, challenges
from cases.common.refusals import NotYet, Stale
from cases.forms.staff import MoveForm, ReassignForm, StartAssessmentForm, TriageForm
from cases.letters import timeline


def act(request, ref, move):
    """Any move without a page of its own."""
    reading = access.get_case(request, ref)
    case = reading.case
    wanted = journey.MOVES.get(move)
    if wanted is None:
        raise Http404
    behalf = request.GET.get("for") == "person"
    if wanted.page != "cases:act":
        address = case_presenter.move_url(case, wanted, behalf)
        if not address:
            raise Http404
        return redirect(address)
    refused = case_presenter.refusal(reading, wanted, behalf)
    if refused:
        return not_now(request, reading, wanted, refused)
    form = MoveForm(request.POST or None, reading=reading, move=wanted, behalf=behalf)
    if request.method == "POST" and form.is_valid():
        done = send(
            request,
            form,
            reading,
            f"act:{move}",
            wanted.done,
            lambda: actions.make_move(
                case=case,
                name=move,
                by=request.user,
                seen=form.cleaned_data["seen"],
                **form.facts(),
            ),
        )
        if done:
            return done
    resident = reading.resident
    return render(
        request,
        "cases/act_person.html" if resident else "cases/act.html",
        case_presenter.header(reading)
        | {
            "form": form,
            "title": timeline.label_of(wanted, reading.roles),
            "behalf": behalf,
            "warns": wanted.name in journey.CLOSING,
            "why": case_presenter.EXPLAINED.get(wanted.name, ""),
            "foreseen": case_presenter.foreseen(reading, wanted),
        }
        | case_presenter.left_in_danger(reading, wanted)
        | _challenging(case, move),
    )


def _challenging(case, move) -> dict:
    """The ways and days that belong to challenging a decision; nothing for any other move."""
    if move != "challenge":
        return {"ways": [], "decisions": []}
    return {
        "ways": challenges.challenge_options(case, timezone.now()),
        "decisions": challenges.decisions(case),
    }


def send(request, form, reading: Reading, name, done, do):
    """Run `do` once and go on; None when the form has to be shown again with what is wrong.

    `done`: the words of the timeline, for the reader to see that it happened. Someone else first:
    Stale, with what was typed.
    """
    case = reading.case

    def run():
        do()
        if reading.resident:
            return confirmed(case, request.user)
        messages.success(request, _("Recorded: %(what)s.") % {"what": done})
        return where_next(case, request.user)

    try:
        return redirect(
            actions.once(form.cleaned_data["key"], user=request.user, form=name, do=run)
        )
    except Stale as no:
        raise Stale(no.sentence, changes=no.changes or form.typed()) from no
    except NotYet as no:
        form.refuse(no)
        return None


def where_next(case, user) -> str:
    """The case's page; the list when the case has left the reader's sight, as after handing it to
    another team.
    """
    case.refresh_from_db()
    if access.roles_of(case, user):
        return reverse("cases:case", args=[case.ref])
    return reverse("cases:caseload")


def confirmed(case, user) -> str:
    """The page that a person can keep of what they have just done."""
    last = case.events.filter(by=user).order_by("-seq").values_list("seq", flat=True)[0]
    return reverse("cases:done", args=[case.ref, last])


def not_now(request, reading: Reading, move, sentence, form=None):
    """Why this can't be done, what is possible instead, and whatever was typed; a second press of
    what has just been done goes where the first one went.
    """
    before = case_presenter.sent_before(request.POST.get("key"), request.user)
    if before:
        return redirect(before)
    typed = [
        (k, v) for k, v in request.POST.items() if k not in case_presenter.NEVER_SHOWN and v.strip()
    ]
    resident = reading.resident
    return render(
        request,
        "cases/not_now.html",
        case_presenter.header(reading)
        | {
            "title": timeline.label_of(move, reading.roles),
            "sentence": sentence,
            "typed": [v for _k, v in typed],
            "resident": resident,
            "choices": [] if resident else case_presenter.choices(reading)["main"],
        },
        status=409,
    )


def triage(request, ref):
    """The five decisions before an assessment, a name and a date."""
    reading = access.get_case(request, ref)

    def do(form, facts):
        return actions.triage(
            case=reading.case, by=request.user, seen=form.cleaned_data["seen"], **facts
        )

    return worker_page(request, reading, "triage", TriageForm, "cases/triage.html", do)


def start_assessment(request, ref):
    """From the waiting list to the assessment, with a named worker."""
    reading = access.get_case(request, ref)

    def do(form, facts):
        return actions.start_assessment(
            case=reading.case, by=request.user, seen=form.cleaned_data["seen"], **facts
        )

    return worker_page(
        request, reading, "start_assessment", StartAssessmentForm, "cases/start_assessment.html", do
    )


def reassign(request, ref):
    """Name the worker; on the waiting list this also hands them the turn."""
    reading = access.get_case(request, ref)
    case = reading.case

    def do(form, facts):
        facts = {k: v.pk if hasattr(v, "pk") else v for k, v in facts.items()}
        case_presenter.refuse_if_reassigned(case, form.cleaned_data["seen"], facts)
        return actions.make_move(
            case=case, name="reassign", by=request.user, seen=form.cleaned_data["seen"], **facts
        )

    return worker_page(request, reading, "reassign", ReassignForm, "cases/reassign.html", do)


def worker_page(request, reading: Reading, name, form_class, template, do):
    """What the three pages that name a worker have in common."""
    move = journey.MOVES[name]
    refused = case_presenter.refusal(reading, move)
    if refused:
        return not_now(request, reading, move, refused)
    form = form_class(request.POST or None, case=reading.case)
    if request.method == "POST" and form.is_valid():
        done = send(request, form, reading, name, move.done, lambda: do(form, form.facts()))
        if done:
            return done
    return render(
        request,
        template,
        case_presenter.header(reading)
        | {
            "form": form,
            "title": move.label,
            "words": case_presenter.first_words(reading),
        },
    )

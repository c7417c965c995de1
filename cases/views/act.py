"""The general page of a move, built from what `journey` asks; triage, the start of the assessment,
naming a worker.

The person uses the same page for the moves that are theirs. What may be done stands in `access` and
`actions`.
"""

from functools import partial

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from cases import access, actions, journey
from cases.access import Reading
from cases.casefile import case_presenter, challenges
from cases.forms.staff import MoveForm, ReassignForm, StartAssessmentForm, TriageForm
from cases.letters import timeline
from cases.records import same_person
from cases.views.form_act import form_act, move_act, moved


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
    return form_act(
        request,
        MoveForm(request.POST or None, reading=reading, move=wanted, behalf=behalf),
        f"act:{move}",
        act=partial(_make_move, request, case, move),
        done=partial(_moved, request, reading),
        show=partial(_move_page, request, reading, wanted, behalf),
        conflict_page=True,
        reading=reading,
    )


def _make_move(request, case, name, form):
    seen = form.cleaned_data["seen"]
    return actions.make_move(case=case, name=name, by=request.user, seen=seen, **form.facts())


def _moved(request, reading: Reading):
    """In the words of the move that was made: an end on a day to come is another."""
    made = reading.case.events.values_list("verb", flat=True).latest("seq")
    return moved(request, reading, journey.MOVES[made].done)


def _move_page(request, reading: Reading, move, behalf, form):
    case = reading.case
    resident = reading.resident
    return render(
        request,
        "cases/act_person.html" if resident else "cases/act.html",
        case_presenter.header(reading)
        | {
            "form": form,
            "title": timeline.label_of(move, reading.roles),
            "behalf": behalf,
            "warns": bool(move.ends_support) or move.name in journey.ending_moves(),
            "why": case_presenter.EXPLAINED.get(move.name, ""),
            "foreseen": case_presenter.foreseen(reading, move),
        }
        | case_presenter.left_in_danger(reading, move)
        | _challenging(case, move.name),
    )


def _challenging(case, move) -> dict:
    """The ways and days that belong to challenging a decision; nothing for any other move."""
    if move != "challenge":
        return {"ways": [], "decisions": []}
    return {
        "ways": challenges.challenge_options(case, timezone.now()),
        "decisions": challenges.decisions(case),
    }


def stopped(request, reading, name, behalf=False):
    """The response where the page of this move is not shown: it can't be made now, or the first of
    two presses made it (what could be chosen then may be gone by now). Else None.
    """
    move = journey.MOVES[name]
    refused = case_presenter.refusal(reading, move, behalf)
    if refused:
        return not_now(request, reading, move, refused)
    before = case_presenter.sent_before(request.POST.get("key"), request.user)
    return redirect(before) if before else None


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
    return worker_page(
        request,
        reading,
        "triage",
        TriageForm,
        "cases/triage.html",
        actions.triage,
        lambda: {"twice": same_person.likely_matches_of(reading)},
    )


def start_assessment(request, ref):
    """From the waiting list to the assessment, with a named worker."""
    reading = access.get_case(request, ref)
    return worker_page(
        request,
        reading,
        "start_assessment",
        StartAssessmentForm,
        "cases/start_assessment.html",
        actions.start_assessment,
    )


def reassign(request, ref):
    """Name the worker; on the waiting list this also hands them the turn."""
    reading = access.get_case(request, ref)
    return worker_page(request, reading, "reassign", ReassignForm, "cases/reassign.html", _reassign)


def _reassign(*, case, by, seen, **facts):
    facts = {k: v.pk if hasattr(v, "pk") else v for k, v in facts.items()}
    case_presenter.refuse_if_reassigned(case, seen, facts)
    return actions.make_move(case=case, name="reassign", by=by, seen=seen, **facts)


def worker_page(request, reading: Reading, name, form_class, template, act, more=dict):
    """What the three pages that name a worker have in common. `act`: takes case, by, seen and the
    form's facts. `more()`: what else its page shows.
    """
    case = reading.case
    move = journey.MOVES[name]
    refused = case_presenter.refusal(reading, move)
    if refused:
        return not_now(request, reading, move, refused)
    return move_act(
        request,
        reading,
        name,
        form_class(request.POST or None, case=case),
        act=lambda form: act(
            case=case, by=request.user, seen=form.cleaned_data["seen"], **form.facts()
        ),
        show=lambda form: render(
            request,
            template,
            case_presenter.header(reading)
            | {"form": form, "title": move.label, "words": case_presenter.first_words(reading)}
            | more(),
        ),
    )

"""One case for staff: its page, the words of the assessment beside each other, the determination.

The person and those who help them get the tracker instead (`tracker.page`).
"""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases import access, actions, journey
from cases.access import Reading
from cases.assessment import answering, perspectives, questions
from cases.casefile import case_presenter
from cases.common.refusals import NotYet, Stale
from cases.forms.determination import AgreedForm, CommentForm, DetermineForm
from cases.letters import timeline
from cases.ui import date_words
from cases.views import tracker
from cases.views.act import not_now
from cases.views.form_act import form_act, move_act, moved


def case_page(request, ref):
    """Where the case is, whose turn, what can be done now; then its parts, as far as the reader's
    role reads them.
    """
    reading = access.get_case(request, ref)
    case = reading.case
    if reading.resident:
        return tracker.page(request, reading)
    visits = list(case.visits.order_by("seq"))
    entries = timeline.timeline(case, reading.roles)
    moves = case_presenter.offered(reading)
    reads = {part: bool(reading.roles & roles) for part, roles in access.READS.items()}
    return render(
        request,
        "cases/case.html",
        case_presenter.header(reading)
        | {
            "status": case_presenter.status(reading),
            "choices": case_presenter.choices(reading, moves),
            "stages": case_presenter.stages(case, visits),
            "facts": case_presenter.key_facts(reading, visits),
            "deciding": reading.role in ("panel", "finance"),
            "alarms": case_presenter.alarms(reading, entries, moves),
            "entries": entries,
            "reads": reads,
            "places": case_presenter.places(reading),
            "answers": perspectives.answers_line(case) if reads["assessment"] else "",
        },
    )


def sent_or_404(request, ref):
    """The case and the answers the council works on, for roles that read an assessment."""
    reading = access.get_case(request, ref)
    if reading.resident or not reading.sees("assessment"):
        raise Http404
    return reading, answering.last_sent(reading.case)


def answers(request, ref):
    """The person's words and the council's comment beside each other, page by page."""
    reading, sent = sent_or_404(request, ref)
    case = reading.case
    may_comment = bool(reading.roles & journey.WORKER) and case.step != "closed"
    return render(
        request,
        "cases/answers.html",
        case_presenter.header(reading)
        | {
            "pages": perspectives.tables(case, sent, may_comment) if sent else [],
            "may_comment": may_comment,
            "sent_on": date_words.day(sent.submitted_at) if sent else "",
        },
    )


def comment(request, ref, question):
    """The assessor's voice on one question; the person's own stays as it is."""
    reading, sent = sent_or_404(request, ref)
    case = reading.case
    spec = next((q for q in sent.form if q["id"] == question), None) if sent else None
    if spec is None or not reading.roles & journey.WORKER:
        raise Http404
    said = {a.voice: a for a in sent.answers.filter(question=question)}
    form = CommentForm(request.POST or None, case=case, spec=spec, answer=said.get("assessor"))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.save_answer(
                assessment=sent,
                question=question,
                value=given["value"],
                voice="assessor",
                by=request.user,
                seen=given["seen"],
            )
        except Stale:
            raise
        except NotYet as no:
            form.refuse(no)
        else:
            messages.success(request, _("Your comment is saved."))
            return redirect("cases:answers", ref=case.ref)
    own = {v: questions.label(spec, said[v].value) for v in ("person", "helper") if v in said}
    return render(
        request,
        "cases/comment.html",
        case_presenter.header(reading)
        | {
            "form": form,
            "title": spec["text"],
            "own": own.get("person", ""),
            "helper": own.get("helper", ""),
        },
    )


def determine(request, ref):
    """Outcome by outcome, with the person's own words beside the tests. The software counts, the
    worker decides.
    """
    reading = access.get_case(request, ref)
    case = reading.case
    move = journey.MOVES["determine_eligible"]
    sent = answering.last_sent(case)
    form = DetermineForm(
        request.POST or None,
        case=case,
        open_answers=perspectives.open_answers(sent) if sent else (),
    )
    refused = case_presenter.refusal(reading, move) or (
        _("There are no answers yet to decide on.") if not sent else ""
    )
    if refused:
        return not_now(request, reading, move, refused, form)
    show = partial(_determine_page, request, reading, sent)
    if "count" in request.POST:
        form.only_count()
        return show(form)
    return form_act(
        request,
        form,
        "determine",
        act=lambda form: actions.determine(
            case=case, by=request.user, seen=form.cleaned_data["seen"], **form.decision()
        ),
        done=lambda: moved(request, reading, form.word()),
        show=show,
        conflict_page=True,
        reading=reading,
    )


def _determine_page(request, reading: Reading, sent, form):
    case = reading.case
    return render(
        request,
        "cases/determine.html",
        case_presenter.header(reading)
        | {
            "form": form,
            "groups": perspectives.outcome_groups(case, sent, form),
            "marked": form.marked(),
            "counted": form.is_bound,
            "needed": 1 if form.kind == "carer" else 2,
            "agreed_fields": [form[name] for name in form.open_answers],
        }
        | case_presenter.left_in_danger(reading, journey.MOVES["determine_not_eligible"]),
    )


def agree_answer(request, ref):
    """The answers without which there is no figure: one at a time, with the day it was given."""
    reading = access.get_case(request, ref)
    case = reading.case
    move = journey.MOVES["agree_answer"]
    refused = case_presenter.refusal(reading, move)
    if refused:
        return not_now(request, reading, move, refused)
    sent = answering.last_sent(case)
    missing = perspectives.to_agree(case, sent) if sent else []
    wanted = request.GET.get("question") or (missing[0]["id"] if len(missing) == 1 else "")
    spec = next((q for q in missing if q["id"] == wanted), None)
    form = AgreedForm(request.POST or None, case=case, spec=spec) if spec else None
    return move_act(
        request,
        reading,
        "agree_answer",
        form,
        act=lambda form: actions.agree_answer(
            case=case,
            by=request.user,
            question=wanted,
            value=form.cleaned_data["value"],
            answered_on=form.cleaned_data["answered_on"],
            seen=form.cleaned_data["seen"],
        ),
        show=lambda form: render(
            request,
            "cases/agree_answer.html",
            case_presenter.header(reading) | {"form": form, "missing": missing},
        ),
    )

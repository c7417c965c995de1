"""The self-assessment: its parts, one question a page, check your answers, and what was sent.

Open to the person, to a helper with the scope, and to a worker who writes down what the person
says. Nothing here writes on GET: a draft is begun by a button. Not here: the assessor's own
comments (views/case.py).
"""

import uuid
from dataclasses import dataclass
from datetime import date

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access, actions, journey
from cases.access import Reading
from cases.assessment import answering, questions
from cases.casefile import tracker
from cases.common.refusals import NotYet, Stale
from cases.forms.answer import AnswerForm, SendForm, TakeDownForm
from cases.letters import timeline
from cases.letters.timeline import reader_of
from cases.models import SelfAssessment
from cases.resilience.form_tokens import once
from cases.signin import requests
from cases.ui.components import Task
from cases.ui.date_words import day

STATUS = {
    "none": (lambda: _("Not started"), "grey"),
    "some": (lambda: _("Started"), "blue"),
    "all": (lambda: _("Done"), ""),
}


@dataclass
class Desk:
    """A draft, and who writes in it in which voice."""

    draft: SelfAssessment
    voice: str
    answers: dict
    notice: str = ""

    @property
    def known_answers(self):
        return answering.values(self.answers, self.voice)


def task_list(request, ref):
    """The parts of the form; what was sent, once it was; the page to begin, as long as nothing
    was.
    """
    reading = _reading(access.get_case(request, ref), request)
    case = reading.case
    draft = answering.draft_of(case)
    if request.method == "POST":
        return _begin(request, reading)
    sent = answering.last_sent(case) if draft is None else None
    if sent is not None and journey.STEPS[case.step].answers != "again":
        return _sent(request, reading, sent)
    desk = _desk(request, reading, draft)
    if desk is None:
        return _beginning(
            request, reading, draft, TakeDownForm(own=answering.closed_to_staff(reading, draft))
        )
    fills, parts = (
        answering.may_fill(reading),
        answering.parts(case, draft.form, desk.answers, desk.voice),
    )
    return render(
        request,
        "cases/assessment.html",
        {
            "case": case,
            "tasks": [_task(case, p, fills) for p in parts],
            "fills": fills,
            "notice": desk.notice,
            "done": sum(p.done for p in parts),
            "of": sum(p.of for p in parts),
            "helping": desk.voice == "helper",
            "onward": answering.resume(draft.form, desk.answers, desk.voice),
            "started": any(p.done for p in parts),
            "own": "person" in reading.roles,
            "shared": day(draft.shared_at) if draft.shared_at else "",
        }
        | _beside(request, reading, desk),
    )


def _reading(reading: Reading, request):
    """Those who may not read assessments meet nothing here."""
    request.council = reading.case.council
    if not reading.sees("assessment"):
        raise Http404
    return reading


def _task(case, part, fills) -> Task:
    words, tone = STATUS[part.state]
    href = (
        reverse("cases:question", kwargs={"ref": case.ref, "question": part.first})
        if fills
        else None
    )
    return Task(part.title, words(), href, part.example, tone)


def _desk(request, reading: Reading, draft) -> Desk | None:
    """Where the reader writes or reads; None where the form has to be begun first, or a worker to
    say how.
    """
    case = reading.case
    if draft is None:
        return None
    voice, notice = "person", ""
    if answering.may_fill(reading):
        voice = answering.voice_of(reading)
    if reader_of(reading.roles) == "staff":
        taken = request.session.get(f"answers_{case.ref}")
        if taken is None or answering.closed_to_staff(reading, draft):
            return None
        words = {
            "who": case.person.name,
            "how": answering.HOW[taken["how"]],
            "day": day(date.fromisoformat(taken["on"])),
        }
        notice = (
            _("You are writing down the answers of %(who)s. How they are given: %(how)s, %(day)s.")
            % words
        )
    return Desk(draft, voice, answering.answers_by_voice(draft), notice)


def _beside(request, reading: Reading, desk) -> dict:
    """What stands on every page of a draft: that the last page is saved, said once, and who else is
    writing.
    """
    saved = request.method == "GET" and request.session.get("saved") == reading.case.ref
    if saved:
        del request.session["saved"]
    return {
        "saved": saved,
        "writing": answering.writing(reading, desk.answers, timezone.now()),
    }


def _beginning(request, reading: Reading, draft, form, status=200):
    case = reading.case
    return render(
        request,
        "cases/assessment_begin.html",
        {
            "case": case,
            "form": form,
            "staff": reader_of(reading.roles) == "staff",
            "draft": draft,
            "fills": answering.may_fill(reading),
            "carer": case.kind == "carer",
            "said": draft.answers.filter(voice="person").count() if draft else 0,
        },
        status=status,
    )


def _begin(request, reading: Reading):
    """Begin a draft or go on with it. A worker first says how the answers are given."""
    case = reading.case
    answering.voice_of(reading)
    if reader_of(reading.roles) == "staff":
        draft = answering.draft_of(case)
        form = TakeDownForm(request.POST, own=answering.closed_to_staff(reading, draft))
        if not form.is_valid():
            return _beginning(request, reading, draft, form, 422)
        if form.cleaned_data.get("asked"):
            requests.share_draft(case=case, by=request.user, on=True, on_behalf_of=case.person)
        taken = {"how": form.cleaned_data["how"], "on": form.cleaned_data["on"].isoformat()}
        if request.session.get(f"answers_{case.ref}") != taken:
            actions.take_down(
                case=case, by=request.user, given=taken["how"], given_on=form.cleaned_data["on"]
            )
        request.session[f"answers_{case.ref}"] = taken
    draft = actions.open_assessment(case=case, by=request.user)
    desk = _desk(request, reading, draft)
    if desk is None:  # somebody of theirs began to write in it meanwhile
        return redirect("cases:assessment", ref=case.ref)
    first = answering.resume(draft.form, desk.answers, desk.voice)
    return redirect("cases:question", ref=case.ref, question=first)


def share_draft(request, ref):
    """The person lets the council look at what they have so far, or stops it."""
    reading = _reading(access.get_case(request, ref), request)
    case = reading.case
    if "person" not in reading.roles:
        raise Http404
    if request.method == "POST":
        requests.share_draft(case=case, by=request.user, on=request.POST.get("on") == "1")
    return redirect("cases:assessment", ref=case.ref)


def question(request, ref, question):
    """One question, kept as soon as it is sent."""
    reading = _reading(access.get_case(request, ref), request)
    case = reading.case
    draft = answering.draft_of(case)
    desk = _desk(request, reading, draft)
    if desk is None:
        return _nowhere_to_write(request, case, draft)
    spec = next(
        (q for q in desk.draft.form if q["id"] == question and q.get("voice") != "worker"), None
    )
    if spec is None:
        raise Http404
    answering.voice_of(reading)
    row = desk.answers[desk.voice].get(question)
    if request.method != "POST":
        to = "check" if request.GET.get("to") == "check" else ""
        form = AnswerForm(
            spec=spec,
            earlier=row and row.value,
            initial={"seen": row.version if row else 0, "to": to},
        )
        return _ask(request, reading, desk, spec, form)
    form = AnswerForm(request.POST, spec=spec, earlier=row and row.value)
    if "skip" not in request.POST and not _kept(request, reading, desk, spec, form):
        return _ask(request, reading, desk, spec, form, 422)
    if "skip" not in request.POST:
        request.session["saved"] = case.ref
    return _onward(request, case, desk, spec, form)


def _nowhere_to_write(request, case, draft):
    """Readers go to the parts of the form; whoever sent an answer is told why it can't be kept, so
    that no words vanish.
    """
    if request.method != "POST":
        return redirect("cases:assessment", ref=case.ref)
    if draft is None:
        raise NotYet(
            _("Your answers have been sent. Your social worker can open them again for you.")
        )
    raise NotYet(
        _(
            "Say first how you get the answers: open the assessment in another window and "
            "begin there. Then go "
            "back, and send this page once more."
        )
    )


def _kept(request, reading: Reading, desk, spec, form) -> bool:
    if not form.is_valid():
        return False
    value = form.cleaned_data["value"]
    try:
        row = actions.save_answer(
            assessment=desk.draft,
            question=spec["id"],
            value=value,
            voice=desk.voice,
            by=request.user,
            seen=form.cleaned_data["seen"],
        )
    except Stale as refusal:
        theirs = desk.draft.answers.select_related("by").get(question=spec["id"], voice=desk.voice)
        first = answering.saved_by(reading, theirs)
        refusal.who, refusal.when = first["who"], first["time"]
        raise
    except NotYet as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return False
    desk.answers[desk.voice][spec["id"]] = row
    return True


def _onward(request, case, desk, spec, form):
    if "later" in request.POST:
        return redirect("cases:assessment", ref=case.ref)
    _before, after = answering.around(desk.draft.form, desk.known_answers, spec["id"])
    if after is None or request.POST.get("to") == "check":
        return redirect("cases:check_answers", ref=case.ref)
    return redirect("cases:question", ref=case.ref, question=after)


def _ask(request, reading: Reading, desk, spec, form, status=200):
    case = reading.case
    asked = answering.standing(desk.draft.form, desk.known_answers)
    run = next(
        (r for r in answering.runs(case.kind, asked) if any(q["id"] == spec["id"] for q in r[2])),
        None,
    )
    before, _after = answering.around(desk.draft.form, desk.known_answers, spec["id"])
    other = desk.answers["person" if desk.voice == "helper" else "helper"].get(spec["id"])
    place = next((n for n, q in enumerate(run[2], 1) if q["id"] == spec["id"]), 1) if run else 1
    return render(
        request,
        "cases/question.html",
        {
            "case": case,
            "form": form,
            "spec": spec,
            "before": before,
            "notice": desk.notice,
            "part": run[1] if run else questions.page_title(case.kind, spec["page"]),
            "place": place,
            "of": len(run[2]) if run else 1,
            "why": questions.WHY[spec["kind"] if spec["kind"] in questions.WHY else "option"],
            "number": questions.numbers(desk.draft.form)[spec["id"]],
            "example": answering.example(case.kind, spec["page"]),
            "checking": form["to"].value() == "check",
            "other": questions.label(spec, other.value) if other else "",
            "helping": desk.voice == "helper",
        }
        | _beside(request, reading, desk),
        status=status,
    )


def check_answers(request, ref):
    """Everything that was said, with what was left out, and the button that sends it."""
    reading = _reading(access.get_case(request, ref), request)
    case = reading.case
    if request.method == "POST":
        return _send(request, reading)
    desk = _desk(request, reading, answering.draft_of(case))
    if desk is None:
        return redirect("cases:assessment", ref=case.ref)
    form = SendForm(
        initial={"key": uuid.uuid4(), "seen": case.head_seq}, read_back=_heard(request, reading)
    )
    return _check(request, reading, desk, form)


def _heard(request, reading: Reading) -> bool:
    """Did somebody at the council write down what they heard? What was typed in from paper nobody
    has to read back.
    """
    taken = request.session.get(f"answers_{reading.case.ref}") or {}
    return reader_of(reading.roles) == "staff" and taken.get("how") != "paper"


def _check(request, reading: Reading, desk, form, status=200):
    fills = answering.may_fill(reading)
    return render(
        request,
        "cases/check_answers.html",
        {
            "case": reading.case,
            "form": form,
            "notice": desk.notice,
            "sends": answering.may_send(reading),
            "groups": _groups(
                reading, desk.draft, desk.answers, desk.voice, "check" if fills else ""
            ),
            "fills": fills,
            "staff": reader_of(reading.roles) == "staff",
            "heard": "read_back" in form.fields,
            "any": any(answering.answered(desk.answers, v) for v in desk.answers),
        }
        | _beside(request, reading, desk),
        status=status,
    )


def _groups(reading: Reading, assessment, answers, voice, to=""):
    """(title, rows of a summary list) of each part; with `to` every row has its link to change
    it.
    """
    case = reading.case
    found = []
    other = "person" if voice == "helper" else "helper"
    taken = answering.taken_down(case)
    for _page, title, specs in answering.runs(
        case.kind, answering.standing(assessment.form, answering.values(answers, voice))
    ):
        rows = []
        for spec in specs:
            mine, theirs = answers[voice].get(spec["id"]), answers[other].get(spec["id"])
            href = (
                reverse("cases:question", kwargs={"ref": case.ref, "question": spec["id"]})
                + "?to=check"
            )
            words = [answering.answer_words(spec, mine), answering.written_by(reading, mine, taken)]
            if theirs:
                who = _("The person") if other == "person" else _helper(reading, theirs)
                words.append(f"{who}: {questions.label(spec, theirs.value)}")
            elif voice == "helper" and mine and reading.role != "delegate":
                words.append(_("Answered by %(who)s, who helps.") % {"who": _helper(reading, mine)})
            rows.append(
                (spec["text"], "\n".join(filter(None, words)), *([href, _("Change")] if to else []))
            )
        found.append((title, rows))
    return found


def _helper(reading: Reading, answer) -> str:
    """Who helped with an answer, by name; one helper learns nothing of another."""
    return _("A helper") if reading.role == "delegate" or not answer.by else str(answer.by)


def _send(request, reading: Reading):
    case = reading.case
    staff = reader_of(reading.roles) == "staff"
    form, page = (
        SendForm(request.POST, read_back=_heard(request, reading)),
        reverse("cases:assessment", kwargs={"ref": case.ref}),
    )
    on_behalf_of = case.person if staff and reading.roles & journey.WORKER else None
    taken = request.session.get(f"answers_{case.ref}") if staff else None
    draft = answering.draft_of(case) if staff else None
    if draft is not None:
        desk = _desk(request, reading, draft)
        if desk is None or form.errors.get("read_back"):
            return _check(request, reading, desk, form, 422) if desk else redirect(page)

    def send():
        seen = form.cleaned_data.get("seen") if form.is_valid() else None
        given = (
            {"given": taken["how"], "given_on": date.fromisoformat(taken["on"])} if taken else {}
        )
        actions.submit_assessment(
            case=case, by=request.user, on_behalf_of=on_behalf_of, seen=seen, **given
        )
        request.session["sent"] = case.ref
        return page

    try:
        return redirect(
            once(request.POST.get("key"), user=request.user, form="submit_assessment", do=send)
        )
    except Stale:
        raise
    except NotYet as refusal:
        desk = _desk(request, reading, answering.draft_of(case))
        if desk is None:
            raise
        form.add_error(None, refusal.sentence)
        return _check(request, reading, desk, form, 422)


def _sent(request, reading: Reading, sent):
    """What was sent, to read and print; just after sending also what happens next."""
    case = reading.case
    answers = answering.answers_by_voice(sent)
    voice = "person" if answers["person"] else "helper"
    return render(
        request,
        "cases/sent.html",
        {
            "case": case,
            "groups": _groups(reading, sent, answers, voice),
            "on": day(sent.submitted_at),
            "just": request.session.get("sent") == case.ref,
            "staff": reader_of(reading.roles) == "staff",
            "next": tracker.next_words(reading, timezone.now()),
            "title": _("We have your answers") if reading.resident else _("The answers are sent"),
            "given": answering.manner_given(case),
            "pdf": timeline.assessment_letter(reading),
        },
    )

"""The survey behind its private link. The dashboard's pages are in dashboard_views.py.

The survey's answers are kept in the session while they are given, never in a table and never beside a name: a
person can go back, change an answer, or close the page and come back on the same device for as long as the
session lasts. They leave it when they are sent. So nothing half said is ever stored with a case.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.saying_no import NotYet

from . import actions, questions
from .forms import AnswerForm, HelperForm
from .models import Invitation


def _invitation(request, token) -> Invitation:
    """The invitation behind a link, with its council as the page's. Http404 for a token nobody was given."""
    found = Invitation.objects.select_related("case__council", "question_set")
    invitation = found.filter(token_hash=actions.digest(token)).first()
    if invitation is None:
        raise Http404
    request.council = invitation.case.council
    return invitation


def _over(invitation) -> bool:
    return invitation.answered or invitation.stopped_at is not None


def _given(request, token) -> dict:
    return request.session.get(f"survey:{actions.digest(token)[:32]}", {})


def _sent(request):
    """What was sent; an empty POST is still one, and deserves its error."""
    return request.POST if request.method == "POST" else None


@login_not_required
def survey(request, token):
    """The first page. Public: the link is the key, because people who answer may have no account."""
    invitation = _invitation(request, token)
    if _over(invitation):
        return render(request, "poet/survey_over.html", {"fresh": False})
    total = len(invitation.question_set.definition)
    context = {
        "total": total,
        "first": reverse("poet:survey_question", args=[token, 1]),
        "begun": bool(_given(request, token)),
    }
    return render(request, "poet/survey.html", context)


@login_not_required
def survey_question(request, token, number):
    """One question a page, its answer kept at once. Public: as `survey`."""
    invitation = _invitation(request, token)
    asked = invitation.question_set.definition
    if not 1 <= number <= len(asked):
        raise Http404
    if _over(invitation):
        return redirect("poet:survey", token)
    spec, given = asked[number - 1], _given(request, token)
    form = AnswerForm(spec, _sent(request), initial={"answer": given.get(spec["id"])})
    if request.method == "POST" and form.is_valid():
        given = given | {spec["id"]: form.cleaned_data["answer"]}
        request.session[f"survey:{actions.digest(token)[:32]}"] = given
        return redirect(_next_page(token, asked, number, given, request.GET))
    back = (
        reverse("poet:survey_question", args=[token, number - 1])
        if number > 1
        else reverse("poet:survey", args=[token])
    )
    context = {"form": form, "number": number, "total": len(asked), "back": back}
    return render(request, "poet/survey_question.html", context, status=422 if form.errors else 200)


def _next_page(token, asked, number, given, query) -> str:
    if number == len(asked) or "change" in query:
        return reverse("poet:survey_check", args=[token])
    return reverse("poet:survey_question", args=[token, number + 1])


@login_not_required
def survey_check(request, token):
    """All answers once more, and sending them, once. Public: as `survey`."""
    invitation, given = _invitation(request, token), _given(request, token)
    if _over(invitation):
        return redirect("poet:survey", token)
    form = HelperForm(_sent(request), initial={"helper": "nobody"})
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer(invitation, given, helper=form.cleaned_data["helper"])
        except NotYet as refusal:
            invitation.refresh_from_db()
            if _over(invitation):  # someone was faster: the first page says so kindly
                return redirect("poet:survey", token)
            form.add_error(None, refusal.sentence)
        else:
            request.session.pop(f"survey:{actions.digest(token)[:32]}", None)
            return redirect("poet:survey_thanks", token)
    rows = [
        (_(spec["text"]), questions.label(spec, given.get(spec["id"], "")) or _("Not answered"),
         reverse("poet:survey_question", args=[token, number]) + "?change=1")
        for number, spec in enumerate(invitation.question_set.definition, 1)
    ]  # fmt: skip
    context = {"form": form, "rows": rows, "back": reverse("poet:survey_question", args=[token, len(rows)])}
    return render(request, "poet/survey_check.html", context, status=422 if form.errors else 200)


@login_not_required
def survey_thanks(request, token):
    """What happens next, and whom to tell about harm. Public: as `survey`."""
    if not _over(_invitation(request, token)):
        return redirect("poet:survey", token)
    return render(request, "poet/survey_over.html", {"fresh": True})

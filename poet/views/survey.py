"""The survey behind its private link. Staff's pages of it are in survey_staff.py, the dashboard's
in dashboard.py.

Each answer is kept as it is given, away from any name, so that half a form is never lost. What was
answered is shown again only in the browser that gave it: whoever else opens the link can go on, but
does not read it. A link that is used, over, forged or nobody's gets the same kind page with the
same status, so that it tells nothing.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.common.refusals import NotYet
from cases.models import Council
from cases.ui import easy_read
from poet import actions
from poet.forms.survey import AnswerForm, CodeForm, SendForm
from poet.survey import paper_form, private_links, questions

DONE = "survey_done"


class Opened:
    """An open invitation as one browser sees it: what is asked, what this browser answered, how it
    is shown.
    """

    def __init__(self, request, token, invitation):
        self.session, self.token, self.invitation = request.session, token, invitation
        request.council = invitation.case.council
        self.asked = questions.numbered_questions(invitation.question_set, invitation.near_review)
        self.short = questions.short_form(self.asked)
        self.place = f"survey:{invitation.token_hash[:32]}"
        self.kept = actions.unsent_answers(invitation)
        self.mine = list(
            request.session.get(self.place, [])
        )  # ids alone: a session may belong to a name
        self.given = {ident: value for ident, value in self.kept.items() if ident in self.mine}
        if request.GET.get("view") in ("easy", "words"):
            request.session[easy_read.KEY] = request.GET["view"] == "easy"
        person = not invitation.worker_id and invitation.case.person.communication == "easy_read"
        if person and easy_read.KEY not in request.session:
            request.session[easy_read.KEY] = True
        self.easy = easy_read.chosen(request)

    def address(self, name, *more) -> str:
        return reverse(f"poet:{name}", args=[self.token, *more])

    def save_answer(self, spec, value) -> None:
        actions.keep_answer(self.invitation, spec["id"], value)
        self.session[self.place] = sorted({*self.mine, spec["id"]})

    def after(self, number, query) -> str:
        """The page after a question: the short form ends with the check page, and so does the long
        one.
        """
        if number in (self.short, len(self.asked)) or "change" in query:
            return self.address("survey_check")
        return self.address("survey_question", number + 1)

    def context(self) -> dict:
        return {"easy": self.easy, "other_view": "?view=words" if self.easy else "?view=easy"}


def opened(request, token) -> Opened | None:
    invitation = private_links.find(token)
    return Opened(request, token, invitation) if invitation else None


def over(request, token):
    """Thanks for the browser that has just sent this form; for everybody else the same kind
    page.
    """
    if request.session.get(DONE, {}).get("link") == private_links.digest(token):
        return redirect("poet:survey_thanks", token)
    return kindly(request)


def kindly(request):
    return render(request, "poet/survey_over.html", status=404)


def _sent(request):
    """What was sent; an empty POST is still one, and deserves its error."""
    return request.POST if request.method == "POST" else None


@login_not_required
def survey_code(request):
    """Where a code from a letter is typed. Public: the code is the key. A wrong one learns
    nothing.
    """
    form = CodeForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        if private_links.find(form.cleaned_data["code"]):
            return redirect("poet:survey", form.cleaned_data["code"])
        form.add_error(
            "code",
            _(
                "This code opens nothing now. Check each letter. Was it used before? Then "
                "there is nothing to do."
            ),
        )
    return render(
        request, "poet/survey_code.html", {"form": form}, status=422 if form.errors else 200
    )


@login_not_required
def survey(request, token):
    """The first page. Public: the link is the key, because people who answer may have no
    account.
    """
    mine = opened(request, token)
    if mine is None:
        return over(request, token)
    first = next(
        (n for n, spec in enumerate(mine.asked[: mine.short], 1) if spec["id"] not in mine.kept), 1
    )
    return render(
        request,
        "poet/survey.html",
        mine.context()
        | {
            "total": mine.short,
            "first": mine.address("survey_question", first),
            "begun": bool(mine.kept),
            "paper": mine.address("survey_paper"),
            "worker": bool(mine.invitation.worker_id),
        },
    )


@login_not_required
def survey_question(request, token, number):
    """One question a page, its answer kept at once. Public: as `survey`."""
    mine = opened(request, token)
    if mine is None:
        return over(request, token)
    if not 1 <= number <= len(mine.asked):
        raise Http404
    spec = mine.asked[number - 1]
    form = AnswerForm(
        spec, mine.easy, _sent(request), initial={"answer": mine.given.get(spec["id"])}
    )
    if request.method == "POST" and form.is_valid():
        try:
            mine.save_answer(spec, form.cleaned_data["answer"])
        except NotYet:  # sent from elsewhere a moment ago
            return over(request, token)
        return redirect(mine.after(number, request.GET))
    back = mine.address("survey_question", number - 1) if number > 1 else mine.address("survey")
    total = mine.short if number <= mine.short else len(mine.asked)
    context = mine.context() | {"form": form, "number": number, "total": total, "back": back}
    return render(request, "poet/survey_question.html", context, status=422 if form.errors else 200)


@login_not_required
def survey_check(request, token):
    """All answers once more, and sending them, once. Public: as `survey`."""
    mine = opened(request, token)
    if mine is None:
        return over(request, token)
    form = SendForm(
        _sent(request), worker=bool(mine.invitation.worker_id), initial={"helper": "nobody"}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer(mine.invitation, {}, **form.how())
        except NotYet as refusal:
            if private_links.find(token) is None:  # someone was faster
                return over(request, token)
            form.add_error(
                refusal.field if refusal.field in form.fields else None, refusal.sentence
            )
        else:
            request.session.pop(mine.place, None)
            request.session[DONE] = {
                "link": private_links.digest(token),
                "council": request.council.pk,
            }
            return redirect("poet:survey_thanks", token)
    return render(
        request,
        "poet/survey_check.html",
        mine.context() | _check(mine) | {"form": form},
        status=422 if form.errors else 200,
    )


def _check(mine) -> dict:
    """The rows of the check page, and how many questions more there are."""
    rows = []
    for number, spec in enumerate(mine.asked, 1):
        if number > mine.short and spec["id"] not in mine.kept:
            continue
        said = questions.label(spec, mine.given.get(spec["id"], ""))
        elsewhere = (
            _("Answered on another device") if spec["id"] in mine.kept else _("Not answered")
        )
        text = spec.get("easy") if mine.easy else ""
        rows.append(
            (
                f"{number}. {_(text or spec['text'])}",
                said or elsewhere,
                mine.address("survey_question", number) + "?change=1",
            )
        )
    more = [
        n for n, spec in enumerate(mine.asked, 1) if n > mine.short and spec["id"] not in mine.kept
    ]
    return {
        "rows": rows,
        "more": len(more),
        "onward": mine.address("survey_question", more[0]) if more else "",
        "back": mine.address("survey_question", mine.short),
    }


@login_not_required
def survey_thanks(request, token):
    """What happens next, and whom to tell about harm. Public, for the browser that sent the form:
    as `survey`.
    """
    done = request.session.get(DONE, {})
    if done.get("link") != private_links.digest(token):
        return redirect("poet:survey", token) if private_links.find(token) else kindly(request)
    request.council = Council.objects.filter(pk=done["council"]).first()
    return render(request, "poet/survey_thanks.html")


@login_not_required
def survey_paper(request, token):
    """The same questions on paper, with the same numbers. Public: as `survey`."""
    mine = opened(request, token)
    if mine is None:
        return over(request, token)
    return render(
        request,
        "poet/survey_paper.html",
        paper_form.sheet(mine.invitation, request.GET.get("as", ""))
        | {"back": mine.address("survey")},
    )

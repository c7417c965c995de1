"""The round of a page with one form: shown, sent once and on to what comes next, or shown again
with what is wrong, or with what it would change of the money, to be confirmed.

Not here: what the act does (`actions`), whether its page is open at all (`act.stopped`).
"""

from functools import partial

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import access, journey
from cases.casefile.case_presenter import sent_before
from cases.common.refusals import NotYet, Stale
from cases.journey import hooks
from cases.resilience.form_tokens import once
from cases.ui.look import ANSWER, CHECK, LOOKED, PRESS, Look

PRESSED = ("key", "seen")  # what only the page needs


class Unconfirmed(Exception):
    """What an act would change has not been looked at: nothing is recorded yet."""

    def __init__(self, look: Look) -> None:
        super().__init__("Not looked at yet.")
        self.look = look


def form_act(request, form, name, *, act, show, done=None, conflict_page=False, reading=None):
    """The response of a page with one form.

    `form`: bound where something was sent; None where there is nothing to send. `name`: of its
    token: the second of two presses goes where the first one went. `act(form)` does it, `done()`
    says that it happened and returns the address to go on to; both in one transaction. Without
    `done`, `act` returns the address: it is that of what was made. `show(form)` builds the page and
    is called only where it is shown. A refusal stands in the form beside what was typed; with
    `conflict_page`, Stale is raised instead, with what was typed. `reading`: of the case whose
    money the act may change; what it would change is shown first.
    """
    if request.method == "POST" and form and form.is_valid():
        do = partial(_address_after, request, reading, form, act, done)
        try:
            return redirect(once(form.cleaned_data["key"], user=request.user, form=name, do=do))
        except NotYet as no:
            if conflict_page and isinstance(no, Stale):
                raise Stale(no.sentence, changes=no.changes or form.typed()) from no
            form.refuse(no)
        except Unconfirmed as first:
            form.look = first.look
            if first.look.missing:
                form.add_error(None, _("Answer the question below what this changes."))
            if reading is not None:
                reading.case.refresh_from_db()
    elif request.method == "POST" and (
        before := sent_before(request.POST.get("key"), request.user, form=name)
    ):
        return redirect(before)  # the first press has changed what may be sent
    return show(form)


def look_first(reading: access.Reading, act, *, given: str, typed, answer: str = ""):
    """What `act` gives back, once what it changes was looked at. `given`: the mark of what was, ""
    for nothing; `answer`: to what the look asks besides, where it asks.
    Else Unconfirmed, and whoever calls takes everything back: the act was only tried, so that what
    is shown is what it does. Inside a transaction. Nothing is locked for it: what somebody else
    changes in between differs from what was looked at, and is shown again.
    """
    if not reading.sees("money"):
        return act()
    looks = [look(reading, answer) for look in hooks.LOOKS]
    made = act()
    for after in looks:
        found = after()
        if found is not None:
            confirmed_first(found, given=given, typed=typed, answer=answer)
    return made


def confirmed_first(look: Look, *, given: str, typed, answer: str = "") -> None:
    """Unconfirmed, unless exactly this was looked at, and what it asks was answered. For what
    `look_first` finds, and for an act that says by itself what it changes, such as that of a set.
    """
    look.mark, look.answer = look.marked(typed), answer
    seen = look.mark == given
    look.missing = seen and bool(look.question) and answer not in look.question.ANSWERS
    if not seen or look.missing:
        look.again = bool(given) and not seen
        raise Unconfirmed(look)


def mark_given(request, name=LOOKED) -> str:
    """The mark of what was looked at; "" for nothing, or to look again."""
    return "" if request.POST.get(PRESS) == CHECK else request.POST.get(name, "")


def move_act(request, reading: access.Reading, name, form, *, act, show):
    """`form_act` for a move that has a page of its own; `name`: of the move."""
    done = partial(moved, request, reading, journey.MOVES[name].done)
    return form_act(
        request, form, name, act=act, done=done, show=show, conflict_page=True, reading=reading
    )


def _address_after(request, reading, form, act, done) -> str:
    if reading is None:
        made = act(form)
    else:
        typed = {k: v for k, v in form.cleaned_data.items() if k not in PRESSED}
        answer = request.POST.get(ANSWER, "")
        made = look_first(
            reading, partial(act, form), given=mark_given(request), typed=typed, answer=answer
        )
    return done() if done else made


def with_message(request, words, to, say=messages.success) -> str:
    """Say it on the next page, which is `to`."""
    say(request, words)
    return to


def moved(request, reading: access.Reading, words) -> str:
    """After a move: the page that a person can keep; for staff the words of the timeline, and where
    they work on.
    """
    case = reading.case
    if reading.resident:
        return confirmed(case, request.user)
    return with_message(
        request, _("Recorded: %(what)s.") % {"what": words}, where_next(case, request.user)
    )


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

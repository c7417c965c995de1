"""The page of what was not delivered, with what may be done about each. Whose it is stands in
`undelivered`."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases import access
from cases.casefile import undelivered
from cases.common.refusals import NotYet
from cases.views.caseload import council_or_404

MAY = access.READS["contact"] | {"admin"}


def undelivered_page(request):
    """What did not arrive, for those who can put it right. Http404 for everybody else."""
    council = council_or_404(request)
    if not any(
        seat.role in MAY and seat.council_id == council.pk for seat in access.seats_of(request.user)
    ):
        raise Http404
    if request.method == "POST":
        return decide(request, council)
    lines = undelivered.lines(request.user, council)
    return render(
        request,
        "cases/undelivered.html",
        {
            "lines": lines,
            "cut_off": len(lines) >= undelivered.SHOWN,
            "written": any(line["written"] for line in lines),
        },
    )


def decide(request, council):
    """One act on the ticked ones; a number that is not among the reader's is 404, whoever's it
    is."""
    act = undelivered.ACTS.get(request.POST.get("act", ""))
    sent = set(request.POST.getlist("message"))
    wanted = {int(pk) for pk in sent if pk.isdecimal() and len(pk) < 19}
    found = list(
        undelivered.messages_to_decide(request.user, council).filter(pk__in=wanted)[
            : undelivered.SHOWN
        ]
    )
    if act is None or len(found) != len(sent):
        raise Http404
    done = [one for one in found if once(request, act, one)]
    if done:
        messages.success(request, _("Done: %(n)s") % {"n": len(done)})
    elif not found:
        messages.warning(request, _("Tick what this is about first."))
    return redirect("cases:undelivered")


def once(request, act, message) -> bool:
    try:
        act(message=message)
    except NotYet as no:
        messages.warning(request, no.sentence)
        return False
    return True

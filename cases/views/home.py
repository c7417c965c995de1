"""Where people come out after signing in: staff at their lists, everybody else at their own
support.
"""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import access, journey
from cases.common import dates
from cases.models import Representation
from cases.ui.date_words import day
from cases.views.start import resume


def home(request):
    """Straight to where there is only one place to go; else a list to choose from."""
    mine = list(
        Representation.objects.filter(Representation.on(dates.today()), user=request.user)
        .select_related("person", "person__council")
        .order_by("person__name")
    )
    desk = _desk(request)
    if desk and not mine:
        return redirect(desk)
    unsent = resume(request.user) if not desk else ""
    if unsent and not mine:
        return redirect(unsent)
    acting = [r for r in mine if r.checked and (r.kind == "self" or "see" in r.scope)]
    people = {r.person_id for r in acting}
    found = access.visible_to(request.user).filter(person_id__in=people) if people else []
    cases = (
        sorted(found.select_related("person", "council"), key=lambda c: c.asked_at, reverse=True)
        if people
        else []
    )
    waiting = [r for r in mine if r not in acting]
    if len(cases) == len(people) == 1 and not waiting and not desk:
        return redirect("cases:case", ref=cases[0].ref)
    if mine and not access.seats_of(request.user):
        request.council = mine[0].person.council
    return render(
        request,
        "cases/home.html",
        {
            "groups": _groups(acting, cases),
            "waiting": waiting,
            "desk": desk,
            "nobody": not mine and not desk,
            "unsent": unsent,
        },
    )


def _desk(request) -> str:
    """Where a member of staff begins the day, or "" for everybody else."""
    council = access.council_of(request.user, request)
    if council is None:
        return reverse("admin:index") if request.user.is_staff else ""
    roles = {s.role for s in access.seats_of(request.user) if s.council_id == council.pk}
    if roles & journey.ANYONE_STAFF:
        return reverse("cases:my_day")
    if "finance" in roles:
        return reverse("budgets:finance_home")  # by name, because apps import one way
    if "panel" in roles:
        return reverse("cases:queue")
    if any(journey.ROLES[role].reaches != "none" for role in roles):
        return reverse("cases:caseload")
    return reverse("admin:index") if request.user.is_staff else ""


def _began(case) -> str:
    if case.entered_running:
        return _("Here since %(day)s. Reference %(ref)s")
    return _("Asked on %(day)s. Reference %(ref)s")


def _groups(acting, cases):
    """(name of the person, whether it is the reader, rows of (words, address, note)) for each
    person.
    """
    found = []
    for rep in acting:
        rows = [
            (
                str(c.name),
                reverse("cases:case", kwargs={"ref": c.ref}),
                _began(c) % {"day": day(c.asked_at), "ref": c.ref},
            )
            for c in cases
            if c.person_id == rep.person_id
        ]
        found.append((rep.person.name, rep.kind == "self", rows))
    return found


@require_http_methods(["GET", "POST"])
def choose_council(request):
    """For staff with seats in several councils: for which one they work now."""
    councils = {s.council_id: s.council for s in access.seats_of(request.user)}
    if not councils:
        raise Http404
    if request.method == "POST":
        key = request.POST.get("council", "")
        if not key.isdigit() or int(key) not in councils:
            raise Http404
        request.session["council"] = int(key)
        return redirect("cases:home")
    return render(
        request,
        "cases/choose_council.html",
        {
            "councils": sorted(councils.values(), key=lambda c: c.name),
            "now": access.council_of(request.user, request),
        },
    )

"""Staff's lists: the caseload with its filters and search, the waiting list, a role's own queue,
letters to print.
"""

import secrets

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import access, journey
from cases.casefile import undelivered
from cases.caseload import list_presenter
from cases.caseload import lists as lists
from cases.caseload.filters import SCOPES, CaseloadFilter
from cases.common.refusals import NotYet
from cases.forms.staff import SearchForm
from cases.journey import hooks
from cases.letters import outbox
from cases.models import Message
from cases.views.menu import in_menu

REACHING = access.READS["contact"]
KEPT = 10  # searches remembered in a session
QUEUES = {
    "panel": (gettext_lazy("Plans before the panel"), gettext_lazy("No plan waits for the panel.")),
    "finance": (gettext_lazy("Money to set up"), gettext_lazy("Nothing waits for finance.")),
    "manager": (
        gettext_lazy("Waits for a team manager"),
        gettext_lazy("Nothing waits for you as a manager."),
    ),
    "service_manager": (
        gettext_lazy("Waits for a service manager"),
        gettext_lazy("Nothing waits for you as a service manager."),
    ),
    "worker": (
        gettext_lazy("Waits for you as a social worker"),
        gettext_lazy("Nothing waits for you as a social worker."),
    ),
}


def council_or_404(request):
    """The council a member of staff works for now; nobody else finds the staff's pages."""
    council = access.council_of(request.user, request)
    if council is None:
        raise Http404
    return council


@in_menu(gettext_lazy("My cases"), journey.ANYONE_STAFF)
@in_menu(gettext_lazy("Cases"), {"auditor"})
def caseload(request):
    """The cases of one's own or one's team, late first. Panel and finance have their queue and
    nothing else.
    """
    council = council_or_404(request)
    roles = lists.seat_roles(request.user, council)
    words = request.session.get("searches", {}).get(request.GET.get("search", ""))
    if set(roles) and set(roles) <= set(lists.DECIDERS):
        return redirect("cases:queue")
    if "search" in request.GET:
        return found(request, council, words)
    visible = lists.staff_cases(request.user, council)
    chosen = CaseloadFilter(request.GET, queryset=visible, user=request.user, council=council)
    page, onward = lists.page_after(chosen.cases(), request.GET.get("after", ""))
    scope = (
        chosen.form.cleaned_data.get("scope")
        if chosen.is_valid()
        else lists.default_scope(request.user, council)
    )
    takes = bool(
        set(roles) & journey.ANYONE_STAFF
    )  # whoever may take a request down may also have a turn
    caption = _("Cases: %(scope)s") % {"scope": SCOPES[scope or "all"]}
    return render(
        request,
        "cases/caseload.html",
        {
            "form": chosen.form,
            "in_use": chosen.in_use(),
            "search_form": SearchForm(),
            "stats": stats(request, council)[: 2 if takes else 1],
            "table": list_presenter.caseload_table(
                page, request.user, caption, _("No case is like this."), bool(REACHING & set(roles))
            ),
            "onward": next_link(request, onward),
            "first": first_link(request),
            "adminish": not roles,
            "takes": takes,
            "reaches": bool(REACHING & set(roles)),
        },
    )


def stats(request, council) -> list[dict]:
    """What needs somebody first: how many are late, and how many wait for the reader."""
    start = lists.default_scope(request.user, council)
    mine = lists.open_cases(
        lists.in_scope(lists.staff_cases(request.user, council), request.user, council, start)
    )
    late, turn = (
        lists.count(lists.late(mine)),
        lists.count(mine.filter(access.my_turn(request.user))),
    )
    here = reverse("cases:caseload")
    return [
        {
            "number": at_most(late),
            "label": ngettext("case is late", "cases are late", late),
            "bad": late > 0,
            "href": f"{here}?{urlencode({'scope': start, 'late': 'on'})}",
            "link": _("Show what is late"),
        },
        {
            "number": at_most(turn),
            "label": ngettext("case waits for you", "cases wait for you", turn),
            "bad": False,
            "href": f"{here}?{urlencode({'scope': start, 'turn': 'mine'})}",
            "link": _("Show what waits for you"),
        },
    ]


def at_most(number: int) -> str:
    return f"{lists.COUNTED}+" if number > lists.COUNTED else str(number)


def next_link(request, token: str) -> str:
    """The address of the next page: everything asked for stays, only the place moves."""
    if not token:
        return ""
    wanted = request.GET.copy()
    wanted["after"] = token
    return "?" + wanted.urlencode()


def first_link(request) -> str:
    wanted = request.GET.copy()
    if wanted.pop("after", None) is None:
        return ""
    return "?" + wanted.urlencode()


def search(request):
    """Remember the words under a token: names and numbers never stand in an address."""
    council = council_or_404(request)
    form = SearchForm(request.POST or None)
    if request.method != "POST":
        return redirect("cases:caseload")
    if not form.is_valid():
        return render(
            request,
            "cases/search.html",
            {"search_form": form, "form": form, "table": None, "more": False},
        )
    token = secrets.token_urlsafe(8)
    kept = list(request.session.get("searches", {}).items())[-KEPT + 1 :]
    request.session["searches"] = dict(kept) | {
        token: {"words": form.cleaned_data["words"], "council": council.pk}
    }
    return redirect(f"{reverse('cases:caseload')}?{urlencode({'search': token})}")


def found(request, council, kept):
    """What a search found among the cases the reader may see, closed ones included."""
    form = SearchForm(initial={"words": kept["words"]} if kept else None)
    table, onward = None, ""
    if kept:
        reaches = bool(REACHING & set(lists.seat_roles(request.user, council)))
        seen = lists.staff_cases(request.user, council)
        page, onward = lists.page_after(lists.search(seen, kept["words"], council, reaches))
        caption = _("Cases found for “%(words)s”") % {"words": kept["words"]}
        table = list_presenter.caseload_table(
            page, request.user, caption, _("No case that you may see fits this."), reaches
        )
    return render(
        request,
        "cases/search.html",
        {"search_form": form, "form": form, "table": table, "more": bool(onward)},
    )


@in_menu(gettext_lazy("Waiting list"), journey.ANYONE_STAFF)
def waiting(request):
    """Everybody on the list: who first, why, and who was last in touch. Nobody is forgotten."""
    council = council_or_404(request)
    cases = lists.waiting_list(request.user, council)
    roles = set(lists.seat_roles(request.user, council))
    reaches, rates = bool(roles & REACHING), bool(roles & journey.WORKER)
    caption = _("Waiting list, most pressing first")
    return render(
        request,
        "cases/waiting.html",
        {
            "table": list_presenter.waiting_table(
                cases, caption, _("Nobody is on the waiting list."), reaches, rates
            ),
            "unnamed": sum(lists.too_long_unnamed(c) for c in cases),
            "unrated": sum(not c.urgency for c in cases),
            "total": len(cases),
            "cut_off": len(cases) >= lists.QUEUED,
        },
    )


@in_menu(gettext_lazy("Queue"), QUEUES.keys() - {"worker"})
def queue(request):
    """What waits for the reader in each of their roles, oldest first."""
    council = council_or_404(request)
    mine, tables = access.representing(request.user), []
    for role in lists.seat_roles(request.user, council):
        if role in QUEUES:
            caption, empty = QUEUES[role]
            tables.append(
                list_presenter.queue_table(
                    lists.queue_for(request.user, council, role, mine),
                    request.user,
                    caption,
                    empty,
                    role in REACHING,
                )
            )
    return render(
        request,
        "cases/queue.html",
        {
            "tables": tables,
            "total": sum(len(t.rows) for t in tables),
            "tasks": tasks(request, council, mine),
        },
    )


def tasks(request, council, mine=None) -> list:
    """What the reader's roles still have to do in closed cases, as tables. `mine`: as `staff_cases`
    takes it.
    """
    roles = set(lists.seat_roles(request.user, council))
    return [table for source in hooks.TASKS for table in source(request.user, council, roles, mine)]


def letters_to_print(request):
    """The letters and calls that wait for somebody to do them; each is done once, however often it
    is pressed. For those who may reach people: where somebody lives is nobody else's.
    """
    council = council_or_404(request)
    roles = set(lists.seat_roles(request.user, council))
    if not roles & REACHING:
        raise Http404
    visible = lists.staff_cases(request.user, council, "contact")
    todo = outbox.to_print(council).filter(case__in=visible.values("pk"))
    if request.method == "POST":
        for message in theirs(visible, request.POST.getlist("message")):
            tell_once(request, message)
        return redirect("cases:letters_to_print")
    found = [list_presenter.print_line(m) for m in todo[: lists.QUEUED]]
    types_in = bool(roles & journey.ANYONE_STAFF)
    context = {"lines": found, "cut_off": len(found) >= lists.QUEUED, "types_in": types_in}
    context["undelivered"] = undelivered.count_sentence(request.user, council)
    return render(request, "cases/letters_to_print.html", context)


def theirs(visible, sent: list[str]):
    """The messages named, all of cases the reader sees; a number that is not among them is 404,
    whoever's it is.
    """
    wanted = {int(pk) for pk in sent if pk.isdecimal() and len(pk) < 19}
    rows = Message.objects.filter(
        pk__in=wanted, case__in=visible.values("pk"), to_person__isnull=False
    )
    found = list(rows.select_related("case__person", "nudge__visit")[: lists.QUEUED])
    if len(found) != len(set(sent)):
        raise Http404
    return found


def tell_once(request, message):
    try:
        outbox.record_told(message=message)
    except NotYet as no:
        messages.warning(request, f"{message.case.person}: {no.sentence}")
    else:
        messages.success(request, _("%(name)s: done.") % {"name": message.case.person})

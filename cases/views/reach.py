"""How people reach the council: what its administrators enter, how it then reads, and who changed
it when.
"""

import copy

from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage, get_connection
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cases import access
from cases.common import dates
from cases.common.refusals import NotYet
from cases.council import contact_details, set_up
from cases.forms.reach import ReachForm
from cases.letters import compose, pdf
from cases.letters.delivery import Unsure
from cases.signin import front_door
from cases.ui.components import Table
from cases.views.menu import in_menu

ADMINISTERS = {"admin"}
SHOWN = 50  # changes on the page


def _council(request):
    """The council that one works for now, for its administrators; else nothing is here."""
    council = access.council_of(request.user, request)
    mine = [
        seat.role
        for seat in access.seats_of(request.user)
        if council and seat.council_id == council.pk
    ]
    if not ADMINISTERS & set(mine):
        raise Http404
    return council


@require_http_methods(["GET", "POST"])
@in_menu(gettext_lazy("How people reach us"), ADMINISTERS)
def reach_page(request):
    """What is entered, how it reads, what was changed. "See how it reads" checks and saves
    nothing.
    """
    council = _council(request)
    form = ReachForm(request.POST or None, council=council, seen=set_up.last_change(council))
    shown, trying = council, False
    if request.method == "POST" and form.is_valid():
        if "preview" not in request.POST:
            return _saved(request, council, form)
        shown, trying = _as_if(council, form.values()), True
    return render(
        request,
        "cases/contact_details.html",
        {
            "form": form,
            "title": _("How people reach us"),
            "trying": trying,
            "reads": _reads(shown),
            "history": _history(council),
            "test": "" if trying or form.errors else council.emergency_email,
        },
        status=422 if form.errors else 200,
    )


def _saved(request, council, form):
    seen = form.cleaned_data["seen"] or 0
    change = set_up.change_reach(council=council, by=request.user, values=form.values(), seen=seen)
    said = (
        _("Saved. Pages and new letters say it from now on.")
        if change
        else _("Nothing was changed.")
    )
    messages.success(request, said)
    return redirect("cases:reach")


@require_http_methods(["GET", "POST"])
def reach_test(request):
    """A mail to the emergency address, so that somebody sees whether it comes. Five at once, then
    with longer waits.
    """
    council = _council(request)
    if request.method == "POST" and council.emergency_email:
        now, facts = timezone.now(), {"address": council.emergency_email}
        tried = front_door.count(
            "send",
            typed=f"emergency-test {council.pk}",
            address=front_door.client_address(request),
            now=now,
        )
        if tried.wait:
            raise NotYet(
                _("There were many tests just now. Try again in %(n)s minutes.") % {"n": tried.wait}
            )
        try:
            _test_mail(council, request.user).send()
        except Unsure as no:
            raise NotYet(
                _("The mail server took too long to answer. It may have sent it to %(address)s.")
                % facts
            ) from no
        except OSError as no:  # refused, timed out, and every fault of SMTP
            raise NotYet(
                _("The mail server did not take it. Nothing was sent to %(address)s.") % facts
            ) from no
        words = _("A test went to %(address)s at %(time)s. Ask the team whether it came.")
        messages.success(request, words % (facts | {"time": dates.clock_time(now)}))
    return redirect("cases:reach")


def _test_mail(council, by) -> EmailMessage:
    facts = {"council": council.name, "who": by}
    words = [
        _("This is a test. Nobody is in danger."),
        _(
            "%(council)s writes to this address when somebody reports danger while its "
            "office is closed."
        )
        % facts,
        _("Please tell %(who)s that you have read this.") % facts,
    ]
    # sent in the request, which waits as shortly as for a sign-in code
    connection = get_connection(timeout=settings.EMAIL_TIMEOUT_SIGN_IN)
    body = "\n\n".join(words) + "\n"
    return EmailMessage(
        _("Test: %(council)s") % facts, body, to=[council.emergency_email], connection=connection
    )


def _as_if(council, values):
    """The council as it would be, in memory alone."""
    found = copy.copy(council)
    for name, value in values.items():
        setattr(found, name, value)
    return found


def _reads(council) -> list[tuple[str, str]]:
    """Where it stands and in what words, from the functions that write it there."""
    found = contact_details.contact_for(council)
    if not found.phone:
        return []
    night = dates.london_midnight(dates.today())
    return [
        (
            _("At the head of a letter"),
            "\n".join([council.name, *pdf.letterhead(compose.sender(council))]),
        ),
        (_("At the end of a letter"), compose.closing(compose.sender(council) | {"worker": ""})[0]),
        (_("In a sentence"), _("If something changes, %(phone_us)s.") % found.facts),
        (_("While the office is closed"), contact_details.closed(council, night)),
        (_("Then people ring"), found.out_of_hours),
    ]


def _history(council) -> Table:
    rows = [
        [
            set_up.moment(change),
            set_up.who(change),
            set_up.label(name),
            set_up.value_words(name, old),
            set_up.value_words(name, new),
        ]
        for change in council.changes.select_related("by")[:SHOWN]
        for name, (old, new) in change.changes.items()
    ]
    head = [_("When"), _("Who"), _("What"), _("Before"), _("After")]
    return Table(_("What was changed"), head, rows, empty=_("Nothing was changed yet."))

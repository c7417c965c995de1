"""Is everything running? For a council's administrators: each job and each queue in words, with
what to do.

The numbers are those of /readyz, for the whole installation (`health`). Nothing here names a person
or a case.
"""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import access
from cases.council import set_up
from cases.reminders import health
from cases.ui.components import Badge, Table
from cases.views.menu import in_menu

ADMINISTERS = {"admin"}


@in_menu(gettext_lazy("Service"), ADMINISTERS)
def service(request):
    """What the jobs did last and what waits for them. Administrators only."""
    if not any(seat.role in ADMINISTERS for seat in access.seats_of(request.user)):
        raise Http404
    council = access.council_of(request.user, request)
    ages = health.ages(timezone.now())
    return render(
        request,
        "cases/service.html",
        {
            "table": Table(
                _("What runs behind the pages"),
                [_("What"), _("How it is"), _("Last"), _("What to do")],
                lines(ages),
            ),
            "council": council,
            "missing": [(need.words, reverse(need.where)) for need in set_up.missing(council)],
            "behind": any(health.behind(ages[health.AGES[job]], job) for job in health.TELLING),
            "why": health.given_up(),
        },
    )


RESTART = gettext_lazy(
    "Start the worker and beat again, and look into their log. Nothing is lost "
    "meanwhile, only later."
)
MAILER = gettext_lazy(
    "Start the mailer and beat again, and look into their log. Nothing is lost "
    "meanwhile, only later."
)
SLOWER = gettext_lazy("The dashboard stays right without it, only slower. Start the worker again.")
SLOWER_MONEY = gettext_lazy(
    "Lists of what is due follow more slowly without it, and payments stay right. Start the "
    "worker again."
)
MAIL = gettext_lazy(
    "See that the mail server takes messages. They are tried again by themselves, for three days."
)
# Job -> what it does, and what to do where it stands still.
JOBS = {
    "sweep": (gettext_lazy("Looking for what is late (every minute)"), RESTART),
    "send_messages": (gettext_lazy("Sending messages (every minute)"), MAILER),
    "drain": (gettext_lazy("Adding up how long things take"), SLOWER),
    "invite": (gettext_lazy("Asking people how it is going (every minute)"), RESTART),
    "keep": (gettext_lazy("Counting ahead for large councils"), SLOWER),
    "publish": (gettext_lazy("Publishing what people say"), RESTART),
    "stand": (gettext_lazy("Adding up what is due to be paid (every minute)"), SLOWER_MONEY),
    "check_money": (gettext_lazy("Comparing the books of money (every night)"), RESTART),
    "look_after_money": (
        gettext_lazy("Letters about charges, and what was paid too much"),
        RESTART,
    ),
}


def lines(ages) -> list[list]:
    """A row each: what it is, whether all is well, how long ago, and what to do if not."""
    return [
        untold(ages["danger_untold"]),
        *(
            job(code, str(name), ages[health.AGES[code]], str(words))
            for code, (name, words) in JOBS.items()
        ),
        wait(_("The oldest message that is not sent"), ages["oldest_message_age"], str(MAIL)),
        wait(
            _("The oldest deadline that nobody was reminded of"),
            ages["oldest_unswept_age"],
            str(RESTART),
        ),
        undelivered(_("Messages given up"), ages["dead_messages"]),
        undelivered(_("Messages that may not have arrived"), ages["unsure_messages"]),
        failed(ages["failing_parts"]),
        differing(ages["money_differs"]),
    ]


def untold(lost) -> list:
    tell = _(
        "Somebody may be in danger, and no message to those on duty has left. Tell them by "
        "telephone now. Then see that "
        "the mail server takes messages, and that the council has an address for emergencies."
    )
    return [
        _("Reports of danger of which nobody was told"),
        Badge(_("Now"), "red") if lost else Badge(_("None"), "green"),
        str(lost or ""),
        tell if lost else "",
    ]


def failed(number: int) -> list:
    name = _("Parts of a job that failed when last tried")
    if not number:
        return [name, Badge(_("None"), "green"), "", ""]
    words = _(
        "The worker's log says which, and where. They are tried again each minute; "
        "everything else goes on."
    )
    return [name, Badge(_("Look"), "red"), str(number), words]


def differing(number: int) -> list:
    name = _("Councils whose books of money do not agree")
    if not number:
        return [name, Badge(_("None"), "green"), "", ""]
    words = _(
        "“manage.py check_money” lists what differs. Let nobody release a payment that it names "
        "before finance has looked at it."
    )
    return [name, Badge(_("Look"), "red"), str(number), words]


def undelivered(name: str, number: int) -> list:
    if not number:
        return [name, Badge(_("None"), "green"), "", ""]
    words = _(
        "Put right what is said below. Those who reach the person send it again, or tell "
        "them another way."
    )
    return [name, Badge(_("Look"), "red"), str(number), words]


def job(code: str, name: str, seconds: int | None, words: str) -> list:
    if seconds is None:
        return [name, Badge(_("Has not run yet"), "red"), "", words]
    well = not health.behind(seconds, code)
    return [
        name,
        Badge(_("Runs"), "green") if well else Badge(_("Stopped"), "red"),
        ago(seconds),
        "" if well else words,
    ]


def wait(name: str, seconds: int | None, words: str) -> list:
    if seconds is None:
        return [name, Badge(_("Nothing waits"), "green"), "", ""]
    long = seconds > health.LONG
    return [
        name,
        Badge(_("Waits too long"), "red") if long else Badge(_("In time"), "green"),
        ago(seconds),
        words if long else "",
    ]


def ago(seconds: int) -> str:
    """How long ago, as people say it."""
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if days:
        return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
    if hours:
        return ngettext("%(n)s hour ago", "%(n)s hours ago", hours) % {"n": hours}
    if minutes:
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes) % {"n": minutes}
    return _("less than a minute ago")

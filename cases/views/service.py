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
from django.utils.translation import ngettext

from cases import access
from cases.council import set_up
from cases.reminders import health
from cases.ui.components import Badge, Table


def service(request):
    """What the jobs did last and what waits for them. Administrators only."""
    if not any(seat.role == "admin" for seat in access.seats_of(request.user)):
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


def lines(ages) -> list[list]:
    """A row each: what it is, whether all is well, how long ago, and what to do if not."""
    restart = _(
        "Start the worker and beat again, and look into their log. Nothing is lost "
        "meanwhile, only later."
    )
    mailer = _(
        "Start the mailer and beat again, and look into their log. Nothing is lost "
        "meanwhile, only later."
    )
    slower = _("The dashboard stays right without it, only slower. Start the worker again.")
    mail = _(
        "See that the mail server takes messages. They are tried again by themselves, for "
        "three days."
    )
    jobs = (
        ("sweep", _("Looking for what is late (every minute)"), restart),
        ("send_messages", _("Sending messages (every minute)"), mailer),
        ("drain", _("Adding up how long things take"), slower),
        ("invite", _("Asking people how it is going (every minute)"), restart),
        ("keep", _("Counting ahead for large councils"), slower),
        ("publish", _("Publishing what people say"), restart),
    )
    lost = ages["danger_untold"]
    tell = _(
        "Somebody may be in danger, and no message to those on duty has left. Tell them by "
        "telephone now. Then see that "
        "the mail server takes messages, and that the council has an address for emergencies."
    )
    state = Badge(_("Now"), "red") if lost else Badge(_("None"), "green")
    untold = [
        _("Reports of danger of which nobody was told"),
        state,
        str(lost or ""),
        tell if lost else "",
    ]
    return [
        untold,
        *(job(code, name, ages[health.AGES[code]], words) for code, name, words in jobs),
    ] + [
        wait(_("The oldest message that is not sent"), ages["oldest_message_age"], mail),
        wait(
            _("The oldest deadline that nobody was reminded of"),
            ages["oldest_unswept_age"],
            restart,
        ),
        undelivered(_("Messages given up"), ages["dead_messages"]),
        undelivered(_("Messages that may not have arrived"), ages["unsure_messages"]),
        failed(ages["failing_parts"]),
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

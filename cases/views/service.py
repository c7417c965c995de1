"""Is everything running? For a council's administrators: each job and each queue in words, with what to do.

The numbers are those of /readyz, for the whole installation (`pulse`). Nothing here names a person or a case.
"""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import access, pulse
from ..components import Badge, Table

LONG = 900  # seconds after which something that waits is worth a look


def service(request):
    """What the jobs did last and what waits for them. Administrators only."""
    if not any(seat.role == "admin" for seat in access.seats_of(request.user)):
        raise Http404
    ages = pulse.ages(timezone.now())
    return render(request, "cases/service.html", {
        "table": Table(_("What runs behind the pages"), [_("What"), _("How it is"), _("Last"), _("What to do")], lines(ages)),
        "behind": pulse.behind(ages["sweep_age"]), "why": pulse.given_up() if ages["dead_messages"] else [],
    })  # fmt: skip


def lines(ages) -> list[list]:
    """A row each: what it is, whether all is well, how long ago, and what to do if not."""
    restart = _("Start the worker and beat again, and look into their log. Nothing is lost meanwhile, only later.")
    mail = _("See that the mail server takes messages. They are tried again by themselves.")
    sweep, waits, unswept, dead = (
        ages[name] for name in ("sweep_age", "oldest_message_age", "oldest_unswept_age", "dead_messages")
    )
    lost = ages["danger_untold"]
    tell = _("Somebody may be in danger, and no message to those on duty has left. Tell them by telephone now. Then see that "
             "the mail server takes messages, and that the council has an address for emergencies.")  # fmt: skip
    return [
        [_("Reports of danger of which nobody was told"), Badge(_("Now"), "red") if lost else Badge(_("None"), "green"),
         str(lost or ""), tell if lost else ""],
        job(_("Looking for what is late (every minute)"), sweep, pulse.STOPPED, restart),
        job(_("Sending messages (every minute)"), ages["sending_age"], pulse.STOPPED, restart),
        job(_("Adding up how long things take"), ages["drain_age"], LONG,
            _("The dashboard stays right without it, only slower. Start the worker again.")),
        wait(_("The oldest message that is not sent"), waits, mail),
        wait(_("The oldest deadline that nobody was reminded of"), unswept, restart),
        [_("Messages given up"), Badge(_("Look"), "red") if dead else Badge(_("None"), "green"), str(dead or ""),
         _("Put right what is said below, and tell the people another way: the chronology of a case shows what was not "
           "delivered.") if dead else ""],
    ]  # fmt: skip


def job(name: str, seconds: int | None, most: int, words: str) -> list:
    if seconds is None:
        return [name, Badge(_("Has not run yet"), "red"), "", words]
    well = seconds <= most
    return [
        name,
        Badge(_("Runs"), "green") if well else Badge(_("Stopped"), "red"),
        ago(seconds),
        "" if well else words,
    ]


def wait(name: str, seconds: int | None, words: str) -> list:
    if seconds is None:
        return [name, Badge(_("Nothing waits"), "green"), "", ""]
    long = seconds > LONG
    return [name, Badge(_("Waits too long"), "red") if long else Badge(_("In time"), "green"), ago(seconds),
            words if long else ""]  # fmt: skip


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

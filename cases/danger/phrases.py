"""What is said to people and to colleagues about danger: before they send, at once afterwards, and
on the duty pages.

Nothing is promised that nobody keeps: while the office is closed the page says whether anybody
reads it. Numbers: 999 and, for whoever can't hear or speak, 18000 and 999 BSL (Ofcom's emergency
relay services); NHS 111 at any hour, 18001 111 by text relay (NHS England). The council's own are
its settings. Reading only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import access
from cases.access import Reading
from cases.caseload import lists as lists
from cases.common import dates
from cases.council import contact_details, office_hours
from cases.danger import reports
from cases.models import Case, Council, DangerReport
from cases.models.danger import REACHED, SAFE, STEPS, WHY
from cases.ui import components
from cases.ui.components import Badge, Link, Table

FRESH = (
    30 * 60
    # seconds for which a browser that has just told us shows what helps: others may use it after
    # that
)
ASKS = gettext_lazy("For that we ask for a number that is safe to ring.")


@dataclass(frozen=True)
class NumberToRing:
    """A number, what it is for and when. `dial`: as a telephone dials it."""

    what: str
    number: str
    when: str

    @property
    def dial(self) -> str:
        return contact_details.dialled(self.number)


@dataclass(frozen=True)
class Help:
    """What helps now. `told`: who has been told of it and whether anybody reads it; `alone`: nobody
    does now.
    """

    told: str
    alone: bool
    ways: list[NumberToRing]


def numbers_to_ring(council: Council, now: datetime) -> list[NumberToRing]:
    """Whom to ring, what is quickest first."""
    ever = _("Day and night. It costs nothing.")
    found = [
        NumberToRing(_("In danger now: police, ambulance, fire"), "999", ever),
        NumberToRing(
            _("The same, if you can't hear or speak: text relay, or the app 999 BSL"), "18000", ever
        ),
        NumberToRing(
            _("Medicine or your health, and it can't wait: NHS. By text relay: 18001 111"),
            "111",
            ever,
        ),
    ]
    opened, opening = office_hours.is_open(council, now), office_hours.opens_next(council, now)
    if not opened and council.out_of_hours_phone:
        found.append(
            NumberToRing(
                _("The council, while its office is closed"), council.out_of_hours_phone, _("Now")
            )
        )
    if council.help_phone:
        when = (
            _("Now, until %(time)s") % {"time": dates.clock_time(council.closes_at)}
            if opened and council.closes_at
            else _opens(opening)
        )
        what = _("The council")
        if council.help_relay:
            what = _("The council. By text relay: %(number)s") % {"number": council.help_relay}
        found.append(NumberToRing(what, council.help_phone, when))
    return found


def _opens(opening: datetime | None) -> str:
    return _("From %(when)s") % {"when": _moment(opening)} if opening else ""


def _moment(at: datetime) -> str:
    facts = {"time": dates.clock_time(at), "day": dates.date_words(at)}
    return _("%(time)s on %(day)s") % facts


def is_read(council: Council, now: datetime) -> bool:
    """Does anybody read it now: the duty team while the office is open, else whoever the council
    says does?
    """
    return office_hours.is_open(council, now) or bool(
        council.emergency_email and council.emergency_reads
    )


def unread(council: Council, now: datetime) -> str:
    """That nobody reads it now, and from when on somebody does."""
    opening = office_hours.opens_next(council, now)
    if opening is None:
        return _("We can't say when somebody reads it.")
    return _("Our office is closed. Nobody reads it until %(when)s.") % {"when": _moment(opening)}


def before(council: Council, now: datetime | None = None) -> str:
    """What ticking the box does, said before anything is sent."""
    now = now or timezone.now()
    if not is_read(council, now):
        first = council.out_of_hours_phone or "999"
        words = _(
            "In danger now: ring 999 first. “Yes” goes to our duty team. %(unread)s Ring "
            "%(number)s now."
        )
        return f"{words % {'unread': unread(council, now), 'number': first}} {ASKS}"
    if office_hours.is_open(council, now):
        return (
            _(
                "In danger now: ring 999 first. “Yes” reaches our duty team as soon as you "
                "send it, and they ring."
            )
            + f" {ASKS}"
        )
    return (
        _(
            "In danger now: ring 999 first. Our office is closed. “Yes” reaches our "
            "emergency duty team when you send it."
        )
        + f" {ASKS}"
    )


def on_paper(council: Council) -> str:
    """The same on a paper form, which nobody reads today."""
    numbers = [n for n in (council.help_phone, council.out_of_hours_phone) if n]
    words = _(
        "A form on paper is slow: nobody reads it today. In danger now: ring 999. Medicine: "
        "ring 111."
    )
    ours = _("Or now: %(numbers)s.") % {"numbers": _(" or ").join(numbers)} if numbers else ""
    return " ".join(
        filter(
            None, [words, ours, _("“Yes” goes to our duty team on the day this form reaches us.")]
        )
    )


def for_staff(council: Council, now: datetime | None = None) -> str:
    """The same for a colleague who writes down what somebody says."""
    now = now or timezone.now()
    if is_read(council, now):
        return _(
            "In danger now: ring 999 first. “Yes” reaches the duty team as soon as you "
            "record it. Ask for a number that is safe to ring."
        )
    return _("In danger now: ring 999 first.") + " " + telling_staff(council, now)


def telling(council: Council, now: datetime | None = None) -> str:
    """For whoever has just passed it on: that we are telling somebody, or that nobody reads it now.
    Never that they have been told: mails are only queued by then.
    """
    now = now or timezone.now()
    if office_hours.is_open(council, now):
        return _("We are telling the duty team now.")
    if is_read(council, now):
        return _("Our office is closed. We are telling our emergency duty team now.")
    return unread(council, now)


def telling_staff(council: Council, now: datetime | None = None) -> str:
    """The same for a colleague: where nobody reads it now, whom they ring themselves."""
    now = now or timezone.now()
    if is_read(council, now):
        return telling(council, now)
    if council.out_of_hours_phone:
        ring = _("Ring the manager on call yourself: %(number)s.") % {
            "number": council.out_of_hours_phone
        }
    else:
        ring = _("Ring the manager on call yourself.")
    return f"{telling(council, now)} {ring}"


def help_now(council: Council, report: DangerReport, now: datetime | None = None) -> Help:
    """What helps now, and who was told. Honest when no message has left."""
    now = now or timezone.now()
    if report.pk in reports.untold(now, council):
        told, alone = (
            _(
                "We could not reach our duty team. Do not wait for us: ring one of these "
                "numbers now."
            ),
            True,
        )
    elif office_hours.is_open(council, now):
        told, alone = (
            _(
                "We are telling our duty team now. Somebody aims to speak to you within the "
                "hour. If nobody has, a manager is told."
            ),
            False,
        )
    elif is_read(council, now):
        told, alone = (
            _(
                "Our office is closed. We are telling our emergency duty team now, and "
                "somebody there reads it."
            ),
            False,
        )
    else:
        told, alone = (
            unread(council, now) + " " + _("Do not wait for us: ring one of these numbers now."),
            True,
        )
    return Help(told, alone, numbers_to_ring(council, now))


def unsent(council: Council, now: datetime | None = None, button: str = "") -> Help:
    """For whoever has ticked the box and not yet sent it."""
    told = _(
        "We do not have it yet: we get it when you press “%(button)s”. Do not wait for that: "
        "ring one of these numbers now."
    ) % {"button": button or _("Send my request")}
    return Help(told, True, numbers_to_ring(council, now or timezone.now()))


def refused(form, council: Council, button: str = "") -> Help | None:
    """On the page of a form that was sent with the box ticked and not taken: what helps stands
    above what is wrong.
    """
    ticked = form.is_bound and form.errors and form.data.get("danger") in ("yes", "on")
    return unsent(council, button=button) if ticked else None


def of_reader(reading: Reading, now: datetime | None = None) -> Help | None:
    """What stands on the person's own page while something that they said themselves is open;
    nothing for a helper.
    """
    case = reading.case
    if case.danger_since is None or "person" not in reading.roles:
        return None
    mine = next((row for row in case.dangers.filter(closed_at=None) if row.own), None)
    return help_now(case.council, mine, now) if mine else None


def just_told(kept: dict | None, case: Case, now: datetime | None = None) -> Help | None:
    """For the browser that has told us just now, whoever sits at it: while it is fresh and open,
    and never again.
    """
    now = now or timezone.now()
    if not kept or kept.get("ref") != case.ref or not kept.get("told_at") or not fresh(kept, now):
        return None
    row = case.dangers.filter(closed_at=None).last()
    return help_now(case.council, row, now) if row else None


def fresh(kept: dict, now: datetime | None = None) -> bool:
    """Was it sent so lately that whoever sits at this browser still is who sent it? The same with
    danger and without.
    """
    sent = kept.get("told_at") or kept.get("at") or 0
    return (now or timezone.now()).timestamp() - sent <= FRESH


# ---- for colleagues


def banner(user, council: Council, now: datetime | None = None) -> dict | None:
    """What stands on every page of a colleague who may have to ring somebody: how many wait; or
    None. Asked only where a report is open (`pulse.standing`).
    """
    now = now or timezone.now()
    seats = {s.role for s in access.seats_of(user) if s.council_id == council.pk}
    number = waiting(user, council).count() if seats & reports.RINGING else 0
    lost = len(reports.untold(now, council)) if seats & (reports.RINGING | {"admin"}) else 0
    if not number and not lost:
        return None
    found = []
    if number:
        found.append(
            ngettext(
                "%(n)s person may be in danger, and nobody has recorded speaking to them.",
                "%(n)s people may be in danger, and nobody has recorded speaking to them.",
                number,
            )
            % {"n": number}
        )
    if lost:
        found.append(
            ngettext(
                "No message about %(n)s of these reports has left: tell those on duty yourself.",
                "No message about %(n)s of these reports has left: tell those on duty yourself.",
                lost,
            )
            % {"n": lost}
        )
    return {"words": " ".join(found), "href": reverse("cases:danger_list") if number else ""}


def waiting(user, council: Council):
    """The cases with an open report that a colleague reaches in a role that rings, the oldest
    first.
    """
    mine = lists.staff_cases(user, council, "danger").filter(danger_since__isnull=False)
    return mine.order_by("danger_since", "pk")


def table(cases: list[Case], now: datetime) -> Table:
    """The duty list: whom to ring, since when, and how far it has gone."""
    head = [_("Person"), _("Ring by"), _("Reported"), _("Tried"), _("Told last")]
    lines = []
    for case in cases:
        row = next((r for r in case.dangers.all() if r.closed_at is None), None)
        if row is not None:
            calls, steps = list(row.calls.all()), list(row.steps.all())
            tried = (
                ngettext("%(n)s call", "%(n)s calls", len(calls)) % {"n": len(calls)}
                if calls
                else _("Not yet")
            )
            name = Link(case.person.name, reverse("cases:danger", args=[case.ref]), hidden=case.ref)
            last = str(STEPS[steps[-1].step]) if steps else ""
            lines.append([[name, case.ref], due(row, now), _moment(row.reported_at), tried, last])
    return Table(_("Ring these people"), head, lines, empty=_("Nobody waits: no report is open."))


def due(row: DangerReport, now: datetime) -> Badge:
    """By when somebody must have spoken to them."""
    when = {"time": dates.clock_time(row.due_at)}
    return (
        Badge(_("Past %(time)s") % when, "red")
        if now >= row.due_at
        else Badge(_("Today, by %(time)s") % when, "red")
    )


def due_tag(row: DangerReport, now: datetime | None = None) -> str:
    """The same outside a table."""
    return components.tag(due(row, now or timezone.now()))


def moment(at: datetime | None) -> str:
    """A moment as people say it; "" for none."""
    return _moment(at) if at else ""


def next_up(row: DangerReport) -> str:
    """To whom it goes when nobody answers, said before the button is pressed."""
    taken = {one.step for one in row.steps.all()}
    step = next((code for code in reports.LADDER if code not in taken), None)
    if step is None:
        return _("Everybody on the list has been told. Record it all the same.")
    return _("It stays open, and goes up at once to: %(who)s.") % {"who": STEPS[step]}


def history(row: DangerReport, rings: bool = True) -> list[tuple[str, str, list[str]]]:
    """(when, what, words) of everything that was done about a report, the newest first. `rings`:
    may the reader read what was said?
    """
    lines = []
    for call in row.calls.select_related("by", "event__body"):
        said = reports.words_of(call.event)
        words = [_("Safe now: %(safe)s") % {"safe": SAFE[call.safe]}] if call.safe else []
        words += [said[name] for name in ("agreed", "following") if said.get(name) and rings]
        lines.append((call.at, f"{call.by}: {REACHED[call.reached]}", words))
    for step in row.steps.all():
        what = _("Told: %(who)s, because %(why)s") % {"who": STEPS[step.step], "why": WHY[step.why]}
        if not step.told:
            what = _("Nobody to tell: %(who)s") % {"who": STEPS[step.step]}
        lines.append((step.at, what, []))
    ordered = sorted(lines, key=lambda one: one[0], reverse=True)
    return [(_moment(at), what, words) for at, what, words in ordered]


def went_up(step) -> str:
    """To whom an unanswered call has gone."""
    if step is None:
        return _(
            "Everybody on the list has been told already. Ring again, send somebody, or ring 999."
        )
    if not step.told:
        return _("There is nobody above to tell. Ring again, send somebody, or ring 999.")
    return _("It has gone up. We are telling: %(who)s.") % {"who": STEPS[step.step]}

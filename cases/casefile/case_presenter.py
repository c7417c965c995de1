"""Reading for one case's pages: header, stepper, buttons, key facts, what is open.

Everything here is for showing; not here: who may do what (`access`), the sentences of the timeline
(`timeline`).
"""

import uuid

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import access, journey
from cases.access import Reading
from cases.assessment import answering, perspectives
from cases.casefile import messages, people_around
from cases.casefile.tracker import Button, Stage, address
from cases.caseload import list_presenter
from cases.common import dates
from cases.common.match_keys import folded_words
from cases.common.refusals import NotYet, Stale
from cases.helpers import listing
from cases.journey import hooks
from cases.letters.timeline import label_of
from cases.models import Connection, FormToken, Pause, Person, User
from cases.models.clock import pause_days
from cases.models.people import nhs_words, years_of
from cases.ui import components, date_words

SHARED_PAGES = {
    "cases:determine": gettext_lazy("Decide about eligibility"),
    "budgets:answer_offer": gettext_lazy("Answer the proposal"),
}
UNANSWERED = (
    (
        "ask_news",
        gettext_lazy("The person asked what is happening on %(day)s. Nobody has answered yet."),
    ),
    (
        "challenge",
        gettext_lazy("A decision was challenged on %(day)s. It has no answer yet."),
    ),
    (
        "asked_to_be_contacted",
        gettext_lazy("They asked on %(day)s to be contacted."),
    ),
)
NEVER_SHOWN = {"csrfmiddlewaretoken", "seen", "key", "count"}
EXPLAINED = {
    "withdraw": gettext_lazy(
        "You stop here, and the council closes your case. You can ask again at any time."
    ),
    "arrange_own": gettext_lazy(
        "You arrange your support yourself, without money from the council. You can come "
        "back at any time."
    ),
    "challenge": gettext_lazy(
        "Tell us what is wrong. Somebody who did not make the decision looks at it again and "
        "answers you."
    ),
    "ask_news": gettext_lazy("Whoever has to do the next thing gets your question."),
    "start_review": gettext_lazy(
        "We look together at what works and what should change. Your budget goes on meanwhile."
    ),
    "reopen": gettext_lazy(
        "Your case starts again where it makes sense. What you told us is still here."
    ),
}


def foreseen(reading: Reading, move) -> list[tuple[str, str]]:
    """What other apps say that follows from a move, before it is made."""
    sums = reading.sees("money")
    return [row for source in hooks.FORESEEN for row in source(reading.case, move, sums)]


def header(reading: Reading) -> dict:
    """Who this is about, on every staff page: who they are, how they take in information, the safe
    way to reach them, what to know before a visit. What belongs to their contact only for those who
    read it.
    """
    case = reading.case
    staff = reading.sees("contact") and not reading.resident
    return {
        "case": case,
        "reading": reading,
        "died_on": date_words.day(case.person.died_on),
        "case_url": reverse("cases:case", args=[case.ref]),
        "needs": "",
        "around": None,
        "who_warnings": [],
        "who_facts": [],
    } | (_who(reading) if staff else {})


def _who(reading: Reading) -> dict:
    """Who is around a person, and warnings and facts, each (title, words), for the head of a page.
    One statement.
    """
    person = reading.case.person
    around = people_around.connections_of(person)
    helping = {" ".join(folded_words(str(rep.user))) for rep in reading.people if rep.checked}
    home = [one for one in around if one.lives_with and not one.keep_away]
    warnings = [
        (_("Keep away:"), _kept_away_words(one, helping)) for one in around if one.keep_away
    ]
    warnings += [(_("Before a visit:"), person.visit_risks)]
    needs = "" if person.died_on else list_presenter.needs_of(person)
    facts = [
        (_("Born:"), _born(person)),
        (_("NHS number:"), nhs_words(person.nhs_number)),
        (_("Address:"), " ".join(person.address.split())),
        (_("Safe contact:"), "" if person.died_on else _safe_contact(person)),
        (_("Communication:"), needs),
        (_("When we meet:"), "" if person.died_on else person.access_needs),
        (_("At home:"), "; ".join(f"{one.name}, {one.get_relation_display()}" for one in home)),
    ]
    return {
        "around": around,
        "needs": needs,
        "who_warnings": [row for row in warnings if row[1]],
        "who_facts": [row for row in facts if row[1]],
    }


def _kept_away_words(one: Connection, helping: set[str]) -> str:
    """Who it is, that they live there, and that they read this case as a helper."""
    words = [one.name, str(one.get_relation_display())]
    words += [_("lives there")] if one.lives_with else []
    if " ".join(folded_words(one.name)) in helping:
        words.append(_("helps here and reads this case"))
    return ", ".join(words)


def _born(person: Person) -> str:
    """The date of birth with the age today, or at death."""
    if not person.born:
        return ""
    age = years_of(person.born, person.died_on or dates.today())
    words = ngettext("%(day)s, %(n)s year old", "%(day)s, %(n)s years old", age)
    return words % {"day": date_words.day(person.born), "n": age}


def _safe_contact(person: Person) -> str:
    """The way that is safe for them and what never to do; an address stands there already."""
    where = {"email": person.email, "letter": ""}.get(person.contact_by, person.phone)
    words = [person.get_contact_by_display(), " ".join(where.split()), person.contact_note]
    return ", ".join(filter(None, words))


def left_in_danger(reading: Reading, move) -> dict:
    """For the page of a move that can close the case: where somebody in danger still is to be rung.
    Closing is not forbidden, and the report stays open; but nobody does it unawares. Nothing for
    whoever may not read of it.
    """
    case = reading.case
    warned = move.ends_support and case.danger_since and reading.sees("danger")
    return {"left_in_danger": reverse("cases:danger", args=[case.ref]) if warned else ""}


def move_url(case, move, behalf=False) -> str:
    """The page of a move; "" while nobody has written it."""
    url = address(move.page, case.ref, move.name) or ""
    return f"{url}?for=person" if url and behalf else url


def buttons(reading: Reading, moves, behalf=False) -> list[Button]:
    """One button a page: two decisions taken on the same page are one button."""
    pages = [m.page for m in moves]
    found: dict[str, Button] = {}
    for move in moves:
        url = move_url(reading.case, move, behalf)
        shared = pages.count(move.page) > 1 and move.page in SHARED_PAGES
        found.setdefault(
            url,
            Button(str(SHARED_PAGES[move.page]) if shared else label_of(move, reading.roles), url),
        )
    found.pop("", None)
    return list(found.values())


def offered(reading: Reading) -> list[journey.Move]:
    """The moves with a button: those that have something to do."""
    case = reading.case
    moves = access.moves_for(case, reading.user, reading.people)
    return [m for m in moves if m.name not in hooks.OFFERED or hooks.OFFERED[m.name](case)]


@hooks.offered("agree_answer")
def an_answer_is_missing(case) -> bool:
    sent = answering.last_sent(case)
    return sent is not None and bool(perspectives.to_agree(case, sent))


def choices(reading: Reading, moves=None) -> dict:
    """What the reader can do now: main buttons, the rest, and what they may record for the
    person.
    """
    user = reading.user
    case = reading.case
    moves = offered(reading) if moves is None else moves
    moves = sorted(moves, key=lambda m: not _leads_on(case, m))
    main = buttons(reading, [m for m in moves if m.main])
    behalf = buttons(reading, access.behalf_moves(case, user, reading.people), behalf=True)
    if case.step in journey.answering_steps() and reading.roles & journey.WORKER:
        fill = Button(_("Write down their answers"), reverse("cases:assessment", args=[case.ref]))
        (main if case.step == "assess" and case.turn == "worker" else behalf).insert(0, fill)
    more = buttons(reading, [m for m in moves if not m.main])
    if reading.roles & journey.WORKER and case.step != "closed":
        more.append(
            Button(_("Give them a code to come back"), reverse("cases:issue_code", args=[case.ref]))
        )
    return {"main": main, "more": more, "behalf": behalf}


def _leads_on(case, move) -> bool:
    """Does the move bring the case further? Those stand first."""
    order = journey.open_steps()
    return any(
        t in order and order.index(t) > order.index(case.step)
        for t in move.routes[case.step]
        if case.step in order
    )


def refusal(reading: Reading, move, behalf=False) -> str:
    """Why the reader can't make this move now, or "" when they can."""
    case = reading.case
    if case.step not in move.routes:
        return case.moved_on(reading.roles)
    try:
        access.may(case, move, reading.user, case.person if behalf else None, reading.people)
    except NotYet as no:
        if behalf or "turn" in move.who or move.who & reading.roles:
            return no.sentence
        who = ", ".join(str(journey.TURN_NAMES[r]) for r in journey.TURN_NAMES if r in move.who)
        return _("Only these may do this: %(who)s.") % {"who": who}
    return ""


def stages(case, visits) -> list[Stage]:
    """The spine of the journey with dates and days; a step beside it stands after the one it
    branches from.
    """
    path = list(journey.spine())
    for step, after in journey.steps_beside().items():
        if step == case.step:
            path.insert(path.index(after) + 1, step)
    here = path.index(case.step) if case.step in path else len(path)
    return [
        _stage(case, step, place, here, [v for v in visits if v.step == step])
        for place, step in enumerate(path)
    ]


def _stage(case, step, place, here, visits) -> Stage:
    title = journey.STEPS[step].short
    stays = "; ".join(_stay(v) for v in visits)
    if step == case.step:
        return Stage(title, "current", _("Now"), stays)
    if place < here and (visits or case.step != "closed"):
        unseen = _("Before this record") if case.entered_running else _("Not needed")
        return Stage(title, "done", _("Done"), stays or unseen)
    return Stage(
        title, "todo", _("Not yet"), _("before: %(stays)s") % {"stays": stays} if stays else ""
    )


def _stay(visit) -> str:
    if visit.left_at is None:
        return _("since %(day)s") % {"day": date_words.day(visit.entered_at)}
    when = date_words.span(visit.entered_at, visit.left_at)
    return (
        _("%(when)s, %(days)s") % {"when": when, "days": date_words.days(visit.days)}
        if visit.days
        else when
    )


def waits(case, visits, now=None) -> str:
    """The whole wait since the request, gross and without recorded pauses: never one without the
    other. It ends when the budget runs for the first time since then, or with the case.
    """
    if case.entered_running:
        return _("Not measured: the money was running before this record began")
    now, idle = now or timezone.now(), journey.idle_steps()
    end = (
        now if case.step != "closed" else max((v.left_at for v in visits if v.left_at), default=now)
    )
    end = min(
        (v.entered_at for v in visits if v.step in idle and v.entered_at >= case.asked_at),
        default=end,
    )
    visits = [v for v in visits if v.entered_at < end]
    gross = dates.days_between(case.asked_at, end)
    paused = sum(v.paused_days for v in visits)
    if case.has_pauses and any(v.seq == case.visit_seq for v in visits):
        paused += sum(
            pause_days(p, now)
            for p in Pause.objects.filter(visit__case=case, visit__seq=case.visit_seq)
        )
    if not paused:
        return date_words.days(gross)
    return _("%(gross)s; %(net)s without recorded pauses") % {
        "gross": date_words.days(gross),
        "net": date_words.days(gross - paused),
    }


def status(reading: Reading) -> dict:
    """The five-second answer: where, whose turn since when, in time or not."""
    case = reading.case
    user = reading.user
    mine = access.has_turn(case, user, reading.roles)
    who = case.turn_user or case.turn_team
    words = str(journey.TURN_NAMES[case.turn]) + (f", {who}" if who else "")
    paused = case.paused_until if case.paused_until and case.paused_until > dates.today() else None
    return {
        "step": journey.STEPS[case.step].short,
        "wanted": journey.STEPS[case.step].wanted,
        "mine": mine,
        "turn": words,
        "turn_since": date_words.since(case.turn_since),
        "turn_day": date_words.day(case.turn_since),
        "nobody": case.turn == "nobody",
        "badge": components.tag(list_presenter.deadline(case)) if case.due_at else "",
        "last_day": list_presenter.last_good_day(case),
        "paused": date_words.day(paused),
        "ending": list_presenter.ending(case),
        "closed": case.step == "closed",
    }


EARLY = {
    "safeguarding": gettext_lazy("Safeguarding concern"),
    "capacity": gettext_lazy("Can decide about this"),
    "advocate": gettext_lazy("Advocate needed"),
}


def _early_facts(case) -> dict[str, str]:
    """What was last said of them at triage or at the start of the assessment, in words."""
    early: dict = {}
    asking = journey.moves_asking("capacity")
    for codes in case.events.filter(verb__in=asking).values_list("codes", flat=True):
        early |= {k: v for k, v in codes.items() if k in EARLY}
    return {k: str(journey.YES_NO_UNSURE.get(v, v)) for k, v in early.items()}


def key_facts(reading: Reading, visits) -> list[tuple]:
    """What a colleague who takes over needs to know, each with where it may be changed left to the
    buttons.
    """
    case = reading.case
    early, idle = _early_facts(case), journey.idle_steps()
    ran = any(v.step in idle and v.entered_at >= case.asked_at for v in visits)
    found = [
        (
            _("Named worker"),
            str(case.worker) if case.worker else components.Badge(_("No named contact"), "red"),
        ),
        (_("Team"), str(case.team or "")),
        (_("Next contact"), list_presenter.contact(case)),
        (_("Urgency"), list_presenter.urgency(case, reading.sees("danger"))),
        (_("How it is assessed"), str(case.get_mode_display())),
        (_("Time round"), f"{case.get_cycle_display()}, {case.cycle_no}"),
        (
            _("Entered here") if case.entered_running else _("Asked for support"),
            date_words.day(case.asked_at),
        ),
        (
            _("From asking to a running budget") if ran else _("Whole wait so far"),
            waits(case, visits),
        ),
    ]
    if reading.sees("assessment"):
        found += [(str(name), early[k]) for k, name in EARLY.items() if k in early]
    if reading.sees("contact"):
        found += [(_("Helps them"), _helper(r)) for r in reading.people if r.kind != "self"]
    return [
        (name, components.tag(words) if isinstance(words, components.Badge) else words)
        for name, words in found
        if words
    ]


def _helper(rep) -> str:
    checked = _("authority checked") if rep.checked else _("authority not checked yet")
    if rep.invited:
        checked = _("asked, has not said yes yet")
    return f"{rep.user}, {rep.get_kind_display()}: {checked}"


def alarms(reading: Reading, entries, moves) -> list[tuple[str, Button | None]]:
    """What is open and easily overlooked, each with its button where the reader may do it: a
    question nobody answered, a challenge, nobody named.
    """
    case = reading.case
    ways = {m.name: Button(label_of(m, reading.roles), move_url(case, m)) for m in moves}
    found: list[tuple[str, Button | None]] = []
    if case.danger_since and reading.sees("danger"):
        when = {
            "day": date_words.day(case.danger_since),
            "time": dates.clock_time(case.danger_since),
        }
        words = (
            _(
                "Somebody may be in danger: since %(time)s on %(day)s nobody has recorded "
                "speaking to them."
            )
            % when
        )
        found.append((words, Button(_("Ring now"), reverse("cases:danger", args=[case.ref]))))
        if not reading.roles & journey.ANYONE_STAFF:
            return found
    for asked, waiting in UNANSWERED:
        answered = journey.answer_to(asked)
        last = max((e.seq for e in entries if e.verb == answered), default=0)
        still = [e for e in entries if e.verb == asked and e.seq > last]
        found += [
            (waiting % {"day": date_words.day(e.when)}, ways.get(answered)) for e in still[-1:]
        ]
    if case.worker_id is None and journey.STEPS[case.step].named != "no":
        found.append((_("Nobody is named as the person's contact."), ways.get("reassign")))
    return found + _asked_of_us(reading) if reading.roles & journey.ANYONE_STAFF else found


def _asked_of_us(reading: Reading) -> list[tuple[str, Button | None]]:
    """Messages and requests that wait for an answer, and helpers whose authority nobody has
    checked.
    """
    case = reading.case
    found: list[tuple[str, Button | None]] = []
    for row in messages.open_ones(case, reading.roles):
        words = _("%(what)s of %(day)s: answer by %(by)s.")
        facts = {
            "what": row.get_what_display(),
            "day": date_words.day(row.event.at),
            "by": date_words.day(row.due_on),
        }
        way = Button(_("Answer"), reverse("cases:answer_asked", args=[case.ref, row.event.seq]))
        found.append((words % facts, way))
    for rep in listing.to_check(reading.people):
        way = Button(_("Check it"), reverse("cases:check_helper", args=[case.ref, rep.pk]))
        found.append(
            (
                _("%(who)s wants to help: nobody has checked their authority.") % {"who": rep.user},
                way,
            )
        )
    return found


def places(reading: Reading) -> list[Button]:
    """The pages about the person that this reader may open, under one heading of the case page."""
    case = reading.case
    staff = bool(reading.roles & journey.ANYONE_STAFF)
    found = [
        ("notes", _("Notes"), staff),
        ("messages", _("Messages"), staff),
        ("people_around", _("People around them, and visits"), staff),
        ("helpers", _("Who helps"), staff),
        ("personal_details", _("What we know"), staff),
        ("same_person", _("Is this person here twice?"), staff),
        (
            "differences",
            _("Where the answers differ"),
            reading.sees("assessment"),
        ),
        (
            "review",
            _("Getting ready for the review"),
            staff and journey.STEPS[case.step].money_runs,
        ),
        ("access_log", _("Who looked at this record"), staff or "auditor" in reading.roles),
        (
            "danger",
            _("Danger: who said so, and who rang"),
            reading.sees("danger") and case.dangers.exists(),
        ),
    ]
    return [
        Button(str(words), reverse(f"cases:{name}", args=[case.ref]))
        for name, words, wanted in found
        if wanted
    ]


def first_words(reading: Reading) -> str:
    """What was said when support was asked for."""
    event = reading.case.events.select_related("body").filter(seq=1).first()
    body = getattr(event, "body", None)
    return body.note if body and body.audience in access.audiences(reading.roles) else ""


def refuse_if_reassigned(case, seen, facts) -> None:
    """Raise Stale when somebody else named a worker since the page was opened."""
    last = (
        case.events.select_related("by")
        .filter(verb="reassign", seq__gt=seen or 0)
        .order_by("-seq")
        .first()
    )
    if seen is None or last is None:
        return
    case.refresh_from_db()
    raise Stale(
        _("%(who)s named the social worker while this page was open.") % {"who": last.by},
        changes=[(_("Social worker"), _person(facts.get("worker")), str(case.worker or ""))],
    )


def _person(pk) -> str:
    return str(User.objects.filter(pk=pk).first() or "")


def sent_before(key, user, **form) -> str:
    """Where a form with this key led when this user sent it before, or "". `form`: only this one,
    by its name.
    """
    try:
        number = uuid.UUID(str(key))
    except ValueError:
        return ""
    return (
        FormToken.objects.filter(key=number, user=user.pk, **form)
        .values_list("result_url", flat=True)
        .first()
        or ""
    )

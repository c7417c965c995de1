"""Who helps a person, for the pages: each with what they may do, what it rests on and how it
stands. Reading only.

The person and staff read it; a helper never reads of another. Not here: inviting and checking
(`authority`).
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import journey
from cases.access import Reading
from cases.common import dates
from cases.models import Case, CaseLink, Representation
from cases.models.people import SCOPES
from cases.ui.date_words import day

SCOPE_WORDS = {
    "see": gettext_lazy("See your case, without the money in it"),
    "fill": gettext_lazy("Fill in forms, in their own words beside yours"),
    "send": gettext_lazy("Send what is ready, as you would"),
    "money": gettext_lazy(
        "See the money and look after it: your budget, what the plan costs, the payments"
    ),
}
CASE_KINDS = {
    "adult": gettext_lazy("Your own care and support"),
    "carer": gettext_lazy("Your support as a carer"),
}
SHORT = {
    "see": gettext_lazy("see"),
    "fill": gettext_lazy("fill in"),
    "send": gettext_lazy("send"),
    "money": gettext_lazy("see and look after the money"),
}


@dataclass(frozen=True)
class Helper:
    """One helper, as ready strings. `check`, `end`: addresses, "" where the reader can't."""

    name: str
    kind: str
    facts: list[tuple[str, str]]
    over: bool
    check: str = ""
    end: str = ""


def helpers_of(reading: Reading) -> list[Helper]:
    """Everyone who helps, is asked to, or did: those of today first, the newest first."""
    rows = (
        Representation.objects.filter(person_id=reading.case.person_id)
        .exclude(kind="self")
        .order_by("-pk")
    )
    found = [_helper(reading, r) for r in rows.select_related("user", "checked_by", "ended_by")]
    return sorted(found, key=lambda one: one.over)


def over(rep) -> bool:
    return bool(rep.valid_to and rep.valid_to <= dates.today())


def _helper(reading: Reading, rep) -> Helper:
    staff, ended = bool(reading.roles & journey.ANYONE_STAFF), over(rep)
    facts = [
        (_("E-mail"), rep.user.email),
        (_("How it stands"), standing(rep, staff)),
        (_("May"), scope_words(rep)),
    ]
    if rep.about:
        facts.append((_("For"), str(CASE_KINDS[rep.about])))
    if rep.proof:
        facts.append((_("It rests on"), str(rep.get_proof_display())))
    if rep.checked_at and staff:
        facts.append((_("What was seen"), _seen(rep)))
    if rep.valid_to and not ended:
        facts.append((_("Until"), day(dates.day_before(rep.valid_to))))
    args = [reading.case.ref, rep.pk]
    may_end = not ended and (staff or "person" in reading.roles)
    return Helper(
        str(rep.user),
        str(rep.get_kind_display()),
        [(k, v) for k, v in facts if v],
        ended,
        check=reverse("cases:check_helper", args=args)
        if staff and not ended and not rep.checked_at
        else "",
        end=reverse("cases:end_help", args=args) if may_end else "",
    )


def scope_words(rep) -> str:
    return ", ".join(str(SHORT[code]) for code in SCOPES if code in rep.scope)


def may(reading: Reading) -> str:
    """What a reader who helps may do in this case, in words; "" for everybody else."""
    mine = [r for r in reading.people if r.user_id == reading.user.pk and r.sees(reading.case.kind)]
    return "; ".join(scope_words(r) for r in mine)


def _seen(rep) -> str:
    words = {"what": rep.evidence, "who": rep.checked_by, "day": day(rep.seen_on or rep.checked_at)}
    return _("%(what)s. Checked by %(who)s on %(day)s.") % words


def standing(rep, staff: bool) -> str:
    """How it stands, in a sentence."""
    if over(rep):
        if rep.ended_at is None:
            return _("Ended on %(day)s.") % {"day": day(dates.day_before(rep.valid_to))}
        words = _("Stopped on %(day)s.") % {"day": day(rep.ended_at)}
        return f"{words} {rep.end_reason}".strip()
    if rep.invited:
        return _("Asked on %(day)s. They have not said yes yet.") % {"day": day(rep.invited_at)}
    if rep.checked_at:
        return _("Helps since %(day)s.") % {"day": day(rep.checked_at)}
    if staff:
        return _("Nobody has checked their authority yet. They see only their own words.")
    return _("We check this before they can see anything of yours.")


def to_check(people) -> list[Representation]:
    """Those whose authority a worker has to check: who said yes, or asked on their own."""
    return [r for r in people if r.kind != "self" and not r.checked_at and not r.invited]


def links(case, reaches) -> list[tuple[CaseLink, Case]]:
    """The other cases that this one is linked with, as far as the reader reaches them
    (`reaches(case)`).
    """
    rows = CaseLink.objects.filter(ended_at=None).select_related(
        "carer__person", "cared_for__person"
    )
    found = [(r, r.cared_for) for r in rows.filter(carer=case)] + [
        (r, r.carer) for r in rows.filter(cared_for=case)
    ]
    return [(link, other) for link, other in found if reaches(other)]

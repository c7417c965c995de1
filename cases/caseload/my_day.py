"""My day: which cases need a colleague now, each once, in its most pressing group, with every
reason it is there.

A reason is one condition in the database (`Day.reasons`); its place in that dictionary is its rank,
and the same condition says in which group a case stands and what else is true of it. Managers are
shown their own turns and the alarms of their teams. Two statements choose and read the cases,
however many there are; a group is cut off at CAP. Not here: the words
(`cases/caseload/my_day_presenter.py`), who may see a case (`access`).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, reduce
from operator import or_

from django.db.models import (
    BooleanField,
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Value,
    When,
)
from django.db.models import Case as When_
from django.db.models.expressions import RawSQL
from django.utils import timezone

from cases import access, journey
from cases.caseload import lists as lists
from cases.caseload.list_presenter import SOON
from cases.common import dates
from cases.journey import hooks, reminder_days
from cases.models import Asked, Case, Clock

CAP = 20
STALE = reminder_days.DRAFTS[0]  # days without saving after which help is offered with a draft
UNANSWERED = timedelta(days=1)  # a question open longer than that is an alarm for the manager
WATCHING = ("manager", "service_manager")


@dataclass
class Group:
    """The cases of one reason: those shown, and how many there are in all."""

    code: str
    total: int = 0
    cases: list = field(default_factory=list)


class Day:
    """What concerns one colleague in one council now. `teams`: the teams whose alarms they see."""

    def __init__(self, user, council, now: datetime | None = None):
        self.represents = access.representing(user)
        self.user, self.council, self.now = user, council, now or timezone.now()
        self.roles = lists.seat_roles(user, council)
        self.ticking: dict[int, list[Clock]] = {}  # case -> its open clocks, once `groups` has read
        self.turn = access.my_turn(user)
        self.mine = Q(worker=user.pk) | self.turn
        watched = [
            s for s in access.seats_of(user) if s.council_id == council.pk and s.role in WATCHING
        ]
        everywhere = any(s.team_id is None for s in watched)
        self.teams = (
            Q(council=council.pk) if everywhere else Q(team__in=[s.team_id for s in watched])
        )

    def reasons(self) -> dict[str, Q]:
        """Every reason to look at one of `_cases` today, the most pressing first; what costs least
        stands first in each.
        """
        late = Q(due_at__lte=self.now)
        soon = Q(due_at__gt=self.now, due_at__lte=self._midnight(SOON + 1))
        wrote = Asked.objects.filter(case=OuterRef("pk"), answered_at=None)
        unanswered = wrote.filter(due_on__lt=dates.today(self.now))
        waits = Q(worker=None) | Q(asked_news_at__lte=self.now - UNANSWERED)
        return {
            "danger": Q(danger_since__isnull=False),
            "late_mine": late & self.turn,
            "asked": Q(asked_news_at__isnull=False) & (self.mine | (self.teams & waits)),
            "wrote": Q(Exists(wrote))
            & (self.mine | (self.teams & (Q(worker=None) | Q(Exists(unanswered))))),
            "unnamed": lists.unnamed(self.now) & self.teams,
            "contact": self.mine & lists.contact_due(self.now),
            "law": Q(Exists(open_clocks(self.now, True).filter(case=OuterRef("pk")))),
            "clock": Q(Exists(open_clocks(self.now, False).filter(case=OuterRef("pk")))),
            "late": late,
            "soon": self.mine & soon,
            "draft": self.mine & self._stale(),
            "turn": self.turn,
        }

    def _midnight(self, days: int) -> datetime:
        return dates.london_midnight(dates.today(self.now) + timedelta(days=days))

    def _stale(self) -> Q:
        """A draft of the step the case is in that nobody has saved for a while."""
        before = self.now - timedelta(days=STALE)
        found = (Q(**{"step": step, f"saved_{step}__lte": before}) for step in hooks.DRAFTS)
        return reduce(or_, found, Q(pk__in=[]))

    def _cases(self):
        """Everything that may concern the reader."""
        cases = lists.open_cases(lists.staff_cases(self.user, self.council, mine=self.represents))
        return cases.filter(self.mine | self.teams)

    @cached_property
    def danger(self) -> list[int]:
        """Where somebody may be in danger and nobody has recorded speaking to them, closed cases
        too, the longest waiting first: for everybody who reaches the case and rings.
        """
        reached = lists.staff_cases(self.user, self.council, "danger", self.represents)
        reached = reached.filter(danger_since__isnull=False)
        return list(reached.order_by("danger_since", "pk").values_list("pk", flat=True))

    def late(self) -> tuple[int, int]:
        """How many cases are late and wait for the reader, and how many for somebody else; in
        whatever group.
        """
        late, turn = Count("pk"), Count("pk", filter=self.turn)
        found = self._cases().filter(due_at__lte=self.now).aggregate(late=late, turn=turn)
        return found["turn"], found["late"] - found["turn"]

    def groups(self) -> list[Group]:
        """The groups that have cases, the most pressing first."""
        reasons = self.reasons()
        found = [Group(code) for code in reasons]
        shown: dict[int, Group] = {}
        in_danger = self.danger
        for place, pk in [(0, pk) for pk in in_danger] + self._chosen(reasons, in_danger):
            found[place].total += 1
            if found[place].total <= CAP or place == 0:  # nobody in danger is ever cut off
                shown[pk] = found[place]
        read = self._read(list(shown), reasons)
        for pk, group in shown.items():
            if pk in read:
                group.cases.append(read[pk])
        return [group for group in found if group.cases]

    def _chosen(self, reasons, without) -> list:
        """(place of the reason, case) of every case there is a reason for, the risk and the latest
        first.
        """
        group = When_(
            *(When(q, then=Value(n)) for n, q in enumerate(reasons.values())),
            default=None,
            output_field=IntegerField(),
        )
        cases = self._cases().annotate(**drafts()).annotate(group=group).filter(group__isnull=False)
        cases = cases.exclude(pk__in=without) if without else cases
        return list(
            cases.order_by(lists.risk(), F("due_at").asc(nulls_last=True), "pk").values_list(
                "group", "pk"
            )
        )

    def _read(self, keys: list[int], reasons) -> dict:
        """The cases to show, each with `is_<reason>` for every reason; their open clocks go to
        `ticking`.
        """
        flags = {
            f"is_{code}": When_(
                When(q, then=Value(True)), default=Value(False), output_field=BooleanField()
            )
            for code, q in reasons.items()
        }
        cases = Case.objects.filter(pk__in=keys).annotate(**drafts()).annotate(**flags)
        found = {
            case.pk: case
            for case in cases.select_related("person", "worker", "turn_user", "turn_team")
        }
        self.ticking = {pk: [] for pk in found}
        for clock in open_clocks(self.now).filter(case__in=found).order_by("due_at"):
            self.ticking[clock.case_id].append(clock)
        return found


def drafts() -> dict:
    """When the draft of each step that has one was last saved, as annotations (NULL without a
    draft).
    """
    one = "(SELECT d.saved_at FROM ({}) d WHERE d.case_id = cases_case.id)"
    return {
        f"saved_{step}": RawSQL(one.format(sql), [], DateTimeField())
        for step, sql in hooks.DRAFTS.items()
    }  # noqa: S611


def open_clocks(now: datetime, statutory: bool | None = None):
    """Clocks beside the steps that are late or soon will be; only those that the law sets, or only
    the others.
    """
    today = dates.today(now)
    wanted = [
        code
        for code in reminder_days.CHASED
        if statutory in (None, code in reminder_days.STATUTORY)
    ]
    ahead = {
        code: reminder_days.REVIEW_SOON if code in journey.REVIEWS else SOON for code in wanted
    }
    near = (
        Q(kind=code, due_at__lte=dates.london_midnight(today + timedelta(days=days + 1)))
        for code, days in ahead.items()
    )
    return Clock.objects.filter(reduce(or_, near), ended_at=None, dropped_at=None)

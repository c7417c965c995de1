"""A few reports that somebody may be in danger: one that nobody has rung yet, and two that were
settled.

Nothing is drawn, so that no other walk changes by it; they come after all walks, on cases that
stand there already.
"""

from datetime import timedelta

from django.db.models import F

from cases import access, journey
from cases.danger import reports
from cases.models import Case, Message

OPEN_FOR = timedelta(
    minutes=25
)  # the first hour is not over: what the duty worker sees is how it begins
WORDS = "My carer did not come today and I can't get up. There is nothing to eat in the house."
SETTLED = (
    (
        timedelta(hours=7),
        "My tablets are finished and the chemist is closed tomorrow.",
        "The pharmacy delivers before six. A neighbour sits with them.",
        "First contact rings again tomorrow at ten.",
    ),
    (
        timedelta(hours=5),
        "I fell, and the one who helps me shouts at me.",
        "They are at their sister's. They want to stay there for now.",
        "The named worker visits there tomorrow.",
    ),
)


def add_reports(built, end) -> None:
    """One report without a call, the others after an unanswered and an answered one. `end`: when
    the demonstration begins.
    """
    one = built[0]
    cases = Case.objects.filter(council=one.council, head_at__lt=end - SETTLED[0][0]).order_by(
        F("asked_at").desc(), "ref"
    )
    first = cases.filter(step="request").first()
    if first:
        reports.report(
            case=first,
            by=_themselves(first),
            role="person",
            door="message",
            words=WORDS,
            said=reports.SafeContact("07700 900417"),
            at=end - OPEN_FOR,
        )
    listed, running = journey.steps_where(on_list=True), journey.idle_steps()
    others = cases.filter(step__in=(*listed, *running))
    for case, (ago, words, agreed, following) in zip(others, SETTLED, strict=False):
        _settled_report(case, one.duty, end - ago, words, agreed, following)
    past = Message.objects.filter(template__in=(reports.MAIL, reports.EMERGENCY))
    past.update(state="sent", channel="demo", sent_at=F("made_at"))


def _settled_report(case, duty, at, words, agreed, following) -> None:
    """A report by telephone, a call that nobody answered, and one that settled it."""
    row = reports.report(
        case=case,
        by=duty,
        role="worker",
        door="phone",
        words=words,
        at=at,
        said=reports.SafeContact("", "Ring the bell three times. Nobody else lives there."),
    )
    reports.record_call(report=row, by=duty, reached="no_answer", at=at + timedelta(minutes=8))
    reports.record_call(
        report=row,
        by=duty,
        reached="spoke",
        safe="yes",
        agreed=agreed,
        following=following,
        at=at + timedelta(minutes=31),
    )


def _themselves(case):
    return next(
        (r.user for r in access.representations(case.person_id, named=True) if r.kind == "self"),
        None,
    )

"""What people do about results: an action with owner and date, what changed, sharing, files of
other councils.

Keyword-only, atomic. Nothing here touches a case or an answer.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.common import dates
from cases.common.refusals import NotYet, Stale
from cases.models import Council, Seat, User
from poet.models import CouncilFile, Improvement, Sharing
from poet.results import benchmark_exchange, publishing
from poet.results.published import Book, Question
from poet.survey import questions

FURTHEST = 3  # years ahead that an action may be due


def owners(council: Council) -> Any:
    """Who may own an action: everybody with a seat in the council today."""
    return User.objects.filter(
        pk__in=Seat.objects.filter(Seat.on(dates.today()), council=council).values("user")
    )


def open_improvement(
    *,
    council: Council,
    who: str,
    question: str,
    said: str,
    action: str,
    owner: User,
    due_on: date,
    public: bool,
    by: User,
    at: datetime | None = None,
) -> Improvement:
    """Put an action on the register. Raises NotYet with a sentence."""
    at = at or timezone.now()
    today = dates.london_date(at)
    if not today <= due_on <= date(today.year + FURTHEST, 12, 31):
        raise NotYet(
            _("Choose a day from today on, and not more than three years ahead."), field="due_on"
        )
    if not owners(council).filter(pk=owner.pk).exists():
        raise NotYet(_("Choose somebody who works for this council."), field="owner")
    return Improvement.objects.create(
        council=council,
        who=who,
        question=question,
        said=said,
        action=action,
        owner=owner,
        due_on=due_on,
        public=public,
        opened_at=at,
        opened_by=by,
    )


def finish_improvement(
    *,
    improvement: Improvement,
    changed: str,
    public: bool,
    by: User,
    version: int,
    at: datetime | None = None,
) -> Improvement:
    """Say what changed. Raises Stale when somebody was faster, NotYet for an action that is done
    already.
    """
    at = at or timezone.now()
    with transaction.atomic():
        row = Improvement.objects.select_for_update().get(pk=improvement.pk)
        if row.done:
            raise NotYet(_("This action is done already."))
        if row.version != version:
            raise Stale(_("Somebody else has changed this action meanwhile. Read it once more."))
        if not changed.strip():
            raise NotYet(_("Say what changed."), field="changed")
        row.changed, row.changed_on, row.changed_by = changed, dates.london_date(at), by
        row.public, row.version = public, row.version + 1
        row.save()
    return row


def share(
    *,
    council: Council,
    account: bool,
    compare: bool,
    words: str,
    by: User,
    at: datetime | None = None,
) -> Sharing:
    """Say what the public and the other councils here may see from now on. A new row: what held
    before stays known.
    """
    if account and publishing.newest(council) is None:
        raise NotYet(
            _("There are no published figures yet, so there is nothing to show."), field="account"
        )
    return Sharing.objects.create(
        council=council,
        account=account,
        compare=compare,
        words=words,
        by=by,
        at=at or timezone.now(),
    )


def add_file(*, council: Council, raw: bytes, by: User, at: datetime | None = None) -> CouncilFile:
    """Take in another council's figures, whole or not at all. Raises NotYet with a sentence."""
    content = benchmark_exchange.parse_file(raw)
    try:
        with transaction.atomic():
            return CouncilFile.objects.create(
                council=council,
                name=content["council"],
                year=content["year"],
                checksum=content["checksum"],
                content={key: value for key, value in content.items() if key != "checksum"},
                added_by=by,
                added_at=at or timezone.now(),
            )
    except IntegrityError:
        raise NotYet(_("This file is here already."), field="file") from None


def own_file(council: Council, year: str) -> str:
    """The council's figures of a year as a benchmark file. Raises NotYet when nothing is
    published.
    """
    book = Book(council)
    figures = [row for one in _asked(book) for row in _figures(book, year, one)]
    if not figures or book.made_at is None:
        raise NotYet(_("There are no published figures of this year yet."))
    counts = [book.response_counts(year, who) for who in ("person", "carer", "worker")]
    return benchmark_exchange.write(
        {
            "format": benchmark_exchange.FORMAT,
            "council": council.name,
            "year": year,
            "made_on": dates.london_date(book.made_at).isoformat(),
            "asked": sum(n for n, _answered in counts),
            "answered": sum(answered for _n, answered in counts),
            "figures": figures,
        }
    )


def _asked(book: Book) -> list[Question]:
    """What may go out: others read a domain of the open list on its own scale, so nothing else goes
    by its name.
    """
    found = [one for who in ("person", "carer", "worker") for one in book.questions(who)]
    return [
        one for one in found if questions.shared_scale(one.who, one.domain) in (None, one.scale)
    ]


def _figures(book: Book, year: str, one: Question) -> list[dict[str, Any]]:
    return [
        {
            "who": one.who,
            "domain": one.domain,
            "question": one.code,
            "view": view,
            "group": group,
            "n": line.n,
            "good": line.good,
            "middle": line.middle,
            "bad": line.bad,
        }
        for view in benchmark_exchange.VIEWS
        for group, line in book.groups(year, one.who, one.code, view).items()
    ]

"""The yearly uprating of contributions and prices: one set, decided by one officer and released by
another.

``uprate --council SLUG --by LOGIN --from DAY --limit POUNDS`` proposes every row and says how many
stand how. ``--decide NUMBER`` decides the contributions of a run, ``--release NUMBER`` releases it
and records all of its rows: by another officer. Errors: one sentence, and exit code 2.
"""

from argparse import ArgumentParser
from collections import Counter
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from budgets import actions
from budgets.actions import uprating
from budgets.models import Uprating
from cases.common.refusals import NotYet
from cases.models import Council, User


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--council", required=True, metavar="SLUG")
        parser.add_argument("--by", required=True, metavar="LOGIN", help="a finance officer")
        parser.add_argument("--from", dest="begins", metavar="DAY", help="such as 2027-04-12")
        parser.add_argument("--limit", metavar="POUNDS", help="above it a person looks")
        parser.add_argument("--decide", type=int, metavar="NUMBER")
        parser.add_argument("--release", type=int, metavar="NUMBER")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = self._do(options)
        except NotYet as no:
            raise CommandError(str(no.sentence), returncode=2) from None
        run.refresh_from_db()
        stand = Counter(run.rows.order_by().values_list("kind", "state"))
        self.stdout.write(f"Run {run.number}, from {run.counts_from}: {run.state}")
        for (kind, state), count in sorted(stand.items()):
            self.stdout.write(f"{kind}, {state}: {count}")

    def _do(self, options: dict[str, Any]) -> Uprating:
        council = Council.objects.filter(slug=options["council"]).first()
        if council is None:
            raise NotYet(f"There is no council “{options['council']}”.")
        by = User.objects.filter(email__iexact=options["by"]).first()
        if by is None:
            raise NotYet(f"There is nobody who signs in as “{options['by']}”.")
        given = [options[name] is not None for name in ("begins", "decide", "release")]
        if sum(given) != 1:
            raise NotYet("Give one of --from, --decide and --release.")
        if options["begins"] is not None:
            return _begun(council, by, options)
        number = options["decide"] if options["release"] is None else options["release"]
        run = Uprating.objects.filter(council=council, number=number).first()
        if run is None:
            raise NotYet(f"There is no run {number}.")
        if options["release"] is None:
            actions.decide_uprating(run=run, kind="contribution", by=by)
            return run
        actions.release_uprating(run=run, by=by)
        while uprating.record_rows():
            pass
        return run


def _begun(council: Council, by: User, options: dict[str, Any]) -> Uprating:
    try:
        begins = date.fromisoformat(options["begins"])
    except ValueError:
        raise NotYet("Give the day as 2027-04-12.") from None
    try:
        limit = Decimal(options["limit"] or "")
    except InvalidOperation:
        raise NotYet("Give the limit in pounds, such as 15.00.") from None
    run = actions.make_uprating(council=council, by=by, counts_from=begins, limit_weekly=limit)
    while uprating.propose(run):
        pass
    return run

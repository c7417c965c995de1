"""List what is owed to cases that were paid elsewhere before, and what was paid too much, until the
first payment from here (docs/going-live.md). Case, owed, paid too much; pounds. Reads how the money
stands anew first. The page is under "Going live with money already running".
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from budgets.payments import first_balances, money_standings
from cases.models import Council


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--council", required=True, metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        council = Council.objects.filter(slug=options["council"]).first()
        if council is None:
            raise CommandError(f"There is no council “{options['council']}”.", returncode=2)
        while money_standings.follow_changes(council):
            pass
        rows = first_balances.uneven(council)
        for row in rows.iterator():
            self.stdout.write(f"{row.case.ref}  owed {row.owed}  too much {row.paid_too_much}")
        every = first_balances.cases(council).count()
        words = f"{rows.count()} of {every} cases have a balance before their first payment."
        self.stdout.write(words)

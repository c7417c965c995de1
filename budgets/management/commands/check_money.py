"""Compare the books of money with each other: what left with the facts as they were recorded, the
lines of batches with their totals and files, days covered, orders that go on after an end, and the
reading of the facts with a plain daily sum.

Exit 1 if anything differs. The result stands on the page of the finance officers. `--hold` ends
orders that go on after a case was closed, as the closing of the case does: for records from before
that rule. `--every-day` sums up every day of every case; without it the days around today, and
every day of one case in 28, each night others.
"""

from django.core.management.base import BaseCommand, CommandError

from budgets.payments import closing_rules, money_checks, nightly_check
from cases.models import Council


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--hold", action="store_true", help="end the orders that are listed")
        parser.add_argument("--every-day", action="store_true", help="sum up every day")

    def handle(self, **options):
        if options["hold"]:
            closing_rules.end_live_orders()
        count = 0
        for council in Council.objects.order_by("pk"):
            differ = money_checks.differences(council, every_day=options["every_day"])
            found = [f"{about}: {what}" for about, what in differ]
            nightly_check.note(council, len(found), found)
            for line in found:
                self.stdout.write(line)
            count += len(found)
        if count:
            raise CommandError(f"{count} things differ.", returncode=1)
        self.stdout.write("The books agree.")

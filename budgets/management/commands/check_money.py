"""List money that is live where there may be none: payments and orders for days after a case was
closed; exit 1 if any.

`--hold` holds what it lists, as the closing of the case does: for records from before this rule.
"""

from django.core.management.base import BaseCommand, CommandError

from budgets.payments import closing_rules
from budgets.position import endings


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--hold", action="store_true", help="hold what is listed")

    def handle(self, **options):
        found = list(endings.live())
        for ref, what in found:
            self.stdout.write(f"{ref}: {what}")
        if found and options["hold"]:
            closing_rules.hold_what_is_live()
            found = list(endings.live())
        if found:
            raise CommandError(f"{len(found)} things are live in closed cases.", returncode=1)
        self.stdout.write("No closed case has live money.")

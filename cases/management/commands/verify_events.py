"""Check each case's chain of events, and that the append-only triggers exist; exit 1 if anything is
wrong.
"""

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from cases import ledger
from cases.models import Case


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        lines = [
            f"trigger {name} is missing"
            for name in sorted(ledger.names() - ledger.armed(connection))
        ]
        lines += ledger.faults(Case.objects.order_by("pk"))
        for line in lines:
            self.stdout.write(line)
        if lines:
            raise CommandError(f"{len(lines)} faults in the record.", returncode=1)
        self.stdout.write(f"{Case.objects.count()} cases: every chain of events is whole.")

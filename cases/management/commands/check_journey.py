"""Rebuild visits, turns, clocks and step from events and list every disagreement; exit 1 if there
is one.
"""

from django.core.management.base import BaseCommand, CommandError

from cases.journey.replay import disagreements
from cases.models import Case


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        count, found = 0, 0
        for case in (
            Case.objects.prefetch_related("events", "visits__turns", "clocks")
            .order_by("pk")
            .iterator(chunk_size=200)
        ):
            count += 1
            for line in disagreements(case):
                found += 1
                self.stdout.write(line)
        if found:
            raise CommandError(f"{found} journey problems in {count} cases.", returncode=1)
        self.stdout.write(f"{count} cases: steps, visits, turns and clocks agree with the events.")

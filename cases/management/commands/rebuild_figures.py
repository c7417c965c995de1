"""Write the process-time figures anew from the visits; with --check only list what differs, and
exit 1 if any does.
"""

from itertools import islice

from django.core.management.base import BaseCommand, CommandError

from cases.common import dates
from cases.figures import rebuild
from cases.models import Council

SHOWN = 20


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="change nothing; exit 1 with the first differences"
        )

    def handle(self, *, check, **options):
        for council in Council.objects.order_by("pk"):
            if check:
                found = list(islice(rebuild.differences(council), SHOWN + 1))
                for line in found[:SHOWN]:
                    self.stdout.write(line)
                if found:
                    more = "More than " if len(found) > SHOWN else ""
                    raise CommandError(
                        f"{more}{min(len(found), SHOWN)} figures differ.", returncode=1
                    )
                self.stdout.write(f"{council}: every figure is what the visits say.")
            else:
                count = rebuild.rebuild(council, dates.today())
                self.stdout.write(f"{council}: {count} counts written.")

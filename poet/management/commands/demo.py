"""Load two invented councils and N invented cases, walked by real moves over the last fourteen
months.
"""

from datetime import date

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cases.common import dates
from cases.models import Council
from poet.demo.stage import play


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--cases", type=int, default=150, help="how many cases (150)")
        parser.add_argument(
            "--seed", type=int, default=1, help="the start of the random numbers (1)"
        )
        parser.add_argument(
            "--until", type=date.fromisoformat, default=None, help="the last day (today)"
        )

    def handle(self, *, cases, seed, until, **options):
        if settings.PRODUCTION:
            raise CommandError(
                "Demonstration data and accounts are refused when SDS_MODE is production."
            )
        if Council.objects.exists():
            raise CommandError(
                "This database already has a council; the demonstration wants an empty one."
            )
        if not 0 <= cases <= 100_000:
            raise CommandError("--cases must be between 0 and 100,000.")
        until = until or dates.today()
        if until > dates.today():
            raise CommandError("--until can't be in the future.")
        result = play(cases=cases, seed=seed, until=until, say=self.stdout.write)
        self.stdout.write(
            f"{result['cases']} invented cases ({result['open']} open), {result['answers']} "
            "survey answers; "
            f"digest {result['digest'][:16]}"
        )

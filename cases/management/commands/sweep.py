"""One round without Celery: chase what is late, invite to the survey, send what waits, drain the
figures. `--now` for the demo.
"""

from datetime import datetime
from functools import partial

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.module_loading import import_string

from cases import tasks
from cases.resilience import jobs

# By name, because apps import one way: the invitation is poet's.
ROUND = (
    *tasks.MINUTE,
    "poet.actions.invite",
    "cases.letters.outbox.send_messages",
    "cases.figures.histogram.drain_all",
    "poet.dashboard.overview.refresh_figures",
    "poet.results.publishing.publish",
    "budgets.payments.money_standings.refresh",
)


class Command(BaseCommand):
    help = "Do one round of the jobs: sweep, invitations, sending, figures."

    def add_arguments(self, parser):
        parser.add_argument(
            "--now", help="a moment such as 2026-03-01T09:00, in London time (default: now)"
        )

    def handle(self, *, now, **options):
        moment = moment_of(now) if now else timezone.now()
        jobs.apart("round", [(path, partial(self.one, path, moment)) for path in ROUND])
        if failing := jobs.failing():
            raise CommandError(f"Failed, and everything else was done: {', '.join(failing)}.")

    def one(self, path, moment):
        done = import_string(path)(now=moment)
        counts = done
        if hasattr(done, "_asdict"):
            counts = ", ".join(f"{number} {words}" for words, number in done._asdict().items())
        self.stdout.write(f"{path}: {counts}")


def moment_of(words: str) -> datetime:
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        raise CommandError(f"--now {words!r} is not a moment such as 2026-03-01T09:00.") from None
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)

"""The heartbeat: when each job last ran. Read by `reminders.health`; written by the jobs
themselves.
"""

from django.utils import timezone

from cases.models import Heartbeat


def beat(job: str) -> None:
    """Stamp that a job finished a round, by the real clock: a stopped worker is then visible."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(job=job, at=timezone.now())],
        update_conflicts=True,
        unique_fields=["job"],
        update_fields=["at"],
    )

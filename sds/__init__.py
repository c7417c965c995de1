"""The Django project: wiring only, no rules. Nobody imports this package but Django and Celery."""

from sds.celery import app as celery_app

__all__ = ["celery_app"]

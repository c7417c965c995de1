"""The Celery application. Jobs are short sweeps that re-read the database; no deadline lives in the
queue.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sds.settings")

app = Celery("sds")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

"""The Celery application: tasks only wake work that stands in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lmsuggest.settings")

app = Celery("lmsuggest")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

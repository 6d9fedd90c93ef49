"""Wire the project together: settings, URLs, Celery, WSGI."""

from lmsuggest.celery import app as celery_app

__all__ = ["celery_app"]

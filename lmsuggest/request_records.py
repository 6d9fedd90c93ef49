"""What metrics and logs keep of a request: nothing that a client can make up."""

from typing import Any, Final

from django.http import HttpRequest
from django_prometheus.middleware import PrometheusAfterMiddleware
from django_structlog.middlewares import RequestMiddleware

from lmsuggest.log_records import describe

_METHODS: Final = ("GET", "POST")


class RequestMetrics(PrometheusAfterMiddleware):  # type: ignore[misc]
    """django-prometheus's metrics with few label values: each pair of view and method costs ten series."""

    def label_metric(self, metric: Any, request: HttpRequest, response: Any = None, **labels: Any) -> Any:
        """Put methods but the usual two under one name, and all pages of the admin under another."""
        if labels.get("method", "GET") not in _METHODS:
            labels["method"] = "other"
        if labels.get("view", "").startswith("admin:"):
            labels["view"] = "admin"
        return super().label_metric(metric, request, response, **labels)


class RequestLog(RequestMiddleware):
    """django-structlog's records without the query: it may name a merchant or a user."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Return the method and the path."""
        return describe(request)

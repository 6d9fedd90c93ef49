"""Liveness, readiness and metrics."""

import os
from collections.abc import Callable
from functools import wraps
from hmac import compare_digest
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from mlmodels import services
from suggestions.api.problems import CONTENT_TYPE, Code, problem_body
from suggestions.metrics import HoldCollector, RolloutCollector

View = Callable[..., HttpResponseBase]


def reads_only(view: View) -> View:
    """Answer every method but GET and HEAD with 405."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        body = problem_body(405, Code.METHOD_NOT_ALLOWED, "This can only be read.")
        return JsonResponse(body, status=405, content_type=CONTENT_TYPE, headers={"Allow": "GET, HEAD"})

    return guarded


@reads_only
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process lives; asks nothing else."""
    return JsonResponse({"status": "ok"})


@reads_only
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether requests can be answered: the database can be reached. A model is not needed for that."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        body = problem_body(503, Code.DATABASE_UNAVAILABLE, "The database cannot be reached.")
        return JsonResponse(body, status=503, content_type=CONTENT_TYPE, headers={"Retry-After": "2"})
    return JsonResponse({"status": "ready"})


@reads_only
def metrics(request: HttpRequest) -> HttpResponse:
    """Expose all metrics of all processes, to this machine or with METRICS_TOKEN."""
    if not _may_scrape(request):
        detail = "Send Authorization: Bearer <METRICS_TOKEN>, or ask from the same machine."
        return JsonResponse(
            problem_body(401, Code.NOT_AUTHENTICATED, detail), status=401, content_type=CONTENT_TYPE
        )
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)
    registry.register(RolloutCollector())
    registry.register(HoldCollector())
    registry.register(services.metrics_collector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_scrape(request: HttpRequest) -> bool:
    sent = request.headers.get("Authorization", "")
    if settings.METRICS_TOKEN and compare_digest(sent.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        return True
    # A proxy on the same machine speaks for others, and says so.
    if "X-Forwarded-For" in request.headers:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False

import logging
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.test import Client as Browser

from tests.api_client import ApiCaller


@pytest.mark.django_db
def test_request_log__refused_request__has_its_path_without_the_query(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ApiCaller(None).get("/ml/transactions", user_id="somebody")

    assert "GET /ml/transactions" in caplog.text
    assert "somebody" not in caplog.text


def written(caplog: pytest.LogCaptureFixture) -> str:
    """Return the lines as the service's own formatter writes them."""
    given: dict[str, Any] = dict(settings.LOGGING["formatters"]["events"])
    formatter = given.pop("()")(**given)
    assert isinstance(formatter, structlog.stdlib.ProcessorFormatter)
    return "\n".join(formatter.format(logging.makeLogRecord(record.__dict__)) for record in caplog.records)


def test_error_log__request_that_django_refuses__has_its_path_without_the_query(
    caplog: pytest.LogCaptureFixture,
) -> None:
    fields = {f"x{number}": "1" for number in range(1_100)}

    answer = Browser().post("/admin/login/?next=somebody", fields)

    lines = written(caplog)
    assert answer.status_code == 400
    assert '"logger": "django.security.TooManyFieldsSent"' in lines
    assert '"request": "POST /admin/login/"' in lines
    assert "somebody" not in lines

"""The OpenAPI document: it is complete, and no input made from it brings the service down."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from suggestions.models import Client
from suggestions.roles import Role
from suggestions.urls import urlpatterns
from tests.builders import make_client, make_event, make_key, make_transaction
from tests.running import WebServer, web_server
from tests.staff import make_staff

pytestmark = pytest.mark.django_db(transaction=True)

CHECKS = (not_a_server_error, content_type_conformance, response_schema_conformance)


@pytest.fixture
def client(transactional_db: None) -> Client:
    client = make_client()
    make_event(make_transaction(client))
    return client


@pytest.fixture
def server(client: Client, tmp_path: Path) -> Iterator[WebServer]:
    with web_server(tmp_path) as running:
        yield running


@pytest.fixture
def document(server: WebServer) -> Any:
    return schemathesis.openapi.from_url(f"http://127.0.0.1:{server.port}/api/schema")


@pytest.mark.parametrize("role", ["client", "admin"])
def test_routes__input_made_from_their_description__answered_as_described(
    document: Any, client: Client, role: str
) -> None:
    key = make_key(client=client) if role == "client" else make_key(user=make_staff(Role.ADMIN))
    headers = {"Authorization": f"Api-Key {key}"}

    def send(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    for found in document.get_all_operations():
        run = given(case=found.ok().as_strategy())(send)
        settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)(
            run
        )()


def test_document__every_api_route__is_described(document: Any) -> None:
    routes = {
        f"/{pattern.pattern}".replace("<str:", "{").replace("<int:", "{").replace(">", "}")
        for pattern in urlpatterns
    }

    assert {route for route in routes if route.startswith("/ml/")} == set(document.raw_schema["paths"])
    assert document.raw_schema["openapi"].startswith("3.1")

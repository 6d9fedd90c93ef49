"""The permission table: every route, every method, every role."""

import pytest

from suggestions.api.permissions import PERMISSIONS
from suggestions.models import ApiKey, Client
from suggestions.urls import urlpatterns
from tests.api_client import ApiCaller
from tests.builders import make_event, make_key, make_transaction

pytestmark = pytest.mark.django_db

OPEN_ROUTES = {"healthz", "readyz", "metrics"}
PATHS = {
    "suggestions": "/ml/suggestions",
    "feedback": "/ml/suggestions/feedback",
    "accept": "/ml/suggestions/1/accept",
    "reject": "/ml/suggestions/1/reject",
    "transactions": "/ml/transactions",
    "model-status": "/ml/v2/model/status",
    "predict": "/ml/v2/predict",
    "train": "/ml/v2/train",
    "training-run": "/ml/v2/train/1",
    "evidence": "/ml/evidence",
    "disagreements": "/ml/disagreements",
    "disagreements-csv": "/ml/disagreements.csv",
    "rollout": "/ml/rollout",
    "rollout-rollback": "/ml/rollout/rollback",
}


def test_permission_table__every_route__has_a_row() -> None:
    routes = {pattern.name for pattern in urlpatterns} - OPEN_ROUTES

    assert routes == {route for route, _ in PERMISSIONS}
    assert routes == PATHS.keys()


@pytest.mark.parametrize(("route", "method"), PERMISSIONS)
def test_route__each_role__is_let_in_exactly_by_the_table(
    callers: dict[str, ApiCaller], route: str, method: str
) -> None:
    allowed = {role.value for role in PERMISSIONS[route, method]}

    for role, caller in callers.items():
        status = caller.call(method, PATHS[route]).status_code
        if role == "anonymous":
            assert status == 401
        else:
            assert (status != 403) == (role in allowed), (role, status)


def test_key__revoked__is_refused_from_the_next_request_on(alice: Client) -> None:
    caller = ApiCaller(make_key(client=alice))
    assert caller.get("/ml/transactions").status_code == 200

    ApiKey.objects.update(revoked=True)

    response = caller.get("/ml/transactions")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Api-Key"


def test_key__of_an_inactive_client__is_refused(alice: Client, as_alice: ApiCaller) -> None:
    Client.objects.update(is_active=False)

    assert as_alice.get("/ml/transactions").status_code == 401


@pytest.mark.parametrize("key", ["", "x", "a.b", "\u00e9.b", "x" * 200])
def test_key__that_is_none__401(db: None, key: str) -> None:
    assert ApiCaller(key or " ").get("/ml/transactions").status_code == 401


def test_key__stored__only_as_a_hash(alice: Client) -> None:
    key = make_key(client=alice)

    secret = key.partition(".")[2]
    assert secret not in str(ApiKey.objects.values().first())


def test_foreign_and_unknown_ids__look_alike(as_alice: ApiCaller, bob: Client) -> None:
    foreign = make_transaction(bob)
    event = make_event(foreign)
    unknown = 9_999_999

    batch = as_alice.post("/ml/suggestions", {"txn_ids": [foreign.pk, unknown]}).json()
    answers = [as_alice.post(f"/ml/suggestions/{pk}/accept") for pk in (event.pk, unknown)]
    by_txn = [
        as_alice.post("/ml/suggestions/feedback", {"txn_id": pk, "action": "reject"})
        for pk in (foreign.pk, unknown)
    ]
    predictions = [as_alice.post("/ml/v2/predict", {"txn_id": pk}) for pk in (foreign.pk, unknown)]

    assert (batch["items"], batch["not_found"]) == ([], [foreign.pk, unknown])
    for first, second in (answers, by_txn, predictions):
        assert first.status_code == second.status_code == 404
        assert first.json() | {"request_id": 0} == second.json() | {"request_id": 0}
        assert first.headers.keys() == second.headers.keys()

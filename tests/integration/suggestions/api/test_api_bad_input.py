"""Bad input gets a problem document that names the field and the limit, and changes no row."""

from base64 import b64encode
from typing import Any

import pytest

from mlmodels.models import TrainingRun
from suggestions.models import Client, Feedback, SuggestionEvent, Transaction
from tests.api_client import ApiCaller
from tests.builders import make_event, make_transaction

pytestmark = pytest.mark.django_db


def is_problem(response: Any, status: int, code: str) -> bool:
    body = response.json()
    return (
        response.status_code == status
        and response.headers["Content-Type"] == "application/problem+json"
        and body["code"] == code
        and body["status"] == status
        and {"type", "title", "detail", "request_id"} <= body.keys()
    )


@pytest.mark.parametrize(
    "ids",
    [
        pytest.param(True, id="true instead of a list"),
        pytest.param([], id="empty"),
        pytest.param([True], id="true"),
        pytest.param([1.0], id="1.0"),
        pytest.param(["1.0"], id="1.0 as text"),
        pytest.param([0], id="zero"),
        pytest.param([-1], id="negative"),
        pytest.param([2**63], id="too large"),
        pytest.param(["１"], id="full-width digit"),
        pytest.param([" 1"], id="space"),
        pytest.param([None], id="null"),
        pytest.param([[1]], id="nested"),
        pytest.param(["1\0"], id="NUL"),
    ],
)
def test_suggestions__ids_that_are_none__400_names_txn_ids(as_alice: ApiCaller, ids: object) -> None:
    response = as_alice.post("/ml/suggestions", {"txn_ids": ids})

    assert is_problem(response, 400, "invalid")
    assert response.json()["errors"][0]["field"] == "txn_ids"


def test_suggestions__501_ids__400_names_the_limit_and_makes_no_event(
    as_alice: ApiCaller, alice: Client
) -> None:
    make_transaction(alice)

    response = as_alice.post("/ml/suggestions", {"txn_ids": list(range(1, 502))})

    assert is_problem(response, 400, "invalid")
    assert response.json()["errors"][0]["code"] == "too_many_ids"
    assert "500" in response.json()["detail"]
    assert not SuggestionEvent.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"txn_ids": [1], "colour": "red"}, "colour"),
        ({"txn_ids": [1], "top_k": 11}, "top_k"),
        ({"txn_ids": [1], "top_k": 0}, "top_k"),
        ({"txn_ids": [1], "top_k": True}, "top_k"),
        ({"txn_ids": [1], "top_k": "3"}, "top_k"),
        ({"txn_ids": [1], "mode": "model"}, "mode"),
        ({}, "txn_ids"),
    ],
)
def test_suggestions__bad_fields__400_names_the_field(as_alice: ApiCaller, body: Any, field: str) -> None:
    response = as_alice.post("/ml/suggestions", body)

    assert is_problem(response, 400, "invalid")
    assert response.json()["errors"][0]["field"] == field


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="cut off"),
        pytest.param(b"[" * 100_000, id="deep nesting, open"),
        pytest.param(b"[" * 5_000 + b"]" * 5_000, id="deep nesting"),
        pytest.param(b'{"txn_ids": [NaN]}', id="NaN"),
        pytest.param(b'{"txn_ids": [Infinity]}', id="Infinity"),
        pytest.param(b'{"txn_ids": [1], "txn_ids": [2]}', id="doubled key"),
        pytest.param(b'\xef\xbb\xbf{"txn_ids": [1]}', id="byte order mark"),
        pytest.param('{"txn_ids": [1]}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"txn_ids": ["\xff"]}', id="no UTF-8"),
        pytest.param(b'{"txn_ids": [' + b"1" * 5_000 + b"]}", id="a number of 5,000 digits"),
        pytest.param(b'{"txn_ids": [1e' + b"9" * 30 + b"]}", id="an exponent of 30 digits"),
        pytest.param(b'{"txn_ids": [1e-' + b"9" * 30 + b"]}", id="a negative exponent of 30 digits"),
    ],
)
def test_suggestions__malformed_json__400(as_alice: ApiCaller, body: bytes) -> None:
    response = as_alice.post_raw("/ml/suggestions", body)

    assert response.status_code == 400
    assert response.json()["code"] in {"malformed_json", "invalid"}


def test_suggestions__oversized_body__413_names_the_limit(as_alice: ApiCaller) -> None:
    response = as_alice.post_raw("/ml/suggestions", b'{"txn_ids": [1' + b" " * 262_144 + b"]}")

    assert is_problem(response, 413, "body_too_large")
    assert "262,144" in response.json()["detail"]


def test_train__chunked_body__411_and_no_run_without_its_limit(as_operator: ApiCaller) -> None:
    response = as_operator.post("/ml/v2/train", {"limit": 500}, **{"Transfer-Encoding": "chunked"})

    assert is_problem(response, 411, "length_required")
    assert not TrainingRun.objects.exists()


def test_suggestions__form_body__415_is_a_problem_document(as_alice: ApiCaller) -> None:
    response = as_alice.post_raw(
        "/ml/suggestions", b"txn_ids=1", content_type="application/x-www-form-urlencoded"
    )

    assert is_problem(response, 415, "unsupported_media_type")


def test_unknown_route__json_404(as_alice: ApiCaller) -> None:
    assert is_problem(as_alice.get("/ml/nothing"), 404, "not_found")


def test_wrong_method__json_405(as_alice: ApiCaller) -> None:
    assert is_problem(as_alice.get("/ml/suggestions"), 405, "method_not_allowed")


@pytest.mark.parametrize("name", ["\ud800", "a\0b"])
def test_any_route__unprintable_field_name__400(as_alice: ApiCaller, name: str) -> None:
    for path in ("/ml/suggestions", "/ml/suggestions/feedback", "/ml/v2/predict", "/ml/transactions"):
        assert as_alice.post(path, {name: 1}).status_code == 400


def test_suggestions__mode_nobody_can_print__400(as_alice: ApiCaller) -> None:
    assert is_problem(as_alice.post("/ml/suggestions", {"txn_ids": [1], "mode": "\ud800"}), 400, "invalid")


def test_suggestions__long_mode__is_not_echoed_at_length(as_alice: ApiCaller) -> None:
    response = as_alice.post("/ml/suggestions", {"txn_ids": [1], "mode": "x" * 200_000})

    assert is_problem(response, 400, "invalid")
    assert len(response.content) < 2_000


@pytest.mark.parametrize(
    "body",
    [
        {"action": "accept"},
        {"event_id": 1, "txn_id": 1, "action": "accept"},
        {"event_id": True, "action": "accept"},
        {"event_id": 1, "action": "love"},
        {"event_id": 1, "action": "\ud800"},
        {"event_id": 1, "action": "correct", "label": "x" * 101},
        {"event_id": 1, "action": "correct", "label": "a\0b"},
        {"event_id": 1, "action": "correct", "label": "\ud800"},
        {"event_id": 1, "action": "correct", "label": 5},
        {"event_id": 1, "action": "reject", "reason": "x" * 501},
    ],
)
def test_feedback__bad_body__400_and_no_row(as_alice: ApiCaller, alice: Client, body: Any) -> None:
    make_event(make_transaction(alice))

    assert as_alice.post("/ml/suggestions/feedback", body).status_code == 400
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"description": "X"}, "amount"),
        ({"amount": 1}, "description"),
        ({"description": "X", "amount": "NaN"}, "amount"),
        ({"description": "X", "amount": True}, "amount"),
        ({"description": "X\0", "amount": 1}, "description"),
        ({"txn_id": 1, "description": "X", "amount": 1}, "txn_id"),
        ({"txn_id": 1.0}, "txn_id"),
        ({"description": "X", "amount": 1, "hour": 12}, "hour"),
    ],
)
def test_predict__bad_body__400_names_the_field(as_alice: ApiCaller, body: Any, field: str) -> None:
    response = as_alice.post("/ml/v2/predict", body)

    assert is_problem(response, 400, "invalid")
    assert field in {error["field"] for error in response.json()["errors"]}


@pytest.mark.parametrize("amount", [b"1e400", b"1e9999999", b"1e999999999999999999"])
def test_predict__amount_beyond_measure__400(as_alice: ApiCaller, amount: bytes) -> None:
    response = as_alice.post_raw("/ml/v2/predict", b'{"description": "X", "amount": %s}' % amount)

    assert is_problem(response, 400, "invalid")


def test_transactions__rejected_request__changes_no_row(as_alice: ApiCaller) -> None:
    as_alice.post_raw("/ml/transactions", b'{"rows": [{"external_id": "a"')

    assert not Transaction.objects.exists()


def test_transactions__unknown_field_and_an_id_nobody_can_print__the_row_is_named_without_it(
    as_alice: ApiCaller,
) -> None:
    response = as_alice.post("/ml/transactions", {"rows": [{"external_id": "\ud800", "colour": 1}]})

    assert response.status_code == 422
    assert (response.json()["errors"][0]["field"], response.json()["errors"][0]["external_id"]) == (
        "colour",
        None,
    )


def test_transactions__field_beside_rows_nobody_can_print__400(as_alice: ApiCaller) -> None:
    assert is_problem(as_alice.post("/ml/transactions", {"rows": [{}], "\ud800": 1}), 400, "invalid")


@pytest.mark.parametrize("content", ["p=abc", "p=1.5", "p=", "p=\0", "p=-1", f"p={2**63}", "\xff", "o=x"])
def test_pages__tampered_cursor__404(callers: dict[str, ApiCaller], content: str) -> None:
    cursor = b64encode(content.encode()).decode()

    for name, path in (("client", "/ml/transactions"), ("analyst", "/ml/disagreements")):
        assert is_problem(callers[name].get(path, cursor=cursor), 404, "not_found")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/api/schema", "/api/docs"])
@pytest.mark.parametrize("method", ["OPTIONS", "POST", "PUT"])
def test_pages_to_read__another_method__405(as_alice: ApiCaller, path: str, method: str) -> None:
    response = as_alice.call(method, path)

    assert is_problem(response, 405, "method_not_allowed")
    assert response.headers["Allow"] == "GET, HEAD"


def test_schema__version_that_is_none__stays_out_of_the_headers(as_alice: ApiCaller) -> None:
    assert "nonsense" not in str(as_alice.get("/api/schema", version="nonsense").headers)

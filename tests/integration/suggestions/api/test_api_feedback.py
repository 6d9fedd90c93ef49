from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from suggestions.labels.feedback import record_feedback
from suggestions.models import Category, Client, Feedback, Transaction
from tests.api_client import ApiCaller
from tests.builders import make_client, make_event, make_transaction

pytestmark = pytest.mark.django_db


def test_accept__first_time__201_and_the_served_category_becomes_the_label(
    as_alice: ApiCaller, alice: Client
) -> None:
    event = make_event(make_transaction(alice), served_category="Restaurants")

    response = as_alice.post("/ml/suggestions/feedback", {"event_id": event.pk, "action": "accept"})

    assert response.status_code == 201
    assert response.json()["label"] == "Restaurants"
    assert Transaction.objects.get().known_category == "Restaurants"


def test_accept__sent_again__200_with_the_same_body_and_one_row(as_alice: ApiCaller, alice: Client) -> None:
    event = make_event(make_transaction(alice))

    first = as_alice.post(f"/ml/suggestions/{event.pk}/accept")
    second = as_alice.post(f"/ml/suggestions/{event.pk}/accept")

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Feedback.objects.count() == 1


def test_correct__by_transaction__goes_to_its_latest_event_and_outranks_the_clients_category(
    as_alice: ApiCaller, alice: Client
) -> None:
    row = make_transaction(alice, category="Sent")
    make_event(row)
    latest = make_event(row)

    body = {"txn_id": row.pk, "action": "correct", "label": "Coffee"}
    answer = as_alice.post("/ml/suggestions/feedback", body).json()

    row.refresh_from_db()
    assert (answer["event_id"], answer["label"]) == (latest.pk, "Coffee")
    assert row.known_category == "Coffee"
    assert Category.objects.filter(client=alice, name="Coffee").exists()


def test_verdicts__one_after_the_other__the_latest_counts_and_the_history_stays(
    as_alice: ApiCaller, alice: Client
) -> None:
    row = make_transaction(alice)
    event = make_event(row)

    accepted = as_alice.post(f"/ml/suggestions/{event.pk}/accept").json()
    rejected = as_alice.post(f"/ml/suggestions/{event.pk}/reject", {"reason": "wrong"}).json()
    again = as_alice.post(f"/ml/suggestions/{event.pk}/accept").json()

    row.refresh_from_db()
    assert rejected["supersedes"] == accepted["feedback_id"]
    assert again["supersedes"] == rejected["feedback_id"]
    assert Feedback.objects.count() == 3
    assert row.known_category == "Restaurants"


def test_reject__after_accept__the_label_is_withdrawn(as_alice: ApiCaller, alice: Client) -> None:
    row = make_transaction(alice)
    event = make_event(row)
    as_alice.post(f"/ml/suggestions/{event.pk}/accept")

    as_alice.post(f"/ml/suggestions/{event.pk}/reject")

    row.refresh_from_db()
    assert row.known_category == ""


@pytest.mark.parametrize(
    ("offered_later", "known"),
    [
        pytest.param("Restaurants", "Coffee", id="another category: the correction stays"),
        pytest.param("Coffee", "", id="the very category: it is withdrawn"),
    ],
)
def test_reject__of_a_later_suggestion__takes_back_only_the_category_it_speaks_of(
    as_alice: ApiCaller, alice: Client, offered_later: str, known: str
) -> None:
    row = make_transaction(alice)
    first, later = make_event(row), make_event(row, served_category=offered_later)
    correction = {"event_id": first.pk, "action": "correct", "label": "Coffee"}
    as_alice.post("/ml/suggestions/feedback", correction)

    as_alice.post(f"/ml/suggestions/{later.pk}/reject")

    row.refresh_from_db()
    assert row.known_category == known


@pytest.mark.parametrize(
    ("served", "body"),
    [
        pytest.param("", {"action": "accept"}, id="nothing was suggested"),
        pytest.param("Coffee", {"action": "accept", "label": "Fuel"}, id="another label than the one served"),
        pytest.param("Coffee", {"action": "correct"}, id="correct to what"),
        pytest.param("Coffee", {"action": "reject", "label": "Fuel"}, id="reject with a label"),
    ],
)
def test_feedback__that_contradicts_itself__422_and_no_row(
    as_alice: ApiCaller, alice: Client, served: str, body: dict[str, str]
) -> None:
    event = make_event(make_transaction(alice), served_category=served)

    response = as_alice.post("/ml/suggestions/feedback", {"event_id": event.pk} | body)

    assert response.status_code == 422
    assert response.json()["code"] == "contradictory_feedback"
    assert not Feedback.objects.exists()


def test_feedback__on_another_clients_event__404_and_no_row(as_alice: ApiCaller, bob: Client) -> None:
    event = make_event(make_transaction(bob))

    assert as_alice.post(f"/ml/suggestions/{event.pk}/accept").status_code == 404
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("event_id", ["0", "abc", "1.0", "9" * 30, "-1"])
def test_one_click__id_that_is_none__404(as_alice: ApiCaller, event_id: str) -> None:
    assert as_alice.post(f"/ml/suggestions/{event_id}/accept").status_code == 404


def test_route__with_a_trailing_slash__is_the_same_route(as_alice: ApiCaller, alice: Client) -> None:
    event = make_event(make_transaction(alice))

    assert as_alice.post(f"/ml/suggestions/{event.pk}/accept/").status_code == 201
    assert as_alice.get("/ml/transactions/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_verdicts__on_two_suggestions_of_one_transaction_at_once__the_last_written_is_the_label() -> None:
    client = make_client()
    row = make_transaction(client)
    events = [make_event(row) for _ in range(2)]

    def correct(number: int) -> None:
        try:
            action, label = "correct", f"category {number}"
            record_feedback(
                client, event_id=events[number % 2].pk, transaction_id=None, action=action, label=label
            )
        finally:
            connection.close()

    for _ in range(5):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(correct, range(8)))

        row.refresh_from_db()
        assert row.feedback_category == Feedback.objects.latest("id").category

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from suggestions.intake import parse_row, upsert_transactions
from suggestions.models import Category, Client, Transaction
from tests.api_client import ApiCaller
from tests.builders import make_client, make_transaction, transaction_body

pytestmark = pytest.mark.django_db


def test_post__new_rows__are_created_and_their_ids_returned(as_alice: ApiCaller, alice: Client) -> None:
    rows = [transaction_body(external_id="a", category="Coffee"), transaction_body(external_id="b")]

    answer = as_alice.post("/ml/transactions", {"rows": rows}).json()

    assert (answer["created"], answer["updated"], answer["errors"]) == (2, 0, [])
    stored = Transaction.objects.get(client=alice, external_id="a")
    assert {"external_id": "a", "txn_id": stored.pk} in answer["rows"]
    assert list(Category.objects.filter(client=alice).values_list("name", flat=True)) == ["Coffee"]


def test_post__bare_list__is_accepted_like_rows(as_alice: ApiCaller) -> None:
    assert as_alice.post("/ml/transactions", [transaction_body()]).json()["created"] == 1


def test_post__known_external_id__is_updated_and_keeps_a_category_it_says_nothing_of(
    as_alice: ApiCaller, alice: Client
) -> None:
    known = make_transaction(alice, external_id="a", category="Coffee")

    answer = as_alice.post(
        "/ml/transactions", {"rows": [transaction_body(external_id="a", description="NEW")]}
    ).json()

    known.refresh_from_db()
    assert (answer["created"], answer["updated"]) == (0, 1)
    assert answer["rows"] == [{"external_id": "a", "txn_id": known.pk}]
    assert (known.description, known.category) == ("NEW", "Coffee")


def test_post__same_external_id_of_another_client__touches_only_ones_own(
    as_alice: ApiCaller, bob: Client
) -> None:
    of_bob = make_transaction(bob, external_id="a", description="BOB'S")

    assert (
        as_alice.post("/ml/transactions", {"rows": [transaction_body(external_id="a")]}).json()["created"]
        == 1
    )

    of_bob.refresh_from_db()
    assert of_bob.description == "BOB'S"


def test_post__bad_rows_among_good_ones__good_ones_are_kept_and_bad_ones_named(as_alice: ApiCaller) -> None:
    rows = [
        transaction_body(),
        transaction_body(external_id="bad", amount="much"),
        "no row",
        transaction_body(),
    ]

    response = as_alice.post("/ml/transactions", {"rows": rows})

    answer = response.json()
    assert response.status_code == 200
    assert answer["created"] == 2
    assert [(error["row"], error["external_id"], error["field"]) for error in answer["errors"]] == [
        (1, "bad", "amount"),
        (2, None, ""),
    ]


def test_post__one_external_id_twice__the_last_row_counts(as_alice: ApiCaller, alice: Client) -> None:
    rows = [
        transaction_body(external_id="a", description="FIRST"),
        transaction_body(external_id="a", description="LAST"),
    ]

    answer = as_alice.post("/ml/transactions", {"rows": rows}).json()

    assert answer["created"] == 1
    assert Transaction.objects.get(client=alice).description == "LAST"


@pytest.mark.django_db(transaction=True)
def test_upsert__same_rows_at_once_some_with_categories__wait_for_each_other_without_deadlock() -> None:
    client = make_client()
    names = [f"e{number}" for number in range(2_000)]

    def upsert(number: int) -> int:
        # Each request says something of the category of other rows than the next one.
        rows = [
            parse_row(
                transaction_body(external_id=name) | ({"category": "X"} if at % 2 == number % 2 else {})
            )
            for at, name in enumerate(names)
        ]
        try:
            return len(upsert_transactions(client, rows).ids)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(upsert, range(8)))

    assert written == [2_000] * 8
    assert set(client.transactions.values_list("category", flat=True)) == {"X"}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        pytest.param({}, "rows", id="no rows"),
        pytest.param({"rows": []}, "rows", id="empty"),
        pytest.param({"rows": "x"}, "rows", id="text"),
        pytest.param({"rows": [{}] * 10_001}, "10,000", id="too many"),
        pytest.param({"rows": [{}], "extra": 1}, "extra", id="unknown field"),
        pytest.param(5, "rows", id="number"),
    ],
)
def test_post__bad_body__400_names_field_and_limit(as_alice: ApiCaller, body: Any, named: str) -> None:
    response = as_alice.post("/ml/transactions", body)

    assert response.status_code == 400
    assert named in response.content.decode()
    assert not Transaction.objects.exists()


def test_post__ten_thousand_rows__number_of_queries_stays_small(
    as_alice: ApiCaller, django_assert_max_num_queries: Any
) -> None:
    rows = [transaction_body(external_id=f"n{number}") for number in range(10_000)]

    with django_assert_max_num_queries(12):
        answer = as_alice.post("/ml/transactions", {"rows": rows}).json()

    assert answer["created"] == 10_000


def test_get__filters_and_pages__only_ones_own_newest_first(
    as_alice: ApiCaller, alice: Client, bob: Client
) -> None:
    make_transaction(bob)
    first, second, third = (make_transaction(alice, user_id=user) for user in ("u1", "u2", "u1"))

    page = as_alice.get("/ml/transactions", limit=2).json()
    rest = as_alice.get(page["next"].removeprefix("http://testserver")).json()
    of_u1 = as_alice.get("/ml/transactions", user_id="u1").json()

    assert [row["txn_id"] for row in page["results"]] == [third.pk, second.pk]
    assert [row["txn_id"] for row in rest["results"]] == [first.pk]
    assert rest["next"] is None
    assert [row["txn_id"] for row in of_u1["results"]] == [third.pk, first.pk]
    assert of_u1["results"][0]["amount"] == "-4.50"


@pytest.mark.parametrize(
    "query", [{"colour": "red"}, {"date_from": "yesterday"}, {"limit": "0"}, {"user_id": "\0"}]
)
def test_get__bad_filter__400(as_alice: ApiCaller, query: dict[str, str]) -> None:
    assert as_alice.get("/ml/transactions", **query).status_code == 400

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mlmodels.domain.candidates import Candidates
from mlmodels.domain.history import MERCHANT, PAIR, SCOPES
from mlmodels.domain.table import read_table
from mlmodels.domain.types import LabelledExample
from mlmodels.learning.artifacts import open_artifact
from mlmodels.learning.estimator import Estimator
from mlmodels.learning.material import Material, Reader, prepare
from mlmodels.models import ModelVersion
from suggestions.models import Category, Client, Transaction
from suggestions.serving.history import key_of_description, key_of_transaction, read_history
from suggestions.serving.model_answers import Asked
from tests.api_client import ApiCaller
from tests.builders import make_transaction, set_canary
from tests.champions import install_champion, small_model

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 1)


@pytest.fixture
def champion() -> ModelVersion:
    return install_champion()


def labelled_history() -> Iterator[dict[str, Any]]:
    merchants = [
        "SUSHI BAR #1",
        "CITY FUEL",
        "FRESH MARKET",
        "CORNER SHOP 22",
        "PIZZA PALACE",
        "",
        "BAKERY NINE",
    ]
    for number in range(160):
        yield {
            "user_id": f"user-{number % 4}" if number % 9 else "",
            "description": merchants[number * 5 % 7],
            "memo": "lunch" if number % 3 == 0 else "",
            "amount": -float(number % 11) - 0.5,
            "date": DAY + timedelta(days=number // 5),
            "category": ["Restaurants", "Fuel", "Groceries", "Bread"][number * 7 // 3 % 4],
        }


def in_training(material: Material, estimator: Estimator, row: int) -> Candidates:
    codes = {name: code for code, name in enumerate(material.table.categories.values)}
    known = [code for code, label in enumerate(estimator.labels) if label in codes]
    assert len(known) == len(estimator.labels)
    labels = np.array([codes[label] for label in estimator.labels], np.intp)
    priors = np.full(len(codes), np.log(1e-5), np.float32)
    priors[labels] = estimator.priors
    reader = Reader(estimator.linear, labels, priors)
    (candidates,) = material.candidates(reader, np.array([row]), np.array([len(material.table)]))
    return candidates


def by_category(candidates: Candidates, names: Any) -> dict[str, list[float]]:
    return {
        names[code]: features.tolist()
        for code, features in zip(candidates.category.tolist(), candidates.features, strict=True)
    }


def test_features__asked_day_by_day_and_computed_in_training__the_same_row_by_row(alice: Client) -> None:
    estimator = open_artifact(small_model()[0].artifact.data, small_model()[0].artifact.sha256).estimator()
    rows = [make_transaction(alice, **facts | {"category": ""}) for facts in labelled_history()]
    categories = [facts["category"] for facts in labelled_history()]
    for row in rows:
        row.refresh_from_db()
    asked = [Asked.of(row) for row in rows]
    material = prepare(
        read_table(
            LabelledExample(one.example, category, 1.0, None)
            for one, category in zip(asked, categories, strict=True)
        )
    )
    compared = 0

    for _, group in groupby(range(len(rows)), key=lambda at: rows[at].date):
        of_day = list(group)
        for at in of_day:
            one = read_history(alice.pk, [asked[at].key])
            served = estimator.rank([asked[at].example], one, frozenset(categories))
            trained = in_training(material, estimator, at)
            expected = by_category(trained, material.table.categories.values)
            found = by_category(served.candidates, served.names)
            assert found.keys() == expected.keys()
            for category, features in found.items():
                assert features == pytest.approx(expected[category], rel=1e-5, abs=1e-6)
            compared += len(found)
        for at in of_day:
            Transaction.objects.filter(pk=rows[at].pk).update(category=categories[at])

    assert compared > 3 * len(rows)


def test_read_history__another_clients_labels__are_not_found(alice: Client, bob: Client) -> None:
    make_transaction(bob, category="Secret")

    history = read_history(alice.pk, [key_of_transaction(make_transaction(alice))])

    assert history.categories == set()


def test_read_history__users_of_one_client__share_the_merchant_and_nothing_else(alice: Client) -> None:
    make_transaction(alice, user_id="other", category="Coffee")

    history = read_history(alice.pk, [key_of_description("TIM HORTONS #9", "user-1")])

    found = {scope.name: [one.categories for one in history.found[scope.name].labels] for scope in SCOPES}
    assert found["merchant"] == [["Coffee"]]
    assert found["pair"] == found["user"] == [[]]


def test_read_history__own_label__does_not_speak_for_itself(alice: Client) -> None:
    row = make_transaction(alice, category="Coffee")

    history = read_history(alice.pk, [key_of_transaction(row)])

    assert len(history.window(PAIR, {"Coffee": 0}).row) == 0


def test_read_history__many_labels__the_newest_of_each_scope(alice: Client) -> None:
    for number in range(30):
        make_transaction(alice, date=DAY + timedelta(days=number), category=f"c{number}")

    history = read_history(alice.pk, [key_of_description("TIM HORTONS", "user-1")])

    codes = {f"c{number}": number for number in range(30)}
    assert history.window(PAIR, codes).category.tolist() == list(range(29, 19, -1))
    assert history.window(MERCHANT, codes).category.tolist() == list(range(29, 9, -1))
    assert history.window(MERCHANT, codes).age.tolist() == list(range(20))


@pytest.mark.parametrize("size", [1, 300])
def test_read_history__any_batch__one_query(alice: Client, size: int) -> None:
    keys = [key_of_description(f"SHOP {number} STREET", f"user-{number}") for number in range(size)]

    with CaptureQueriesContext(connection) as captured:
        read_history(alice.pk, keys)

    assert len(captured) == 1


def suggest(caller: ApiCaller, row: Transaction) -> dict[str, Any]:
    answer = caller.post("/ml/suggestions", {"txn_ids": [row.pk]})
    item: dict[str, Any] = answer.json()["items"][0]
    return item


def test_correction__next_identical_merchant__is_what_the_user_said_at_once(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion
) -> None:
    set_canary(10_000)
    for number in range(12):
        make_transaction(
            alice, description="SUSHI BAR", date=DAY + timedelta(days=number), category="Restaurants"
        )
    Category.objects.create(client=alice, name="Restaurants")
    first = make_transaction(alice, description="SUSHI BAR #3")
    second = make_transaction(alice, description="Sushi Bar #77", date=date(2025, 1, 1))
    item = suggest(as_alice, first)
    assert item["candidates"][0]["label"] == "Restaurants"

    as_alice.post(
        "/ml/suggestions/feedback",
        {"event_id": item["event_id"], "action": "correct", "label": "Business meals"},
    )

    best = suggest(as_alice, second)["candidates"][0]
    assert best["label"] == "Business meals"
    assert best["certain"] is True
    assert "you corrected this merchant" in best["reasons"][0]


def test_correction__of_another_user__changes_nothing_by_itself(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion
) -> None:
    set_canary(10_000)
    first = make_transaction(alice, description="SUSHI BAR #3", user_id="other")
    item = suggest(as_alice, first)
    as_alice.post(
        "/ml/suggestions/feedback", {"event_id": item["event_id"], "action": "correct", "label": "Fuel"}
    )

    best = suggest(as_alice, make_transaction(alice, description="SUSHI BAR"))["candidates"][0]

    assert "you corrected" not in " ".join(best["reasons"])


def test_category__withdrawn_after_a_correction__is_never_suggested(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion
) -> None:
    set_canary(10_000)
    item = suggest(as_alice, make_transaction(alice, description="SUSHI BAR #3"))
    as_alice.post(
        "/ml/suggestions/feedback", {"event_id": item["event_id"], "action": "correct", "label": "Gone"}
    )
    Category.objects.filter(client=alice, name="Gone").update(is_active=False)

    item = suggest(as_alice, make_transaction(alice, description="SUSHI BAR"))

    assert "Gone" not in [candidate["label"] for candidate in item["candidates"]]


def test_new_category__in_the_history_alone__is_suggested_with_its_count(
    as_alice: ApiCaller, alice: Client, champion: ModelVersion
) -> None:
    set_canary(10_000)
    for number in range(6):
        make_transaction(
            alice, description="HARBOUR YOGA", date=DAY + timedelta(days=number), category="Wellbeing"
        )
    Category.objects.create(client=alice, name="Wellbeing")

    best = suggest(as_alice, make_transaction(alice, description="HARBOUR YOGA #9"))["candidates"][0]

    assert best["label"] == "Wellbeing"
    assert best["reasons"][0] == "6 of your last 6 labels at this merchant"

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from prometheus_client import REGISTRY

from mlmodels import services
from mlmodels.domain.history import History
from mlmodels.domain.types import Example, VersionRef
from mlmodels.models import ModelVersion
from mlmodels.runtime import models_of_process
from mlmodels.versions.registry import promote
from tests.examples import make_example

pytestmark = pytest.mark.django_db
MakeVersion = Callable[..., ModelVersion]


@pytest.fixture
def champion(make_version: MakeVersion) -> ModelVersion:
    return promote(make_version().pk, by=None, reason="for a test")


def reference() -> VersionRef:
    champion = services.champion_ref()
    assert champion is not None
    return champion


def test_champion_ref__one_query_without_the_bytes(champion: ModelVersion) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        services.champion_ref()

    assert len(queries) == 1
    assert "artifact" not in queries[0]["sql"]


def test_contenders__champion_and_challenger__both_in_one_query_without_their_bytes(
    make_version: MakeVersion, champion: ModelVersion
) -> None:
    alone = services.contenders()
    services.challenge(make_version().pk)

    with CaptureQueriesContext(connection) as queries:
        both = services.contenders()

    assert (alone.champion, alone.challenger) == (reference(), None)
    assert (both.champion, both.challenger) == (reference(), services.challenger_ref())
    assert both.challenger is not None
    assert len(queries) == 1
    assert "artifact" not in queries[0]["sql"]


def test_loaded_model__first_and_second_use__one_query_in_all(champion: ModelVersion) -> None:
    ref = reference()

    with CaptureQueriesContext(connection) as queries:
        for _ in range(2):
            answers = predict(services.loaded_model(ref), make_example())

    assert len(queries) == 1
    assert answers.version_id == champion.pk
    assert answers.ranked[0][0].category == "Restaurants"
    assert {one.category for one in answers.ranked[0]} <= set(champion.labels)


def predict(model: services.LoadedModel, *examples: Example) -> services.Answers:
    return model.predict(list(examples), History.nothing(len(examples)), categories=None, top_k=5)


def damage(version: ModelVersion, data: bytes) -> None:
    ModelVersion.objects.filter(pk=version.pk).update(artifact=data)


@pytest.mark.parametrize(
    "damaged",
    [
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(lambda data: data[:-1], id="cut"),
        pytest.param(lambda data: data[:2_000] + b"x" + data[2_001:], id="one-byte"),
        pytest.param(lambda data: data.replace(b"Salary", b"Xalary"), id="a-label"),
    ],
)
def test_loaded_model__bytes_that_were_not_registered__checksum(
    damaged: Callable[[bytes], bytes], champion: ModelVersion
) -> None:
    damage(champion, damaged(bytes(ModelVersion.objects.get(pk=champion.pk).artifact)))

    with pytest.raises(services.ModelUnavailable) as unavailable:
        services.loaded_model(reference())

    assert unavailable.value.reason == "checksum"


def test_loaded_model__loaded_before_the_bytes_broke__still_answers(champion: ModelVersion) -> None:
    services.loaded_model(reference())
    damage(champion, b"")

    assert predict(services.loaded_model(reference()), make_example()).version_id == champion.pk


def test_loaded_model__made_by_other_code__schema(
    champion: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mlmodels.learning.artifacts.FEATURE_VERSION", 99)

    with pytest.raises(services.ModelUnavailable) as unavailable:
        services.loaded_model(reference())

    assert unavailable.value.reason == "schema"


def test_loaded_model__row_gone__unavailable() -> None:
    with pytest.raises(services.ModelUnavailable) as unavailable:
        services.loaded_model(VersionRef(4711, "0" * 64))

    assert unavailable.value.reason == "unavailable"


def test_loaded_model__broken__asked_again_without_a_query(champion: ModelVersion) -> None:
    damage(champion, b"")
    ref = reference()
    with pytest.raises(services.ModelUnavailable):
        services.loaded_model(ref)

    with CaptureQueriesContext(connection) as queries, pytest.raises(services.ModelUnavailable):
        services.loaded_model(ref)

    assert len(queries) == 0


def test_warm_up__any_state__never_raises(make_version: MakeVersion) -> None:
    services.warm_up()
    champion = promote(make_version().pk, by=None, reason="for a test")
    services.warm_up()
    assert list(models_of_process._loaded) == [VersionRef(champion.pk, champion.sha256)]

    models_of_process.clear()
    damage(champion, b"")
    services.warm_up()


def test_model_status__never_trained__no_model() -> None:
    assert services.model_status() == {"available": False, "reason": "no_model"}


def test_model_status__champion__available_with_what_the_contract_names(champion: ModelVersion) -> None:
    status: Any = services.model_status()

    assert status["available"] is True
    assert status["meta"].keys() >= {
        *("version", "sha256", "trained_at", "val_accuracy", "val_f1_macro", "val_f1_per_class"),
        *("classes", "train_size", "val_size", "gate", "feature_version", "trees", "size_bytes"),
    }
    assert status["meta"]["version"] == champion.pk
    assert json.loads(json.dumps(status)) == status


def test_model_status__broken_champion__unavailable_with_the_reason(champion: ModelVersion) -> None:
    damage(champion, b"")

    status: Any = services.model_status()

    assert (status["available"], status["reason"]) == (False, "checksum")
    assert status["meta"]["version"] == champion.pk


def test_count_predictions__both_kinds__grow_by_the_examples() -> None:
    def counted(available: str) -> float:
        return REGISTRY.get_sample_value("lm_ml_predict_requests_total", {"available": available}) or 0.0

    before = counted("True"), counted("False")

    services.count_predictions(3, available=True)
    services.count_predictions(2, available=False)

    assert (counted("True"), counted("False")) == (before[0] + 3, before[1] + 2)


def test_predict__one_batch__one_latency_observation(champion: ModelVersion) -> None:
    def observed() -> float:
        return REGISTRY.get_sample_value("lm_ml_predict_latency_seconds_count") or 0.0

    model = services.loaded_model(reference())
    before = observed()

    predict(model, *[make_example()] * 7)

    assert observed() == before + 1


def test_run_progress__succeeded__names_the_version(trained: Any) -> None:
    run = services.request_run(services.RunRequest(idempotency_key="k"))
    version = ModelVersion.objects.create(
        training_run=run,
        artifact=b"",
        size_bytes=0,
        feature_version=1,
        feature_names=[],
        labels=[],
        trained_at=run.created_at,
    )

    assert services.find_run(run.pk) == run
    assert services.run_progress(run)["model_version"] == version.pk
    assert services.find_run(run.pk + 1) is None

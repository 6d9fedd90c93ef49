from datetime import timedelta

import pytest
from django.utils import timezone

from mlmodels import tasks
from mlmodels.models import TrainingRun
from tests.api_client import ApiCaller
from tests.registry_rows import make_run

pytestmark = pytest.mark.django_db


def test_train__same_key_again__202_with_the_same_run(as_operator: ApiCaller) -> None:
    first, again = (
        as_operator.post("/ml/v2/train", {"limit": 500}, **{"Idempotency-Key": "k"}) for _ in range(2)
    )

    run = TrainingRun.objects.get()
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json() == {"run_id": run.pk, "status": "queued"}


def test_train__while_another_run_is_open__409_with_its_id(as_operator: ApiCaller) -> None:
    first = as_operator.post("/ml/v2/train").json()

    response = as_operator.post("/ml/v2/train")

    assert response.status_code == 409
    assert (response.json()["code"], response.json()["run_id"]) == ("training_in_progress", first["run_id"])


def test_train__worker_of_the_open_run_went_silent__409_and_the_run_waits_for_another(
    as_operator: ApiCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[int] = []
    monkeypatch.setattr(tasks, "publish", published.append)
    run = make_run(status="running", attempt=1, lease_until=timezone.now() - timedelta(minutes=5))

    response = as_operator.post("/ml/v2/train")

    run.refresh_from_db()
    assert (response.status_code, response.json()["run_id"], run.status) == (409, run.pk, "queued")
    assert published == [run.pk]


def test_train__same_key_with_another_body__422(as_operator: ApiCaller) -> None:
    as_operator.post("/ml/v2/train", {"limit": 500}, **{"Idempotency-Key": "k"})

    response = as_operator.post("/ml/v2/train", {"limit": 501}, **{"Idempotency-Key": "k"})

    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
    assert TrainingRun.objects.count() == 1


@pytest.mark.parametrize("key", ["x" * 101, "a\tb"])
def test_train__key_that_is_none__400_and_no_run(as_operator: ApiCaller, key: str) -> None:
    assert as_operator.post("/ml/v2/train", **{"Idempotency-Key": key}).status_code == 400
    assert not TrainingRun.objects.exists()

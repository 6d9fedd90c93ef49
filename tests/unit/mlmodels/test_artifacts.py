import hashlib
import json
from typing import Any

import pytest

from mlmodels.domain.candidates import FEATURE_NAMES
from mlmodels.learning.artifacts import ArtifactRefused, canonical, golden_answers, open_artifact
from mlmodels.learning.training import TrainedModel


def resealed(trained: TrainedModel, **changes: Any) -> tuple[bytes, str]:
    data = canonical(json.loads(trained.artifact.data) | changes)
    return data, hashlib.sha256(data).hexdigest()


def test_open_artifact__as_sealed__same_labels_and_answers(trained: TrainedModel) -> None:
    opened = open_artifact(trained.artifact.data, trained.artifact.sha256)

    assert opened.labels == trained.labels
    assert golden_answers(opened.estimator()) == opened.document["golden"]


def test_seal__any_model__text_without_a_word_of_the_examples(trained: TrainedModel) -> None:
    text = trained.artifact.data.decode("utf-8").lower()

    assert text.startswith('{"digest"')
    for word in ("pizzeria", "noodle", "payroll", "user-1"):
        assert word not in text


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\x80\x04pickle", b"[" * 100_000], ids=["empty", "cut", "pickle", "deep"]
)
def test_open_artifact__other_bytes__checksum_before_anything_reads_them(
    data: bytes, trained: TrainedModel
) -> None:
    with pytest.raises(ArtifactRefused) as refused:
        open_artifact(data, trained.artifact.sha256)

    assert refused.value.reason == "checksum"


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b"{}"], ids=lambda data: repr(data[:4])
)
def test_open_artifact__no_document_under_its_right_digest__schema(data: bytes) -> None:
    with pytest.raises(ArtifactRefused) as refused:
        open_artifact(data, hashlib.sha256(data).hexdigest())

    assert refused.value.reason == "schema"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"format": 1}, id="format"),
        pytest.param({"feature_version": 0}, id="feature-version"),
        pytest.param({"feature_names": list(reversed(FEATURE_NAMES))}, id="same-features-in-another-order"),
        pytest.param({"feature_names": list(FEATURE_NAMES[:-1])}, id="a-feature-less"),
        pytest.param({"labels": []}, id="no-labels"),
        pytest.param({"labels": ["a"]}, id="one-label"),
        pytest.param({"labels": ["a", "a"]}, id="the-same-label-twice"),
        pytest.param({"labels": ["a", 1]}, id="a-label-that-is-no-text"),
        pytest.param({"labels": "ab"}, id="labels-no-list"),
        pytest.param({"model": None}, id="no-model"),
        pytest.param({"estimator": []}, id="no-estimator"),
    ],
)
def test_open_artifact__made_by_other_code__schema(changes: dict[str, Any], trained: TrainedModel) -> None:
    with pytest.raises(ArtifactRefused) as refused:
        open_artifact(*resealed(trained, **changes))

    assert refused.value.reason == "schema"

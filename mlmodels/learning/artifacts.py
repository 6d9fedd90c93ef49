"""Write a model as one JSON document and read it again; never pickle, never an unchecked byte."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from mlmodels.domain.candidates import FEATURE_NAMES
from mlmodels.domain.features import FEATURE_VERSION
from mlmodels.domain.golden import golden_examples, golden_history
from mlmodels.learning.estimator import Estimator, from_document

FORMAT = 2
MAX_BYTES = 64 * 1024 * 1024
_ALL_CANDIDATES = 1_000


class ArtifactRefused(Exception):
    """The bytes are not the model they are said to be; `reason` is checksum or schema."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class SealedArtifact:
    """A model as bytes, with their digest."""

    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class OpenedArtifact:
    """A model's document whose digest and schema have been checked."""

    labels: tuple[str, ...]
    document: dict[str, Any]

    def estimator(self) -> Estimator:
        """Return the model, ready to be asked; only for bytes that a child process has validated."""
        return from_document(self.labels, self.document["estimator"], self.document["model"])


def seal(estimator: Estimator) -> SealedArtifact:
    """Return the artifact of an estimator, with its answers to the golden examples.

    Raises:
        ArtifactRefused: larger than 64 MiB.
    """
    parts = estimator.to_document()
    labels, trees = list(estimator.labels), estimator.ranker.model_text
    document: dict[str, Any] = {
        "format": FORMAT,
        "feature_version": FEATURE_VERSION,
        "feature_names": list(FEATURE_NAMES),
        "labels": labels,
        "estimator": parts,
        "model": trees,
        "golden": golden_answers(from_document(labels, parts, trees)),
    }
    document["digest"] = digest_of(document)
    data = canonical(document)
    if len(data) > MAX_BYTES:
        raise ArtifactRefused("schema", f"{len(data)} bytes, more than the {MAX_BYTES} allowed")
    return SealedArtifact(data, hashlib.sha256(data).hexdigest())


def golden_answers(estimator: Estimator) -> list[list[list[str | float]]]:
    """Return category and confidence of every candidate of the golden examples."""
    answers = estimator.predict(
        golden_examples(), golden_history(estimator.labels), categories=None, top_k=_ALL_CANDIDATES
    )
    return [[[one.category, one.confidence] for one in ranked] for ranked in answers]


def open_artifact(data: bytes, sha256: str) -> OpenedArtifact:
    """Check the digest before anything reads the bytes, then that this code understands them.

    Raises:
        ArtifactRefused: checksum or schema.
    """
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ArtifactRefused("checksum", "the bytes are not those that were registered")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ArtifactRefused("schema", "not a JSON document") from error
    if not isinstance(document, dict):
        raise ArtifactRefused("schema", "not a JSON object")
    _check_schema(document)
    return OpenedArtifact(tuple(document["labels"]), document)


def canonical(document: dict[str, Any]) -> bytes:
    """Return the one way of writing a document as bytes."""
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def digest_of(document: dict[str, Any]) -> str:
    """Return the SHA-256 of a document without its own `digest`."""
    rest = {key: value for key, value in document.items() if key != "digest"}
    return hashlib.sha256(canonical(rest)).hexdigest()


def _check_schema(document: dict[str, Any]) -> None:
    expected = {"format": FORMAT, "feature_version": FEATURE_VERSION, "feature_names": list(FEATURE_NAMES)}
    for key, value in expected.items():
        if document.get(key) != value:
            raise ArtifactRefused("schema", f"{key} differs from that of the running code")
    labels = document.get("labels")
    if not isinstance(labels, list) or not all(isinstance(label, str) and label for label in labels):
        raise ArtifactRefused("schema", "labels is not a list of names")
    if len(labels) < 2 or len(set(labels)) != len(labels):
        raise ArtifactRefused("schema", "labels needs at least two different names")
    if not isinstance(document.get("model"), str) or not isinstance(document.get("estimator"), dict):
        raise ArtifactRefused("schema", "the model is missing")

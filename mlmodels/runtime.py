"""Hold the models that this process has loaded, and ask them."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from mlmodels.domain.history import History
from mlmodels.domain.ranking import RankedCandidate
from mlmodels.domain.types import Example, VersionRef
from mlmodels.learning.artifacts import ArtifactRefused, open_artifact
from mlmodels.learning.estimator import Estimator
from mlmodels.learning.explaining import Contribution, explain
from mlmodels.metrics import PREDICT_LATENCY
from mlmodels.models import ModelVersion

log = structlog.get_logger(__name__)

# Champion and challenger, and the champion before, which a roll back makes champion again.
MAX_LOADED = 3
FAILURE_REMEMBERED_SECONDS = 30.0


class ModelUnavailable(Exception):
    """The model gives no answer; `reason` is unavailable, checksum, schema, predict_error or nonfinite."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Answers:
    """What a model thinks of some examples."""

    ranked: list[list[RankedCandidate]]
    """For each example its candidates, best first; none where it may suggest no category."""
    version_id: int


class LoadedModel:
    """A model version in this process; safe to ask from several threads."""

    def __init__(self, version_id: int, estimator: Estimator) -> None:
        self.version_id = version_id
        self.labels = estimator.labels
        self.estimator = estimator

    def predict(
        self,
        examples: Sequence[Example],
        history: History,
        *,
        categories: frozenset[str] | None,
        top_k: int,
    ) -> Answers:
        """Return the candidates of the examples in their order, of these categories only; of any with None.

        Raises:
            ModelUnavailable: predict_error or nonfinite.
        """
        with PREDICT_LATENCY.time():
            return self.predict_unmeasured(examples, history, categories=categories, top_k=top_k)

    def predict_unmeasured(
        self,
        examples: Sequence[Example],
        history: History,
        *,
        categories: frozenset[str] | None,
        top_k: int,
    ) -> Answers:
        """Answer as `predict` does, outside the metric of the time that requests spend in the champion.

        Raises:
            ModelUnavailable: predict_error or nonfinite.
        """
        try:
            ranked = self.estimator.predict(examples, history, categories=categories, top_k=top_k)
        except Exception as error:
            # Whatever breaks in here, the rules can still answer. The message may quote a transaction.
            log.warning("model.predict_failed", version_id=self.version_id, error=type(error).__name__)
            raise ModelUnavailable("predict_error") from error
        if not all(math.isfinite(one.confidence) for row in ranked for one in row):
            raise ModelUnavailable("nonfinite")
        return Answers(ranked, self.version_id)

    def explain(
        self, example: Example, history: History, *, categories: frozenset[str] | None
    ) -> list[Contribution]:
        """Return what each feature adds to each candidate of one example; for people, not for the hot way.

        Raises:
            ModelUnavailable: predict_error.
        """
        try:
            return explain(self.estimator, example, history, categories)
        except Exception as error:
            log.warning("model.explain_failed", version_id=self.version_id, error=type(error).__name__)
            raise ModelUnavailable("predict_error") from error


class ModelCache:
    """Load each model once, keep the three asked last, and do not retry a broken one at once."""

    def __init__(
        self, load: Callable[[VersionRef], LoadedModel], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._load = load
        self._clock = clock
        self._loaded: OrderedDict[VersionRef, LoadedModel] = OrderedDict()
        self._failed: dict[VersionRef, tuple[float, str]] = {}
        self._loading = threading.Lock()

    def get(self, ref: VersionRef) -> LoadedModel:
        """Return the model; the first caller loads it, the others wait for that.

        Raises:
            ModelUnavailable: it cannot be loaded; the same is raised without trying for the next 30 seconds.
        """
        model = self._loaded.get(ref)
        if model is not None:
            with suppress(KeyError):  # forgotten at this very moment, and good all the same
                self._loaded.move_to_end(ref)
            return model
        self._raise_if_failed(ref)
        with self._loading:
            model = self._loaded.get(ref)
            if model is not None:
                return model
            self._raise_if_failed(ref)
            return self._load_and_keep(ref)

    def clear(self) -> None:
        """Forget everything that was loaded or failed."""
        with self._loading:
            self._loaded.clear()
            self._failed.clear()

    def _raise_if_failed(self, ref: VersionRef) -> None:
        failure = self._failed.get(ref)
        if failure is not None and self._is_remembered(failure):
            raise ModelUnavailable(failure[1])

    def _is_remembered(self, failure: tuple[float, str]) -> bool:
        return self._clock() - failure[0] < FAILURE_REMEMBERED_SECONDS

    def _load_and_keep(self, ref: VersionRef) -> LoadedModel:
        try:
            model = self._load(ref)
        except ModelUnavailable as error:
            remembered = {
                one: failure for one, failure in self._failed.items() if self._is_remembered(failure)
            }
            self._failed = remembered | {ref: (self._clock(), error.reason)}
            log.warning("model.load_failed", version_id=ref.id, reason=error.reason)
            raise
        self._loaded[ref] = model
        while len(self._loaded) > MAX_LOADED:
            self._loaded.popitem(last=False)
        log.info("model.loaded", version_id=ref.id)
        return model


def load(ref: VersionRef) -> LoadedModel:
    """Read a version's bytes and return the model, if they are those that were registered and validated.

    Raises:
        ModelUnavailable: unavailable, checksum or schema.
    """
    row = (
        ModelVersion.objects.filter(pk=ref.id, validated_at__isnull=False)
        .values_list("artifact", flat=True)
        .first()
    )
    if row is None:
        raise ModelUnavailable("unavailable")
    try:
        artifact = open_artifact(bytes(row), ref.sha256)
        return LoadedModel(ref.id, artifact.estimator())
    except ArtifactRefused as error:
        raise ModelUnavailable(error.reason) from error
    except Exception as error:
        raise ModelUnavailable("schema") from error


models_of_process = ModelCache(load)

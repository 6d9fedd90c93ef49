"""Hold the models that this process has loaded, and ask them."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import structlog
from numpy.typing import NDArray

from mlmodels.artifacts import ArtifactRefused, open_artifact
from mlmodels.domain.features import featurise
from mlmodels.domain.types import ChampionRef, Example
from mlmodels.estimator import Estimator
from mlmodels.metrics import PREDICT_LATENCY
from mlmodels.models import ModelVersion

log = structlog.get_logger(__name__)

MAX_LOADED = 2
FAILURE_REMEMBERED_SECONDS = 30.0


class ModelUnavailable(Exception):
    """The model gives no answer; `reason` is unavailable, checksum, schema, predict_error or nonfinite."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Scores:
    """What a model thinks of some examples."""

    labels: tuple[str, ...]
    matrix: NDArray[np.float64]
    """(examples, labels); each row sums to 1."""
    version_id: int


class LoadedModel:
    """A model version in this process; safe to ask from several threads."""

    def __init__(self, version_id: int, labels: tuple[str, ...], estimator: Estimator) -> None:
        self.version_id = version_id
        self.labels = labels
        self._estimator = estimator

    def predict(self, examples: Sequence[Example]) -> Scores:
        """Return the scores of the examples in their order.

        Raises:
            ModelUnavailable: predict_error or nonfinite.
        """
        with PREDICT_LATENCY.time():
            try:
                matrix = self._estimator.predict(featurise(examples))
            except Exception as error:
                # Whatever breaks in here, the rules can still answer. The message may quote a transaction.
                log.warning("model.predict_failed", version_id=self.version_id, error=type(error).__name__)
                raise ModelUnavailable("predict_error") from error
        if not np.isfinite(matrix).all():
            raise ModelUnavailable("nonfinite")
        return Scores(self.labels, matrix, self.version_id)


class ModelCache:
    """Load each model once, keep the newest two, and do not retry a broken one at once."""

    def __init__(
        self, load: Callable[[ChampionRef], LoadedModel], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._load = load
        self._clock = clock
        self._loaded: OrderedDict[ChampionRef, LoadedModel] = OrderedDict()
        self._failed: dict[ChampionRef, tuple[float, str]] = {}
        self._loading = threading.Lock()

    def get(self, ref: ChampionRef) -> LoadedModel:
        """Return the model; the first caller loads it, the others wait for that.

        Raises:
            ModelUnavailable: it cannot be loaded; the same is raised without trying for the next 30 seconds.
        """
        model = self._loaded.get(ref)
        if model is not None:
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

    def _raise_if_failed(self, ref: ChampionRef) -> None:
        failure = self._failed.get(ref)
        if failure is not None and self._clock() - failure[0] < FAILURE_REMEMBERED_SECONDS:
            raise ModelUnavailable(failure[1])

    def _load_and_keep(self, ref: ChampionRef) -> LoadedModel:
        try:
            model = self._load(ref)
        except ModelUnavailable as error:
            self._failed = {ref: (self._clock(), error.reason)}
            log.warning("model.load_failed", version_id=ref.id, reason=error.reason)
            raise
        self._loaded[ref] = model
        while len(self._loaded) > MAX_LOADED:
            self._loaded.popitem(last=False)
        log.info("model.loaded", version_id=ref.id)
        return model


def load(ref: ChampionRef) -> LoadedModel:
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
        return LoadedModel(ref.id, artifact.labels, artifact.estimator())
    except ArtifactRefused as error:
        raise ModelUnavailable(error.reason) from error
    except Exception as error:
        raise ModelUnavailable("schema") from error


models_of_process = ModelCache(load)

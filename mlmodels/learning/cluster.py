"""Fit a ranker on the workers of a Dask cluster, by LightGBM's own distributed training."""

import importlib
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlmodels.domain.candidates import FEATURE_NAMES
from mlmodels.learning.ranker import (
    FitRanker,
    Learnable,
    Progress,
    Ranker,
    RankerParameters,
    RankerRows,
    gradient_of_rows,
    least_rows_in_leaf,
)

PACKAGES = ("dask", "distributed", "pandas", "sklearn")
"""What has to be importable here and on the workers; requirements-dask.txt installs it."""
_CONNECT_SECONDS = 10
_SILENT_MINUTES = 5  # after so long without a word from another worker LightGBM gives up
# Where the trees were made is no part of them; an address least of all.
_OF_THE_CLUSTER = {
    "machines": "",
    "num_machines": "1",
    "local_listen_port": "12400",
    "time_out": "120",
    "tree_learner": "serial",
    "num_threads": "1",
}


class ClusterUnavailable(Exception):
    """No cluster can be asked; the message says whether a package, the scheduler or a worker is missing."""


@contextmanager
def connected(address: str) -> Iterator[FitRanker]:
    """Yield a function that fits rankers on the cluster of the scheduler at `address`, such as tcp://host:8786.

    It does what `fit_ranker` does, but for `threads`, which each worker chooses itself, and for progress,
    which is only reported at the end. The order of sums depends on the workers, so the trees may differ
    from those of one machine in the last digits.

    Raises:
        ClusterUnavailable: at once, not after hours of preparation.
    """
    client = _connect(address)
    try:
        if not client.scheduler_info(n_workers=-1)["workers"]:
            raise ClusterUnavailable(f"the Dask scheduler {address} has no worker")

        def fit(
            rows: RankerRows, parameters: RankerParameters, *, seed: int, threads: int, progress: Progress
        ) -> Ranker:
            ranker = _fit(client, Learnable.of(rows), parameters, seed)
            progress(1.0)
            return ranker

        yield fit
    finally:
        client.close()


def row_softmax(
    targets: NDArray[np.float64],
    scores: NDArray[np.float64],
    weights: NDArray[np.float32] | None,
    sizes: NDArray[np.int32],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return gradient and curvature of a worker's rows, whose candidates number `sizes`, as LightGBM asks.

    For weights that are all 1 it gives None.
    """
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
    of_rows = np.ones(len(scores)) if weights is None else weights.astype(np.float64)
    return gradient_of_rows(scores, targets, of_rows, starts)


def _connect(address: str) -> Any:
    try:
        distributed = importlib.import_module("distributed")
        importlib.import_module("dask.array")
    except ImportError as error:
        raise ClusterUnavailable(
            f"{error.name} is not installed; pip install -r requirements-dask.txt"
        ) from error
    try:
        return distributed.Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterUnavailable(f"the Dask scheduler {address} does not answer") from error


def _fit(client: Any, data: Learnable, parameters: RankerParameters, seed: int) -> Ranker:
    model = importlib.import_module("lightgbm").DaskLGBMRanker(
        client=client,
        objective=row_softmax,
        n_estimators=parameters.rounds,
        num_leaves=parameters.leaves,
        learning_rate=parameters.learning_rate,
        reg_lambda=parameters.lambda_l2,
        colsample_bytree=parameters.feature_fraction,
        min_child_samples=least_rows_in_leaf(parameters, len(data.targets)),
        random_state=seed,
        max_bin=63,
        feature_pre_filter=False,
        deterministic=True,
        force_row_wise=True,
        metric="None",
        time_out=_SILENT_MINUTES,
        verbose=-1,
    )
    features, targets, weights, scores, sizes = _spread(client, data)
    with client.as_current(), warnings.catch_warnings():
        # Each worker takes the threads it has; LightGBM says so each time.
        warnings.filterwarnings("ignore", "Parameter n_jobs will be ignored")
        model.fit(
            features,
            targets,
            sample_weight=weights,
            init_score=scores,
            group=sizes,
            feature_name=list(FEATURE_NAMES),
        )
    return Ranker(_without_cluster(str(model.booster_.model_to_string())))


def _spread(client: Any, data: Learnable) -> list[Any]:
    # A part a worker; a row's candidates stay together, for its softmax is taken where they are.
    workers = sorted(client.scheduler_info(n_workers=-1)["workers"])[: len(data.starts)]
    cuts = [int(part[0]) for part in np.array_split(data.starts, len(workers))]
    parts = [slice(begin, end) for begin, end in pairwise([*cuts, len(data.targets)])]
    sizes = np.diff(np.append(data.starts, len(data.targets))).astype(np.int32)
    columns = (data.features, data.targets, data.weights, data.scores)
    spread = [
        [_sent(client, column[part], worker) for part, worker in zip(parts, workers, strict=True)]
        for column in columns
    ]
    spread.append(
        [
            _sent(client, part, worker)
            for part, worker in zip(np.array_split(sizes, len(workers)), workers, strict=True)
        ]
    )
    array = importlib.import_module("dask.array")
    return [array.concatenate(column) for column in spread]


def _sent(client: Any, values: NDArray[Any], worker: str) -> Any:
    array = importlib.import_module("dask.array")
    future = client.scatter(values, workers=[worker], hash=False)
    delayed = importlib.import_module("dask").delayed(future)
    return array.from_delayed(delayed, values.shape, values.dtype)


def _without_cluster(model_text: str) -> str:
    for name, value in _OF_THE_CLUSTER.items():
        model_text = re.sub(rf"^\[{name}: .*\]$", f"[{name}: {value}]", model_text, flags=re.MULTILINE)
    return model_text

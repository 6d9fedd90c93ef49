"""List the categories worth considering for each transaction, with the evidence for and against each."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlmodels.domain.history import MERCHANT, PAIR, SCOPES, USER, WORD, Scope, Window
from mlmodels.domain.linear import log_softmax
from mlmodels.domain.sketches import Sketches

BEST_BY_TEXT = 6
BEST_BY_USER = 3
LONG_AGO = 400.0
"""Days; also the value for a category that does not occur."""
UNKNOWN = np.float32(np.log(1e-5))
"""The logarithm of the probability that text gives to a category which no training has seen."""
_DECAY = 0.8
_FAR = 9.0  # a distance between logarithms of amounts, for a category that does not occur

Whole = NDArray[np.intp]
Real = NDArray[np.floating]

_SCOPE_FEATURES = ("share", "decayed", "is_newest", "of_newest_3", "days", "labels", "entropy")
_AMOUNT_FEATURES = ("same_amount", "amount_distance")
FEATURE_NAMES = (
    "log_probability",
    "rank",
    "margin",
    "text_entropy",
    "prior",
    *(f"{scope.name}_{name}" for scope in SCOPES for name in _SCOPE_FEATURES),
    *(f"{scope.name}_{name}" for scope in (PAIR, MERCHANT) for name in _AMOUNT_FEATURES),
    "alike_share",
    "alike_weight",
    "alike_best",
    "alike_behind",
    "alike_row",
    "amount",
    "is_money_in",
)
"""What a ranker sees of a candidate, in the order of the columns."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Transactions with everything known of them; categories are codes."""

    log_probabilities: NDArray[np.float32]
    """(rows, codes) of the text; UNKNOWN for a category that the text model has not learned."""
    is_allowed: NDArray[np.bool_]
    """(rows or 1, codes) whether the row's client has the category."""
    priors: NDArray[np.float32]
    """(codes,) logarithms of shares."""
    is_learned: NDArray[np.bool_]
    """(codes,) whether the text model has learned the category."""
    windows: Mapping[str, Window]
    """By the name of the scope."""
    days: NDArray[np.int32]
    amounts: NDArray[np.float32]
    sketches: Sketches
    """(rows, WIDTH)."""
    user_sketches: Sketches
    """What `source` of the window of the scope USER points into."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The categories considered for a batch, row after row."""

    row: Whole
    """(candidates,) ascending."""
    category: Whole
    """(candidates,) codes."""
    features: NDArray[np.float32]
    """(candidates, FEATURE_NAMES); always finite."""
    is_seen: NDArray[np.bool_]
    """(rows,) whether a label at the row's merchant is known."""
    alike: NDArray[np.float32]
    """(entries,) of the window of the scope USER: the likeness of the row's and the label's texts, 0…1."""

    def column(self, name: str) -> NDArray[np.float32]:
        """Return (candidates,) one feature."""
        values: NDArray[np.float32] = self.features[:, FEATURE_NAMES.index(name)]
        return values


def find_candidates(batch: Batch) -> Candidates:
    """Return the candidates of a batch; a row whose client has no category gets none."""
    grid = _Grid(*batch.log_probabilities.shape)
    found = {scope.name: _counted(batch.windows[scope.name], grid) for scope in SCOPES}
    text = _with_new_categories(_allowed_log_probabilities(batch), batch, found)
    similar = _similarities(batch)
    alike = _alike(batch, grid, similar)
    cells = _cells(batch, grid, text, found, alike)
    rows, categories = np.divmod(cells, grid.codes)
    columns = _text_columns(text, batch.priors, rows, categories)
    for scope in SCOPES:
        columns += found[scope.name].columns(cells, rows, batch)
    for scope in (PAIR, MERCHANT):
        columns += _amount_columns(batch, scope, found[scope.name], grid, cells, rows)
    columns += alike.columns(cells, rows)
    columns += [np.log1p(np.abs(batch.amounts))[rows], (batch.amounts > 0)[rows].astype(np.float32)]
    return Candidates(
        rows,
        categories,
        np.column_stack(columns).astype(np.float32),
        found[MERCHANT.name].totals > 0,
        similar,
    )


@dataclass(frozen=True, slots=True)
class _Grid:
    rows: int
    codes: int

    def cells(self, window: Window) -> Whole:
        return window.row * self.codes + window.category

    def sum(self, cells: Whole, weights: Real | None = None) -> NDArray[np.float64]:
        return np.bincount(cells, weights, minlength=self.rows * self.codes).astype(np.float64)


def _allowed_log_probabilities(batch: Batch) -> NDArray[np.float32]:
    # Not minus infinity: a row of a client without a category must not become NaN.
    text = np.maximum(batch.log_probabilities, np.float32(-30))
    return log_softmax(np.where(batch.is_allowed, text, np.float32(-1e4)))


def _with_new_categories(
    text: NDArray[np.float32], batch: Batch, found: Mapping[str, "_Counted"]
) -> NDArray[np.float32]:
    # A category that the text model has not learned gets the share it has of the labels at the merchant, of
    # the user's own where there are some: no number of labels could else outweigh a text that has not met it.
    is_new = ~batch.is_learned & batch.is_allowed
    if not is_new.any():
        return text
    pair, merchant = (found[scope.name].smoothed(len(text)) for scope in (PAIR, MERCHANT))
    shares = np.where((found[PAIR.name].totals > 0)[:, None], pair, merchant) * is_new
    mixed = (1 - shares.sum(axis=1, keepdims=True)) * np.exp(text) + shares
    result: NDArray[np.float32] = np.log(np.maximum(mixed, np.exp(np.float32(-30)))).astype(np.float32)
    return result


@dataclass(frozen=True, slots=True)
class _Counted:
    """The labels of one scope, counted by row and category."""

    counts: NDArray[np.float64]
    totals: NDArray[np.float64]
    decayed: NDArray[np.float64]
    decayed_totals: NDArray[np.float64]
    newest: NDArray[np.float64]
    of_newest_3: NDArray[np.float64]
    newest_day: NDArray[np.float64]
    entropies: NDArray[np.float64]

    def smoothed(self, rows: int) -> NDArray[np.float64]:
        return self.counts.reshape(rows, -1) / (self.totals[:, None] + 1)

    def columns(self, cells: Whole, rows: Whole, batch: Batch) -> list[Real]:
        days = batch.days[rows] - self.newest_day[cells]
        return [
            self.counts[cells] / (self.totals[rows] + 1),
            self.decayed[cells] / (self.decayed_totals[rows] + 0.3),
            self.newest[cells],
            self.of_newest_3[cells],
            np.clip(days, 0, LONG_AGO),
            self.totals[rows],
            self.entropies[rows],
        ]


def _counted(window: Window, grid: _Grid) -> _Counted:
    cells = grid.cells(window)
    counts = grid.sum(cells)
    totals = np.bincount(window.row, minlength=grid.rows).astype(np.float64)
    decay = _DECAY ** window.age.astype(np.float64)
    newest_day = np.full(len(counts), -np.inf)
    newest_day[cells[::-1]] = window.day[::-1]  # the newest comes last and stays
    shares = counts.reshape(grid.rows, grid.codes) / np.maximum(totals, 1)[:, None]
    return _Counted(
        counts,
        totals,
        grid.sum(cells, decay),
        np.bincount(window.row, decay, minlength=grid.rows).astype(np.float64),
        grid.sum(cells[window.age == 0]),
        grid.sum(cells[window.age < 3]),
        newest_day,
        -(shares * np.log(np.maximum(shares, 1e-9))).sum(axis=1),
    )


@dataclass(frozen=True, slots=True)
class _Alike:
    """How similar the texts of the user's known transactions are, by row and category."""

    weights: NDArray[np.float64]
    totals: NDArray[np.float64]
    best: NDArray[np.float32]
    row_best: NDArray[np.float32]

    def columns(self, cells: Whole, rows: Whole) -> list[Real]:
        return [
            self.weights[cells] / (self.totals[rows] + 0.2),
            self.weights[cells],
            self.best[cells],
            self.row_best[rows] - self.best[cells],
            self.row_best[rows],
        ]


def _similarities(batch: Batch) -> NDArray[np.float32]:
    window = batch.windows[USER.name]
    products = np.einsum("ij,ij->i", batch.sketches[window.row], batch.user_sketches[window.source])
    result: NDArray[np.float32] = np.clip(products, 0, 1)
    return result


def _alike(batch: Batch, grid: _Grid, alike: NDArray[np.float32]) -> _Alike:
    window = batch.windows[USER.name]
    cells = grid.cells(window)
    weights = alike**4  # the nearest few decide
    # Of one type with `alike`: for another NumPy takes ten times as long.
    best, row_best = np.zeros(grid.rows * grid.codes, np.float32), np.zeros(grid.rows, np.float32)
    np.maximum.at(best, cells, alike)
    np.maximum.at(row_best, window.row, alike)
    return _Alike(
        grid.sum(cells, weights),
        np.bincount(window.row, weights, minlength=grid.rows).astype(np.float64),
        best,
        row_best,
    )


def _cells(
    batch: Batch, grid: _Grid, text: NDArray[np.float32], found: Mapping[str, _Counted], alike: _Alike
) -> Whole:
    is_candidate = np.zeros((grid.rows, grid.codes), np.bool_)
    for scope in (PAIR, MERCHANT, WORD):
        is_candidate |= found[scope.name].counts.reshape(is_candidate.shape) > 0
    _mark_best(is_candidate, text, BEST_BY_TEXT)
    for values in (found[USER.name].counts, alike.weights):
        _mark_best(is_candidate, values.reshape(is_candidate.shape), BEST_BY_USER, above=0.0)
    is_candidate &= batch.is_allowed
    return np.flatnonzero(is_candidate)


def _mark_best(marks: NDArray[np.bool_], values: Real, count: int, above: float = -np.inf) -> None:
    best = np.argsort(-values, axis=1, kind="stable")[:, :count]
    np.put_along_axis(
        marks,
        best,
        np.take_along_axis(marks, best, axis=1) | (np.take_along_axis(values, best, axis=1) > above),
        axis=1,
    )


def _text_columns(
    text: NDArray[np.float32],
    priors: NDArray[np.float32],
    rows: Whole,
    categories: Whole,
) -> list[Real]:
    scores = text[rows, categories]
    ahead = (text[rows] > scores[:, None]).sum(axis=1)  # of equals none is ahead, whatever their codes
    entropies = -(np.exp(text) * text).sum(axis=1)
    return [
        scores,
        np.minimum(ahead, BEST_BY_TEXT).astype(np.float32),
        scores - text.max(axis=1)[rows],
        entropies[rows],
        priors[categories],
    ]


def _amount_columns(
    batch: Batch, scope: Scope, found: _Counted, grid: _Grid, cells: Whole, rows: Whole
) -> list[Real]:
    window = batch.windows[scope.name]
    at = grid.cells(window)
    is_same = np.abs(window.amount - batch.amounts[window.row]) < 0.005
    sizes = grid.sum(at, np.log1p(np.abs(window.amount)))[cells]
    counts = found.counts[cells]
    distances = np.abs(sizes / np.maximum(counts, 1) - np.log1p(np.abs(batch.amounts))[rows])
    return [grid.sum(at[is_same])[cells], np.where(counts > 0, distances, _FAR)]

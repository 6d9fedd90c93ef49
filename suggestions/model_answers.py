"""Ask the model about a batch of transactions; never raise, always say why there is no answer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from django.db import DatabaseError

from mlmodels import services
from mlmodels.domain.types import Example, Prediction
from suggestions.domain.decision import ModelAnswer
from suggestions.models import Transaction
from suggestions.shadow import ModelSilenced, deadline_for, shadow_guard


@dataclass(frozen=True, slots=True)
class ModelReply:
    """The model's answer to one transaction, with its alternatives."""

    answer: ModelAnswer
    candidates: list[Prediction]
    """Best first; empty without an answer."""
    version_id: int | None
    """The model version that was asked; None when there was none."""


def ask_model(examples: Sequence[Example], *, categories: frozenset[str], top_k: int) -> list[ModelReply]:
    """Return one reply for each example, restricted to the categories given."""
    version_id = None
    try:
        champion = services.champion_ref()
        if champion is None:
            raise ModelSilenced("unavailable")
        version_id = champion.id
        model = services.loaded_model(champion)
        scores = shadow_guard().call(lambda: model.predict(examples), deadline=deadline_for(len(examples)))
    except (ModelSilenced, services.ModelUnavailable) as error:
        return _without_answer(error.reason, version_id, len(examples))
    except DatabaseError:
        return _without_answer("unavailable", version_id, len(examples))
    services.count_predictions(len(examples), available=True)
    return _replies(scores, categories, top_k)


def to_example(transaction: Transaction) -> Example:
    """Return the transaction as the model sees it, in training and in serving alike."""
    return Example(
        description=transaction.description,
        memo=transaction.memo,
        amount=float(transaction.amount),
        currency=transaction.currency,
        date=transaction.date,
        user_key=f"{transaction.client_id}:{transaction.user_id}" if transaction.user_id else "",
    )


def _replies(scores: services.Scores, categories: frozenset[str], top_k: int) -> list[ModelReply]:
    columns = np.array([column for column, label in enumerate(scores.labels) if label in categories], dtype=np.intp)
    if not len(columns):
        silent = ModelReply(ModelAnswer(None, "label_unknown"), [], scores.version_id)
        return [silent] * len(scores.matrix)
    allowed = scores.matrix[:, columns]
    best = np.argsort(-allowed, axis=1, kind="stable")[:, :top_k]
    confidences = np.take_along_axis(allowed, best, axis=1).tolist()
    labels = [scores.labels[column] for column in columns]
    replies = []
    for order, row in zip(best.tolist(), confidences, strict=True):
        candidates = [Prediction(labels[column], confidence) for column, confidence in zip(order, row, strict=True)]
        replies.append(_reply(candidates, scores.version_id))
    return replies


def _reply(candidates: list[Prediction], version_id: int) -> ModelReply:
    if candidates[0].confidence < settings.SUGGEST_MODEL_MIN_CONFIDENCE:
        return ModelReply(ModelAnswer(None, "low_confidence"), [], version_id)
    return ModelReply(ModelAnswer(candidates[0]), candidates, version_id)


def _without_answer(reason: str, version_id: int | None, count: int) -> list[ModelReply]:
    services.count_predictions(count, available=False)
    return [ModelReply(ModelAnswer(None, reason, is_error=True), [], version_id)] * count

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
    try:
        scores = _scores(examples)
    except ModelSilenced as error:
        services.count_predictions(len(examples), available=False)
        return [ModelReply(ModelAnswer(None, error.reason, is_error=True), [], error.version_id)] * len(
            examples
        )
    services.count_predictions(len(examples), available=True)
    return _replies(scores, categories, top_k)


def predict_probabilities(example: Example, categories: frozenset[str] | None) -> dict[str, object]:
    """Return the model's answer to one transaction with all probabilities, or why there is none.

    With `categories` only those are considered; None stands for all the model knows.
    """
    try:
        scores = _scores([example])
    except ModelSilenced as error:
        services.count_predictions(1, available=False)
        return {"available": False, "reason": error.reason}
    services.count_predictions(1, available=True)
    probabilities = {
        label: round(float(probability), 6)
        for label, probability in zip(scores.labels, scores.matrix[0], strict=True)
        if categories is None or label in categories
    }
    if not probabilities:
        return {"available": False, "reason": "label_unknown"}
    label = max(probabilities, key=lambda name: probabilities[name])
    return {
        "available": True,
        "label": label,
        "confidence": probabilities[label],
        "probs": probabilities,
        "model_meta": {"version": scores.version_id},
    }


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
    columns = np.array(
        [column for column, label in enumerate(scores.labels) if label in categories], dtype=np.intp
    )
    if not len(columns):
        silent = ModelReply(ModelAnswer(None, "label_unknown"), [], scores.version_id)
        return [silent] * len(scores.matrix)
    allowed = scores.matrix[:, columns]
    best = np.argsort(-allowed, axis=1, kind="stable")[:, :top_k]
    confidences = np.take_along_axis(allowed, best, axis=1).tolist()
    labels = [scores.labels[column] for column in columns]
    replies = []
    for order, row in zip(best.tolist(), confidences, strict=True):
        candidates = [
            Prediction(labels[column], confidence) for column, confidence in zip(order, row, strict=True)
        ]
        replies.append(_reply(candidates, scores.version_id))
    return replies


def _reply(candidates: list[Prediction], version_id: int) -> ModelReply:
    if candidates[0].confidence < settings.SUGGEST_MODEL_MIN_CONFIDENCE:
        return ModelReply(ModelAnswer(None, "low_confidence"), [], version_id)
    return ModelReply(ModelAnswer(candidates[0]), candidates, version_id)


def _scores(examples: Sequence[Example]) -> services.Scores:
    try:
        champion = services.champion_ref()
    except DatabaseError:
        raise ModelSilenced("unavailable") from None
    if champion is None:
        raise ModelSilenced("unavailable")
    try:
        model = services.loaded_model(champion)
        return shadow_guard().call(lambda: model.predict(examples), deadline=deadline_for(len(examples)))
    except (ModelSilenced, services.ModelUnavailable) as error:
        raise ModelSilenced(error.reason, champion.id) from error
    except DatabaseError:
        raise ModelSilenced("unavailable", champion.id) from None

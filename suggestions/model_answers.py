"""Ask the model about a batch of transactions; never raise, always say why there is no answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError

from mlmodels import services
from mlmodels.domain.evidence import RankedCandidate
from mlmodels.domain.history import History
from mlmodels.domain.types import Example, Prediction
from suggestions.domain.decision import ModelAnswer
from suggestions.domain.reasons import band_of, reasons_of
from suggestions.history import HistoryKey, key_of_transaction, read_history
from suggestions.models import Transaction
from suggestions.shadow import ModelSilenced, deadline_for, shadow_guard

_ALL = 1_000


@dataclass(frozen=True, slots=True)
class ModelReply:
    """The model's answer to one transaction, with its alternatives."""

    answer: ModelAnswer
    candidates: list[RankedCandidate]
    """Best first; empty without an answer."""
    version_id: int | None
    """The model version that was asked; None when there was none."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One transaction the model is asked about."""

    example: Example
    key: HistoryKey
    client_id: int | None
    """Whose labels may speak for it; None: nobody's."""

    @classmethod
    def of(cls, row: Transaction) -> "Asked":
        """Return a stored transaction as it is asked about."""
        return cls(to_example(row), key_of_transaction(row), row.client_id)


def ask_model(asked: Sequence[Asked], *, categories: frozenset[str], top_k: int) -> list[ModelReply]:
    """Return one reply for each transaction of one client, restricted to the categories given."""
    try:
        answers = _answers(asked, categories=categories, top_k=top_k)
    except ModelSilenced as error:
        services.count_predictions(len(asked), available=False)
        silent = ModelReply(ModelAnswer(None, error.reason, is_error=True), [], error.version_id)
        return [silent] * len(asked)
    services.count_predictions(len(asked), available=True)
    return [_reply(candidates, answers.version_id) for candidates in answers.ranked]


def predict_probabilities(asked: Asked, *, categories: frozenset[str] | None) -> dict[str, object]:
    """Return the model's answer to one transaction with all its candidates, or why there is none.

    With `categories` only those are considered; None stands for all the model and the history know.
    """
    try:
        answers = _answers([asked], categories=categories, top_k=_ALL)
    except ModelSilenced as error:
        services.count_predictions(1, available=False)
        return {"available": False, "reason": error.reason}
    services.count_predictions(1, available=True)
    candidates = answers.ranked[0]
    if not candidates:
        return {"available": False, "reason": "label_unknown"}
    return {
        "available": True,
        "label": candidates[0].category,
        "confidence": round(candidates[0].confidence, 6),
        "band": band_of(candidates[0].confidence),
        "certain": candidates[0].is_certain,
        "reasons": reasons_of(candidates[0].evidence),
        "probs": {one.category: round(one.confidence, 6) for one in candidates},
        "model_meta": {"version": answers.version_id},
    }


@dataclass(frozen=True, slots=True)
class Explanation:
    """What speaks for and against each category that the champion considers for one transaction."""

    version_id: int
    candidates: list[services.Contribution]
    """Best first; empty where the client has no category that could be suggested."""
    withheld: str
    """Why the service does not give this answer (`low_confidence`); empty where it does."""


def explain_answer(asked: Asked, *, categories: frozenset[str]) -> Explanation:
    """Return what each feature adds to each candidate of one transaction; for people, without a deadline.

    Raises:
        ModelUnavailable: there is no champion, or it cannot be asked.
    """
    champion = services.champion_ref()
    if champion is None:
        raise services.ModelUnavailable("unavailable")
    model = services.loaded_model(champion)
    candidates = model.explain(asked.example, _history([asked]), categories=categories)
    return Explanation(champion.id, candidates, _doubt_of(candidates[0].ranked) if candidates else "")


def to_example(transaction: Transaction) -> Example:
    """Return the transaction as the model sees it, in training and in serving alike."""
    return Example(
        description=transaction.description,
        memo=transaction.memo,
        amount=float(transaction.amount),
        currency=transaction.currency,
        date=transaction.date,
        user_key=user_key(transaction.client_id, transaction.user_id),
        client_key=str(transaction.client_id),
    )


def user_key(client_id: int, user_id: str) -> str:
    """Return the opaque key of a client's end user; empty for none."""
    return f"{client_id}:{user_id}" if user_id else ""


def _reply(candidates: list[RankedCandidate], version_id: int) -> ModelReply:
    if not candidates:
        return ModelReply(ModelAnswer(None, "label_unknown"), [], version_id)
    best = candidates[0]
    if _doubt_of(best):
        return ModelReply(ModelAnswer(None, "low_confidence"), [], version_id)
    return ModelReply(ModelAnswer(Prediction(best.category, best.confidence)), candidates, version_id)


def _doubt_of(best: RankedCandidate) -> str:
    least = settings.SUGGEST_MODEL_MIN_CONFIDENCE
    if settings.SUGGEST_MODEL_ABSTAINS and not best.is_certain:
        doubt = "its best candidate is not certain, and SUGGEST_MODEL_ABSTAINS is set"
    elif best.confidence < least:
        doubt = f"the confidence of its best candidate is below SUGGEST_MODEL_MIN_CONFIDENCE, {least:g}"
    else:
        return ""
    # What the user has corrected is not for the model to doubt; evidence is only gathered where it decides.
    return "" if best.evidence.is_correction else doubt


def _answers(asked: Sequence[Asked], *, categories: frozenset[str] | None, top_k: int) -> services.Answers:
    try:
        champion = services.champion_ref()
    except DatabaseError:
        raise ModelSilenced("unavailable") from None
    if champion is None:
        raise ModelSilenced("unavailable")
    try:
        model = services.loaded_model(champion)
        history = _history(asked)
        examples = [one.example for one in asked]
        return shadow_guard().call(
            lambda: model.predict(examples, history, categories=categories, top_k=top_k),
            deadline=deadline_for(len(asked)),
        )
    except (ModelSilenced, services.ModelUnavailable) as error:
        raise ModelSilenced(error.reason, champion.id) from error
    except DatabaseError:
        raise ModelSilenced("unavailable", champion.id) from None


def _history(asked: Sequence[Asked]) -> History:
    client_id = asked[0].client_id
    return (
        History.nothing(len(asked))
        if client_id is None
        else read_history(client_id, [one.key for one in asked])
    )

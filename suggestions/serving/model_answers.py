"""Ask the model about a batch of transactions; never raise, always say why there is no answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError

from mlmodels import services
from mlmodels.domain.history import History
from mlmodels.domain.ranking import RankedCandidate
from mlmodels.domain.types import Contenders, Example, Prediction, VersionRef
from suggestions.domain.decision import ModelAnswer
from suggestions.domain.reasons import band_of, reasons_of
from suggestions.models import Transaction
from suggestions.serving.history import HistoryKey, key_of_transaction, read_history
from suggestions.serving.model_guard import ModelSilenced, deadline_for, model_guard

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


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a batch of one client's transactions; whoever is asked gets the very same."""

    examples: list[Example]
    history: History
    categories: frozenset[str] | None
    """The categories that may be answered; None: all the model and the history know."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """A question to be put to the challenger as well, once the answer is out."""

    challenger: VersionRef
    question: Question


@dataclass(frozen=True, slots=True)
class ModelReplies:
    """What the champion said to a batch, and what is left to ask."""

    replies: list[ModelReply]
    """One for each transaction, in their order."""
    challenge: Challenge | None
    """None: nobody challenges the champion, or the question could not be put together."""


def ask_model(asked: Sequence[Asked], *, categories: frozenset[str], top_k: int) -> ModelReplies:
    """Return the champion's reply to each transaction of one client, restricted to the categories given."""
    challenge = None
    try:
        contenders, question = _contenders_and_question(asked, categories)
        if contenders.challenger and question:
            challenge = Challenge(contenders.challenger, question)
        answers = _answers(contenders.champion, question, top_k=top_k)
    except ModelSilenced as error:
        services.count_predictions(len(asked), available=False)
        return ModelReplies([silent_reply(error.reason, error.version_id)] * len(asked), challenge)
    services.count_predictions(len(asked), available=True)
    return ModelReplies([to_reply(row, answers.version_id) for row in answers.ranked], challenge)


def predict_probabilities(
    asked: Asked, *, categories: frozenset[str] | None, quotes: bool
) -> dict[str, object]:
    """Return the model's answer to one transaction with all its candidates, or why there is none.

    With `categories` only those are considered; None stands for all the model and the history know. `quotes`
    lets the reasons quote the user's other transactions.
    """
    try:
        contenders, question = _contenders_and_question([asked], categories, is_challenged=False)
        answers = _answers(contenders.champion, question, top_k=_ALL)
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
        "reasons": reasons_of(candidates[0].evidence, quotes=quotes),
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


def answer_of(explanation: Explanation) -> ModelAnswer:
    """Return the answer that the service would make of an explanation."""
    if not explanation.candidates:
        return ModelAnswer(None, "label_unknown")
    if explanation.withheld:
        return ModelAnswer(None, "low_confidence")
    best = explanation.candidates[0].ranked
    return ModelAnswer(Prediction(best.category, best.confidence))


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


def silent_reply(reason: str, version_id: int | None) -> ModelReply:
    """Return the reply of a model that could not be asked or broke."""
    return ModelReply(ModelAnswer(None, reason, is_error=True), [], version_id)


def to_reply(candidates: list[RankedCandidate], version_id: int) -> ModelReply:
    """Return the reply that a model's candidates for one transaction amount to."""
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


def _contenders_and_question(
    asked: Sequence[Asked], categories: frozenset[str] | None, *, is_challenged: bool = True
) -> tuple[Contenders, Question | None]:
    """Read who is to be asked, and what is known; no question where nobody is there to answer it."""
    try:
        contenders = services.contenders()
    except DatabaseError:
        raise ModelSilenced("unavailable") from None
    champion = contenders.champion
    if champion is None and not (is_challenged and contenders.challenger):
        return contenders, None
    try:
        # Without a champion it is read for the challenger alone. Read later, it could hold labels that came
        # in since, such as the user's word on this very suggestion.
        history = _history(asked)
    except DatabaseError:
        raise ModelSilenced("unavailable", champion.id if champion else None) from None
    return contenders, Question([one.example for one in asked], history, categories)


def _answers(champion: VersionRef | None, question: Question | None, *, top_k: int) -> services.Answers:
    if champion is None or question is None:
        raise ModelSilenced("unavailable")
    try:
        model = services.loaded_model(champion)
        return model_guard().call(
            lambda: model.predict(
                question.examples, question.history, categories=question.categories, top_k=top_k
            ),
            deadline=deadline_for(len(question.examples)),
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

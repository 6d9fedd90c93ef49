"""The one straight way of a suggestion: transactions read, rules and model asked, decided, recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import structlog
from django.db import DatabaseError, transaction

from mlmodels.domain.types import Prediction
from suggestions import metrics
from suggestions.client_categories import categories_of
from suggestions.domain.bucketing import blind_bucket_of, bucket_of
from suggestions.domain.decision import Decision, agreement_of, decide, reason_to_record
from suggestions.domain.evidence.clusters import group_of
from suggestions.domain.reasons import band_of, reasons_of
from suggestions.domain.rules.engine import RuleCandidate
from suggestions.models import SuggestionEvent, Transaction
from suggestions.rollout import RolloutState, read_rollout
from suggestions.rules.cache import current_engine, to_rule_input
from suggestions.serving.challenger import challenge_later
from suggestions.serving.model_answers import Asked, Challenge, ModelReply, ask_model

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One category offered, with its evidence."""

    category: str
    confidence: float
    reasons: tuple[str, ...]
    band: str | None = None
    """The band of a calibrated confidence; None for a rule, whose confidence is a convention."""
    is_certain: bool | None = None
    """Whether the confidence keeps the promised precision; None for a rule."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is served for one transaction, and everything that was computed for it."""

    transaction: Transaction
    rule_candidates: list[RuleCandidate]
    model_reply: ModelReply
    decision: Decision
    bucket: int | None

    @property
    def served(self) -> list[Candidate]:
        """The served source's candidates, best first; the other source's never leave the house."""
        if self.decision.is_blind:
            return []
        if self.decision.source == "rule":
            return [
                Candidate(rule.category, rule.confidence, (rule.reason,)) for rule in self.rule_candidates
            ]
        return [
            Candidate(
                offer.category,
                offer.confidence,
                tuple(reasons_of(offer.evidence)),
                band_of(offer.confidence),
                offer.is_certain,
            )
            for offer in self.model_reply.candidates
        ]


@dataclass(frozen=True, slots=True)
class SuggestionBatch:
    """The suggestions of one request."""

    suggestions: list[Suggestion]
    event_ids: list[int] | None
    """None: the events could not be written, so no feedback can refer to them."""
    not_found: list[int]
    rollout: RolloutState


def suggest_categories(client_id: int, transaction_ids: Sequence[int], *, top_k: int) -> SuggestionBatch:
    """Suggest categories for the client's transactions, in the order of their first mention.

    Ids that do not exist and ids of other clients are listed in `not_found` alike. The number of queries does
    not depend on the number of ids.
    """
    started = monotonic()
    wanted = list(dict.fromkeys(transaction_ids))
    # Read first: whatever starts after a change of the rollout has returned is served by the new value.
    rollout = read_rollout()
    found = {row.pk: row for row in Transaction.objects.filter(client_id=client_id, pk__in=wanted)}
    transactions = [found[pk] for pk in wanted if pk in found]
    suggestions, challenge = suggest(client_id, transactions, rollout=rollout, top_k=top_k)
    event_ids = _record(suggestions, rollout, started)
    _count(suggestions, is_recorded=event_ids is not None)
    if challenge and event_ids:
        challenge_later(challenge, event_ids)
    return SuggestionBatch(suggestions, event_ids, [pk for pk in wanted if pk not in found], rollout)


def suggest(
    client_id: int, transactions: Sequence[Transaction], *, rollout: RolloutState, top_k: int
) -> tuple[list[Suggestion], Challenge | None]:
    """Ask rules and model about the client's transactions and decide for each; record nothing.

    What there is to ask the challenger comes with the suggestions; None where there is nothing.
    """
    if not transactions:
        return [], None
    engine = current_engine()
    categories, withdrawn = categories_of(client_id, engine)
    answered = ask_model([Asked.of(row) for row in transactions], categories=categories, top_k=top_k)
    suggestions = []
    for row, reply in zip(transactions, answered.replies, strict=True):
        answers = engine.candidates(to_rule_input(row), top_k=top_k + len(withdrawn))
        rule_candidates = [answer for answer in answers if answer.category not in withdrawn][:top_k]
        suggestions.append(_decide(row, rule_candidates, reply, rollout))
    return suggestions, answered.challenge


def _decide(
    row: Transaction, rules: list[RuleCandidate], reply: ModelReply, rollout: RolloutState
) -> Suggestion:
    bucket = bucket_in(rollout, row)
    rule = Prediction(rules[0].category, rules[0].confidence) if rules else None
    decision = decide(
        rule=rule,
        model=reply.answer,
        bucket=bucket,
        percentage=rollout.percentage,
        is_blind=is_blind(row, rollout),
        is_rollout_readable=rollout.is_readable,
    )
    return Suggestion(row, rules, reply, decision, bucket)


def bucket_in(rollout: RolloutState, row: Transaction) -> int | None:
    """Return the bucket of the transaction's user; None without a user, or where the rollout is not known."""
    if not row.user_id or not rollout.is_readable:
        return None
    return bucket_of(row.user_id, client_id=row.client_id, salt=rollout.salt)


def is_blind(row: Transaction, rollout: RolloutState) -> bool:
    """Tell whether nothing is shown for the transaction, so that what the user chooses was nobody's idea."""
    if not rollout.blind_share:
        return False
    return blind_bucket_of(row.pk, client_id=row.client_id, salt=rollout.salt) < rollout.blind_share


def _record(suggestions: list[Suggestion], rollout: RolloutState, started: float) -> list[int] | None:
    if not suggestions:
        return []
    events = [_to_event(one, rollout) for one in suggestions]
    latency = round(1000 * (monotonic() - started))
    for event in events:
        event.latency_ms = latency
    # The request counts once, whatever the number of its suggestions.
    events[0].request_size = len(events)
    try:
        with transaction.atomic():
            SuggestionEvent.objects.bulk_create(events)
    except DatabaseError as error:
        # The answer is known and stands; it only cannot be referred to later.
        logger.error(
            "suggestion_event.write_failed", extra={"error": type(error).__name__, "count": len(suggestions)}
        )
        metrics.EVENT_WRITE_FAILURES.inc(len(suggestions))
        return None
    return [event.pk for event in events]


def _to_event(suggestion: Suggestion, rollout: RolloutState) -> SuggestionEvent:
    rule = suggestion.rule_candidates[0] if suggestion.rule_candidates else None
    reply, decision = suggestion.model_reply, suggestion.decision
    model = reply.answer.prediction
    served = suggestion.served
    return SuggestionEvent(
        client_id=suggestion.transaction.client_id,
        transaction_id=suggestion.transaction.pk,
        rule_category=rule.category if rule else "",
        rule_confidence=rule.confidence if rule else None,
        rule_id=rule.rule_id if rule else None,
        model_category=model.category if model else "",
        model_confidence=model.confidence if model else None,
        model_version_id=reply.version_id,
        state=decision.state,
        source=decision.source,
        served_category=served[0].category if served else "",
        fallback=reason_to_record(decision, reply.answer),
        is_blind=decision.is_blind,
        bucket=suggestion.bucket,
        rollout_version=rollout.version,
        percentage=rollout.percentage,
        is_merchant_seen=reply.candidates[0].is_merchant_seen if reply.candidates else None,
        is_label_known=bool(suggestion.transaction.known_category),
        **_groups(suggestion.transaction, rollout.salt),
    )


def _groups(row: Transaction, salt: str) -> dict[str, int]:
    # A transaction without user or merchant is a group of its own.
    user, merchant = row.user_id or f"\0{row.pk}", row.merchant or f"\0{row.pk}"
    return {
        "user_group": group_of(user, salt=salt, client_id=row.client_id),
        "merchant_group": group_of(merchant, salt=salt, client_id=row.client_id),
    }


def _count(suggestions: list[Suggestion], *, is_recorded: bool) -> None:
    if not is_recorded:
        return
    for suggestion in suggestions:
        decision, answer = suggestion.decision, suggestion.model_reply.answer
        metrics.COVERAGE_BY_STATE[decision.state].inc()
        metrics.COMPARE_BY_AGREE[agreement_of(decision.state)].inc()
        metrics.SOURCE_BY_VALUE[decision.source].inc()
        reason = reason_to_record(decision, answer)
        if reason:
            metrics.FALLBACK_BY_REASON[reason].inc()

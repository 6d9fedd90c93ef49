"""What would be suggested for a transaction that nobody has sent, and why; nothing of it is kept."""

from dataclasses import dataclass

from mlmodels import services
from mlmodels.domain.types import Prediction
from suggestions.client_categories import categories_of
from suggestions.domain.decision import Decision, ModelAnswer, decide, reason_to_record
from suggestions.domain.rules.engine import RuleMatch
from suggestions.domain.transaction_row import TransactionRow
from suggestions.models import Transaction
from suggestions.rollout import RolloutState, read_rollout
from suggestions.rules.cache import current_engine, to_rule_input
from suggestions.serving.history import key_of_description
from suggestions.serving.model_answers import Asked, Explanation, answer_of, explain_answer, to_example
from suggestions.serving.suggesting import bucket_in, is_blind


@dataclass(frozen=True, slots=True)
class Played:
    """Everything that was found out about one transaction."""

    row: Transaction
    """As it would be stored; it is not."""
    matches: list[RuleMatch]
    """Every rule that applies, the best first."""
    withdrawn: frozenset[str]
    """Categories that the client is not suggested any more: their rules are passed over."""
    explanation: Explanation | None
    """None: the model cannot be asked, and `answer` says why."""
    answer: ModelAnswer
    """What the service would make of it."""
    decision: Decision
    bucket: int | None
    """None without a user id, or where the rollout cannot be read."""
    rollout: RolloutState

    @property
    def rule(self) -> RuleMatch | None:
        """Return the rule that answers; None where the rules are silent."""
        return next((one for one in self.matches if one.rule.category not in self.withdrawn), None)

    @property
    def fallback(self) -> str:
        """Return why the model would not be served, as an event would have it; empty where it would."""
        return reason_to_record(self.decision, self.answer)


def play(client_id: int, given: TransactionRow) -> Played:
    """Ask rules and model about a transaction of the client, and decide as for a real one."""
    return play_stored(_to_transaction(client_id, given))


def play_stored(row: Transaction) -> Played:
    """Ask rules and model about a transaction, and decide as the service would now; nothing is kept of it."""
    rollout, client_id = read_rollout(), row.client_id
    engine = current_engine()
    categories, withdrawn = categories_of(client_id, engine)
    matches = engine.matches(to_rule_input(row))
    explanation, answer = _ask(row, categories)
    bucket = bucket_in(rollout, row)
    offered = (one.candidate for one in matches if one.rule.category not in withdrawn)
    rule = next((Prediction(one.category, one.confidence) for one in offered), None)
    decision = decide(
        rule=rule,
        model=answer,
        bucket=bucket,
        percentage=rollout.percentage,
        is_blind=row.pk is not None and is_blind(row, rollout),
        is_rollout_readable=rollout.is_readable,
    )
    return Played(row, matches, withdrawn, explanation, answer, decision, bucket, rollout)


def _to_transaction(client_id: int, given: TransactionRow) -> Transaction:
    return Transaction(
        client_id=client_id,
        user_id=given.user_id,
        description=given.description,
        amount=given.amount,
        currency=given.currency,
        date=given.date,
        memo=given.memo,
    )


def _ask(row: Transaction, categories: frozenset[str]) -> tuple[Explanation | None, ModelAnswer]:
    asked = Asked.of(row) if row.pk else _asked_anew(row)
    try:
        explanation = explain_answer(asked, categories=categories)
    except services.ModelUnavailable as error:
        return None, ModelAnswer(None, error.reason, is_error=True)
    return explanation, answer_of(explanation)


def _asked_anew(row: Transaction) -> Asked:
    return Asked(to_example(row), key_of_description(row.description, row.user_id), row.client_id)

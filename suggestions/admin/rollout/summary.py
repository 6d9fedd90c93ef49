"""Who is served by what right now, in words and figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce

from mlmodels.models import ModelVersion
from suggestions.domain.percentage import FULL, in_percent
from suggestions.models import RolloutChange, Transaction
from suggestions.rollout import RolloutState
from suggestions.standing import Ground

NEWEST = 20_000
"""So many transactions are looked through for their users."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The state of the rollout for people."""

    state: RolloutState
    champion: ModelVersion | None
    users: int
    """About how many end users there are: those of the newest transactions."""
    last_change: RolloutChange | None

    @property
    def percentage(self) -> str:
        """Return the canary as text."""
        return in_percent(self.state.percentage)

    @property
    def blind(self) -> str:
        """Return the share of transactions for which nothing is shown as text; empty when there is none."""
        return in_percent(self.state.blind_share) if self.state.blind_share else ""

    @property
    def is_rules_only(self) -> bool:
        """Tell whether the canary is closed."""
        return self.state.percentage == 0

    @property
    def tenth(self) -> int:
        """Return how many users are about 10 %, to judge other percentages by."""
        return _share_of(self.users, FULL // 10)

    @property
    def sentence(self) -> str:
        """Say in one sentence who is served by what."""
        if not self.state.is_readable:
            return "Everybody is served by the rules: the rollout's row is missing or cannot be read."
        if self.champion is None:
            return self._sentence_without_champion()
        if self.is_rules_only:
            return (
                f"Everybody is served by the rules; the model {self.champion} answers in the shadow, "
                "recorded and compared but never shown."
            )
        if self.state.percentage == FULL:
            return f"Everybody with a user id is served by the model {self.champion}."
        return (
            f"{self.percentage} of users{self._head_count()} are served by the model {self.champion}, "
            "everybody else by the rules."
        )

    def _sentence_without_champion(self) -> str:
        if self.is_rules_only:
            return "Everybody is served by the rules; there is no champion model yet."
        return (
            f"The canary is at {self.percentage}, but there is no champion model: everybody is served by "
            "the rules until a version is promoted."
        )

    def _head_count(self) -> str:
        if not self.users:
            return ""
        return f", about {_share_of(self.users, self.state.percentage):,} of {self.users:,},"


def summarise(ground: Ground, changes: Sequence[RolloutChange]) -> Summary:
    """Say how the rollout stands; `changes` are the last ones, newest first."""
    return Summary(
        state=ground.state,
        champion=ground.champion,
        users=count_known_users(),
        last_change=changes[0] if changes else None,
    )


def last_changes() -> QuerySet[RolloutChange]:
    """Return the changes of the rollout, newest first."""
    return RolloutChange.objects.select_related("changed_by").defer("evidence")


def count_known_users() -> int:
    """Count the end users among the newest transactions, which takes moments however many there are."""
    # "Among the newest ids" would have the planner read the whole table.
    oldest = Coalesce(Subquery(Transaction.objects.order_by("-pk").values("pk")[NEWEST - 1 : NEWEST]), 0)
    identified = Transaction.objects.filter(pk__gte=oldest).exclude(user_id="").order_by()
    return identified.values("client_id", "user_id").distinct().count()


def _share_of(users: int, percentage: int) -> int:
    # Half a user counts as one, as in the page's script: round() would go to the even neighbour.
    return (2 * users * percentage + FULL) // (2 * FULL)

"""The one row that decides who is served by the model, and the record of its changes."""

from django.conf import settings
from django.db import models
from django.db.models import JSONField, Q, Value
from django.db.models.functions import Now
from django.utils.crypto import get_random_string

from suggestions.domain.percentage import in_percent


def new_salt() -> str:
    """Return a random salt for the sticky buckets."""
    return get_random_string(16)


class Rollout(models.Model):
    """The state of the rollout: one row, read in every request."""

    percentage = models.PositiveSmallIntegerField(
        default=0, help_text="Share of users served by the model, in hundredths of a percent: 0 to 10,000."
    )
    # db_default: the release before this one, which knows nothing of it, still inserts.
    blind_share = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        help_text="Share of transactions for which nothing is shown, in hundredths of a percent: 0 to 2,000.",
    )
    version = models.PositiveIntegerField(default=0, help_text="Rises by one with each change.")
    salt = models.CharField(
        max_length=32,
        default=new_salt,
        help_text="Goes into each user's bucket; a new one is a new experiment.",
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "rollout"
        permissions = [
            ("raise_rollout", "Can raise the canary"),
            ("lower_rollout", "Can lower the canary and roll back to rules"),
            ("override_rollout_gate", "Can raise the canary past the gates"),
        ]
        constraints = [
            models.CheckConstraint(name="rollout_single_row", condition=Q(id=1)),
            models.CheckConstraint(
                name="rollout_percentage_range", condition=Q(percentage__gte=0, percentage__lte=10_000)
            ),
            models.CheckConstraint(
                name="rollout_blind_share_range", condition=Q(blind_share__gte=0, blind_share__lte=2_000)
            ),
        ]

    def __str__(self) -> str:
        return in_percent(self.percentage)


class RolloutChange(models.Model):
    """One change of the percentage or of the blind share: who, when, from, to, why."""

    class Origin(models.TextChoices):
        ADMIN = "admin"
        API = "api", "API"
        COMMAND = "command"
        START = "start", "start of the service"
        GUARDRAIL = "guardrail"
        SCHEDULE = "schedule"

    version = models.PositiveIntegerField(unique=True, help_text="The rollout's version after the change.")
    from_percentage = models.PositiveSmallIntegerField()
    to_percentage = models.PositiveSmallIntegerField()
    from_blind_share = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Empty when the change was none of the blind share."
    )
    to_blind_share = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Likewise.")
    reason = models.CharField(max_length=500)
    origin = models.CharField(max_length=12, choices=Origin.choices)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # By the database's clock: how long a step has lasted must not depend on which host changed it.
    changed_at = models.DateTimeField(db_default=Now())
    # db_default: the release before this one, which knows nothing of them, still inserts.
    evidence = models.JSONField(
        default=dict, db_default=Value({}, JSONField()), help_text="What was known at that moment."
    )
    is_overridden = models.BooleanField(
        default=False, db_default=False, help_text="It was raised past the gates; the reason says why."
    )

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(
                name="rollout_change_range", condition=Q(to_percentage__gte=0, to_percentage__lte=10_000)
            )
        ]

    def __str__(self) -> str:
        moved = f"{in_percent(self.from_percentage)} → {in_percent(self.to_percentage)}"
        if self.to_blind_share is None:
            return moved
        blind = f"blind {in_percent(self.from_blind_share or 0)} → {in_percent(self.to_blind_share)}"
        return blind if self.from_percentage == self.to_percentage else f"{moved}, {blind}"

    @property
    def is_raise(self) -> bool:
        """Tell whether a share grew: more users of the model, or more transactions without a suggestion."""
        is_more_blind = (self.to_blind_share or 0) > (self.from_blind_share or 0)
        return is_more_blind or self.to_percentage > self.from_percentage

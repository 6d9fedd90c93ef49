"""The one row that decides who is served by the model, and the record of its changes."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.crypto import get_random_string


def new_salt() -> str:
    """Return a random salt for the sticky buckets."""
    return get_random_string(16)


class Rollout(models.Model):
    """The state of the rollout: one row, read in every request."""

    percentage = models.PositiveSmallIntegerField(
        default=0, help_text="Share of users served by the model, in hundredths of a percent: 0 to 10,000."
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
        ]
        constraints = [
            models.CheckConstraint(name="rollout_single_row", condition=Q(id=1)),
            models.CheckConstraint(
                name="rollout_percentage_range", condition=Q(percentage__gte=0, percentage__lte=10_000)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percentage / 100:g} %"


class RolloutChange(models.Model):
    """One change of the percentage: who, when, from, to, why."""

    class Origin(models.TextChoices):
        ADMIN = "admin"
        API = "api", "API"
        COMMAND = "command"
        START = "start", "start of the service"

    version = models.PositiveIntegerField(unique=True, help_text="The rollout's version after the change.")
    from_percentage = models.PositiveSmallIntegerField()
    to_percentage = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=500)
    origin = models.CharField(max_length=8, choices=Origin.choices)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(
                name="rollout_change_range", condition=Q(to_percentage__gte=0, to_percentage__lte=10_000)
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_percentage / 100:g} % → {self.to_percentage / 100:g} %"

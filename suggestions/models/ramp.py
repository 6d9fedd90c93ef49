"""The policy of the ramp, the proposals to widen the canary, and what holds it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from mlmodels.models import ModelVersion
from suggestions.domain.percentage import in_percent
from suggestions.domain.ramp.policy import DEFAULT_DWELL_HOURS, DEFAULT_STEPS, Policy
from suggestions.domain.ramp.policy import LowersTo as Lowers


def default_steps() -> list[int]:
    """Return the steps of a new installation."""
    return list(DEFAULT_STEPS)


def default_dwell_hours() -> list[int]:
    """Return the times of a new installation."""
    return list(DEFAULT_DWELL_HOURS)


class RolloutPolicy(models.Model):
    """How the canary is widened and by whom: one row."""

    class LowersTo(models.TextChoices):
        ZERO = Lowers.ZERO.value, "0 %, everybody is served by the rules"
        PREVIOUS = Lowers.PREVIOUS.value, "the previous step"

    steps = models.JSONField(default=default_steps, help_text="Hundredths of a percent, ascending from 0.")
    dwell_hours = models.JSONField(
        default=default_dwell_hours, help_text="For each step how long it is stood on before the next one."
    )
    needs_second_person = models.BooleanField(default=False)
    is_automatic = models.BooleanField(default=False)
    watches = models.BooleanField(default=True)
    lowers_to = models.CharField(max_length=8, choices=LowersTo.choices, default=LowersTo.ZERO)
    accuracy_margin_points = models.FloatField(default=1.0)
    accept_margin_points = models.FloatField(default=2.0)
    min_comparisons = models.PositiveIntegerField(default=300)
    proposal_hours = models.PositiveIntegerField(default=72)
    version = models.PositiveIntegerField(default=0, help_text="Rises by one with each change.")
    began_at = models.DateTimeField(
        db_default=Now(), help_text="From when a canary counts that nobody has ever changed."
    )

    class Meta:
        verbose_name = "ramp policy"
        verbose_name_plural = "ramp policy"
        constraints = [
            models.CheckConstraint(name="rollout_policy_single_row", condition=Q(id=1)),
            models.CheckConstraint(
                name="rollout_policy_automatic",
                condition=Q(is_automatic=False) | Q(needs_second_person=False, watches=True),
            ),
        ]

    def __str__(self) -> str:
        return f"policy {self.version}"

    def to_policy(self) -> Policy:
        """Return the row as the value that decides."""
        return Policy(
            steps=tuple(self.steps),
            dwell_hours=tuple(self.dwell_hours),
            needs_second_person=self.needs_second_person,
            is_automatic=self.is_automatic,
            watches=self.watches,
            lowers_to=Lowers(self.lowers_to),
            accuracy_margin_points=self.accuracy_margin_points,
            accept_margin_points=self.accept_margin_points,
            min_comparisons=self.min_comparisons,
            proposal_hours=self.proposal_hours,
        )


class RolloutProposal(models.Model):
    """One request to widen the canary, which a second person decides."""

    class Status(models.TextChoices):
        OPEN = "open"
        APPROVED = "approved"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"
        STALE = "stale"

    from_percentage = models.PositiveSmallIntegerField()
    to_percentage = models.PositiveSmallIntegerField()
    rollout_version = models.PositiveIntegerField()
    champion = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, null=True, related_name="+")
    is_override = models.BooleanField(
        default=False, help_text="It asks to go past the gates, which its approval then does as well."
    )
    reason = models.CharField(max_length=500)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    proposer = models.CharField(
        max_length=150, blank=True, help_text="The name at that time, which survives the user."
    )
    proposed_at = models.DateTimeField(db_default=Now())
    evidence = models.JSONField(default=dict)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decision_reason = models.CharField(max_length=2000, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["status"], name="rollout_proposal_one_open", condition=Q(status="open")
            ),
            models.CheckConstraint(
                name="rollout_proposal_raises",
                condition=Q(to_percentage__gt=F("from_percentage"), to_percentage__lte=10_000),
            ),
        ]

    def __str__(self) -> str:
        return f"{in_percent(self.from_percentage)} → {in_percent(self.to_percentage)}"


class RolloutHold(models.Model):
    """One reason not to widen the canary, until somebody lifts it."""

    reason = models.CharField(max_length=500)
    guardrail = models.CharField(max_length=40, blank=True, help_text="Empty: a person placed it.")
    rollout_version = models.PositiveIntegerField(default=0, help_text="The step it was placed on.")
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    evidence = models.JSONField(default=dict)
    placed_at = models.DateTimeField(db_default=Now())
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    lift_reason = models.CharField(max_length=500, blank=True)
    lifted_at = models.DateTimeField(null=True, help_text="Empty: it holds.")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            # Once a step, also after it was lifted: whoever lifts it has judged this step's evidence.
            models.UniqueConstraint(
                fields=["guardrail", "rollout_version"],
                name="rollout_hold_once_a_step",
                condition=~Q(guardrail=""),
            ),
        ]

    def __str__(self) -> str:
        return self.reason

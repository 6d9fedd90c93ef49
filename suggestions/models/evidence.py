"""Counts of events by the hour, so that evidence costs the same after ten million of them."""

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from mlmodels.models import ModelVersion


class Counted(models.Model):
    """What a time showed of one model version under one version of the rollout."""

    rollout_version = models.PositiveIntegerField()
    model_version = models.ForeignKey(
        ModelVersion,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        help_text="Empty where no model could be asked.",
    )
    calls = models.PositiveIntegerField(help_text="Requests, whatever the number of their suggestions.")
    failed_calls = models.PositiveIntegerField(help_text="Requests to which the model gave no answer.")
    slow_calls = models.PositiveIntegerField(help_text="Requests that took longer than the budget.")
    latency = models.JSONField(help_text="Requests by their latency, one number for each bucket.")
    failures = models.JSONField(help_text="Suggestions without an answer of the model, by reason.")
    groups = models.BinaryField(
        help_text="The counts of each group of users, merchants and pairs, packed by domain/evidence."
    )

    class Meta:
        abstract = True


class EvidenceHour(Counted):
    """What one hour showed."""

    hour = models.DateTimeField(help_text="The beginning of the hour in which the suggestions were made.")
    suggestions = models.PositiveIntegerField()
    # db_default: the release before this one, which knows nothing of it, still inserts.
    fallbacks = models.JSONField(
        default=dict,
        db_default=Value({}, models.JSONField()),
        help_text="Suggestions that the model did not serve, by reason.",
    )

    class Meta:
        ordering = ["hour", "rollout_version"]
        constraints = [
            models.UniqueConstraint(
                "hour", "rollout_version", Coalesce("model_version", 0), name="evidence_hour_unique"
            ),
        ]
        indexes = [
            models.Index(fields=["rollout_version"], name="evidence_by_rollout"),
        ]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}:00"


class EvidenceDay(Counted):
    """The sum over the hours of a day that is over."""

    day = models.DateTimeField(help_text="The beginning of the day, by UTC.")
    counts = models.JSONField(help_text="The columns of EvidenceCount over all suggestions.")
    hours = models.PositiveIntegerField(help_text="How many rows of hours the day had, of all versions.")
    newest_hour_id = models.BigIntegerField(
        help_text="The highest id among them: an hour that was counted again has a new one."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "day", "rollout_version", Coalesce("model_version", 0), name="evidence_day_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class EvidenceCount(models.Model):
    """The suggestions of one hour, all of them or those of one category, merchant or kind of merchant."""

    class Dimension(models.TextChoices):
        ALL = "all"
        CATEGORY = "category", "category served"
        MERCHANT = "merchant"
        SEEN = "seen", "merchant seen by the model"

    of = models.ForeignKey(EvidenceHour, on_delete=models.CASCADE, related_name="counts")
    dimension = models.CharField(max_length=8, choices=Dimension.choices)
    key = models.CharField(max_length=200, blank=True)
    agree = models.PositiveIntegerField(default=0)
    disagree = models.PositiveIntegerField(default=0)
    rule_only = models.PositiveIntegerField(default=0)
    model_only = models.PositiveIntegerField(default=0)
    both_silent = models.PositiveIntegerField(default=0)
    model_error = models.PositiveIntegerField(default=0)
    rule_accepted = models.PositiveIntegerField(default=0)
    rule_rejected = models.PositiveIntegerField(default=0)
    rule_corrected = models.PositiveIntegerField(default=0)
    model_accepted = models.PositiveIntegerField(default=0)
    model_rejected = models.PositiveIntegerField(default=0)
    model_corrected = models.PositiveIntegerField(default=0)
    rule_both_right = models.PositiveIntegerField(default=0, help_text="Of those that were shown the rules.")
    rule_only_model = models.PositiveIntegerField(default=0)
    rule_only_rule = models.PositiveIntegerField(default=0)
    rule_both_wrong = models.PositiveIntegerField(default=0)
    model_both_right = models.PositiveIntegerField(default=0, help_text="Of those that were shown the model.")
    model_only_model = models.PositiveIntegerField(default=0)
    model_only_rule = models.PositiveIntegerField(default=0)
    model_both_wrong = models.PositiveIntegerField(default=0)
    blind_both_right = models.PositiveIntegerField(default=0, help_text="Of those that were shown nothing.")
    blind_only_model = models.PositiveIntegerField(default=0)
    blind_only_rule = models.PositiveIntegerField(default=0)
    blind_both_wrong = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["of", "dimension", "key"], name="evidence_count_unique"),
            models.CheckConstraint(
                name="evidence_dimension", condition=Q(dimension__in=["all", "category", "merchant", "seen"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dimension} {self.key}".strip()


class StaleHour(models.Model):
    """An hour that has to be counted again, because a label or verdict came to one of its suggestions."""

    hour = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}:00"


class EvidenceFold(models.Model):
    """How far the events have been counted: one row."""

    last_event_id = models.BigIntegerField(default=0)
    counted_at = models.DateTimeField(null=True, help_text="When the events were last looked through.")
    suggestions = models.BigIntegerField(
        default=0, db_default=0, help_text="How many were counted in all hours together."
    )

    class Meta:
        constraints = [models.CheckConstraint(name="evidence_fold_single_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"up to event {self.last_event_id}"

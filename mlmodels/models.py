"""Registered model versions, the runs that made them, and the changes of champion."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class TrainingRun(models.Model):
    """One training: a row with a lease that any worker may take; Celery only wakes it."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        REJECTED = "rejected", "refused by the gate"
        FAILED = "failed"

    OPEN_STATUSES = (Status.QUEUED, Status.RUNNING)
    """Of runs that are not over; one at a time."""

    class Kind(models.TextChoices):
        MANUAL = "manual", "by hand"
        SCHEDULED = "scheduled", "by the clock"
        LABELS = "labels", "after new labels"
        DRIFT = "drift", "on drift"

    status = models.CharField(max_length=9, choices=Status.choices, default=Status.QUEUED)
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.MANUAL)
    slot = models.CharField(  # noqa: DJ001  # NULLs are distinct: runs by hand have no slot
        max_length=40,
        null=True,
        blank=True,
        help_text="What it was asked for by; two runs of one kind and slot cannot exist.",
    )
    reason = models.CharField(
        max_length=200, blank=True, db_default="", help_text="Why it was asked for, where nobody did."
    )
    idempotency_key = models.CharField(max_length=100, null=True, blank=True, unique=True)
    limit = models.PositiveIntegerField(
        null=True, blank=True, help_text="Learn from the newest examples only."
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    attempt = models.PositiveSmallIntegerField(default=0, help_text="Fences a worker that lost its lease.")
    released = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        help_text="How many attempts a worker gave back because it was told to stop; they do not count.",
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    stage = models.CharField(max_length=40, blank=True)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Percent.")
    failure_code = models.CharField(max_length=40, blank=True)
    failure_detail = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            # Single flight: of all runs that are not over there is at most one.
            models.UniqueConstraint(
                models.Value(1),
                name="training_run_single_open",
                condition=Q(status__in=["queued", "running"]),
            ),
            models.UniqueConstraint(fields=["kind", "slot"], name="training_run_unique_slot"),
        ]

    def __str__(self) -> str:
        return f"run {self.pk}"

    @property
    def is_open(self) -> bool:
        """Tell whether the run is not over."""
        return self.status in self.OPEN_STATUSES

    @property
    def tries(self) -> int:
        """Return how many attempts count: those that no worker gave back."""
        return self.attempt - self.released

    @property
    def trigger(self) -> str:
        """Return what started the run, in words for people."""
        kind = str(self.Kind(self.kind).label)
        return f"{kind}: {self.reason}" if self.reason else kind


class TrainingRunLine(models.Model):
    """One thing that happened in a run, in words for people; nothing of any transaction stands in it."""

    run = models.ForeignKey(TrainingRun, on_delete=models.CASCADE, related_name="lines")
    text = models.CharField(max_length=500)
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"line {self.pk} of run {self.run_id}"


class ModelVersion(models.Model):
    """One trained model: its artifact, what it was made from, and how good it was."""

    class Status(models.TextChoices):
        CANDIDATE = "candidate"
        CHALLENGER = "challenger"
        CHAMPION = "champion"
        ARCHIVED = "archived"
        REJECTED = "rejected"

    training_run = models.ForeignKey(
        TrainingRun, on_delete=models.SET_NULL, null=True, blank=True, related_name="versions"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.CANDIDATE)
    artifact = models.BinaryField(
        help_text="The model as one JSON document with LightGBM's text format inside."
    )
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField(
        help_text="Of the artifact; 0 once it was dropped to save space."
    )
    feature_version = models.PositiveSmallIntegerField(help_text="The version of the feature code.")
    feature_names = models.JSONField(help_text="The features in the order of the columns.")
    labels = models.JSONField(help_text="The categories in the order of the scores.")
    data_fingerprint = models.CharField(max_length=64, help_text="SHA-256 over the examples learned from.")
    metrics = models.JSONField(
        default=dict, help_text="Measured on the newest examples, which it did not learn from."
    )
    gate = models.JSONField(
        default=dict, help_text="Each condition for a promotion, its value and its verdict."
    )
    validated_at = models.DateTimeField(
        null=True, blank=True, help_text="When a child process had proven the artifact."
    )
    rejected_reason = models.CharField(max_length=500, blank=True)
    trained_at = models.DateTimeField()
    promoted_at = models.DateTimeField(null=True, blank=True, help_text="When it last became champion.")

    class Meta:
        ordering = ["-id"]
        permissions = [
            ("train_modelversion", "Can start a training"),
            ("promote_modelversion", "Can promote a version and roll back to the previous one"),
            ("override_modelversion_gate", "Can promote a version that the gate has refused"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["status"], name="model_version_single_champion", condition=Q(status="champion")
            ),
            models.UniqueConstraint(
                fields=["status"], name="model_version_single_challenger", condition=Q(status="challenger")
            ),
            models.CheckConstraint(
                name="model_version_promoted_is_validated",
                condition=~Q(status__in=["champion", "challenger"]) | Q(validated_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.pk}"

    @property
    def trained_to(self) -> date:
        """Return the day of the newest transaction it has learned from, at most the day of its training."""
        # A transaction dated years ahead by a slip must not make everybody's look older than the training.
        trained_on: date = self.trained_at.date()
        told = self.metrics.get("trained_to")
        return min(date.fromisoformat(told), trained_on) if told else trained_on


class ChampionChange(models.Model):
    """One change of champion: who, when, from, to, why."""

    from_version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    is_gate_overridden = models.BooleanField(
        default=False,
        db_default=False,
        help_text="The gate had refused the version; the reason says why not.",
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        before = f"v{self.from_version_id}" if self.from_version_id else "none"
        return f"{before} → v{self.to_version_id}"


class DriftReading(models.Model):
    """The latest measure of one kind of drift of one version."""

    class Kind(models.TextChoices):
        OUTCOMES = "outcomes", "right less often than on the hold-out"
        CATEGORIES = "categories", "other categories than before"
        AMOUNTS = "amounts", "other amounts than before"
        MERCHANTS = "merchants", "more or fewer new merchants than before"

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="drift_readings")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    value = models.FloatField()
    limit = models.FloatField(help_text="The value from which it is drift.")
    rows = models.PositiveIntegerField(help_text="On how many rows it rests.")
    detail = models.CharField(max_length=300)
    measured_at = models.DateTimeField()

    class Meta:
        ordering = ["-version", "kind"]
        constraints = [models.UniqueConstraint(fields=["version", "kind"], name="drift_reading_one_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} of v{self.version_id}"

    @property
    def is_drift(self) -> bool:
        """Tell whether the limit is reached."""
        return self.value >= self.limit

"""What was suggested, and what the users said to it."""

from django.db import models
from django.db.models import Q

from mlmodels.models import ModelVersion
from suggestions.models.clients import Client
from suggestions.models.transactions import Transaction


class Source(models.TextChoices):
    """Whose answer was served."""

    RULE = "rule"
    MODEL = "model"


class State(models.TextChoices):
    """How the two answers to one transaction stand to each other; every event is in exactly one."""

    AGREE = "agree"
    DISAGREE = "disagree"
    RULE_ONLY = "rule_only"
    MODEL_ONLY = "model_only"
    BOTH_SILENT = "both_silent"
    MODEL_ERROR = "model_error"


class Fallback(models.TextChoices):
    """Why the model's answer was not served, or why there was none."""

    UNAVAILABLE = "unavailable", "No model has been promoted"
    BLIND = "blind", "The transaction is in the blind slice"
    NOT_IN_CANARY = "not_in_canary", "The user is outside the canary"
    NO_USER = "no_user", "The transaction has no user id"
    LOW_CONFIDENCE = "low_confidence", "The model was not confident enough"
    LABEL_UNKNOWN = "label_unknown", "The model knows none of the client's categories"
    ROLLOUT_UNAVAILABLE = "rollout_unavailable", "The rollout row could not be read"
    TIMEOUT = "timeout", "The model missed its deadline"
    BREAKER_OPEN = "breaker_open", "The model failed too often just before"
    BULKHEAD_FULL = "bulkhead_full", "Too many model calls under way"
    CHECKSUM = "checksum", "The artifact is not the one that was registered"
    SCHEMA = "schema", "The artifact was made for other features or labels"
    NONFINITE = "nonfinite", "The model answered with something that is no probability"
    PREDICT_ERROR = "predict_error", "The model raised an error"


class SuggestionEvent(models.Model):
    """One suggestion for one transaction: both answers, whose was served, and why."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    transaction = models.ForeignKey(Transaction, on_delete=models.CASCADE, related_name="events")
    created_at = models.DateTimeField(auto_now_add=True)
    rule_category = models.CharField(max_length=100, blank=True)
    rule_confidence = models.FloatField(null=True)
    rule_id = models.BigIntegerField(null=True, help_text="The rule that answered, which may be gone by now.")
    model_category = models.CharField(max_length=100, blank=True)
    model_confidence = models.FloatField(null=True)
    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=11, choices=State.choices)
    source = models.CharField(max_length=5, choices=Source.choices)
    served_category = models.CharField(max_length=100, blank=True)
    fallback = models.CharField(max_length=20, blank=True, choices=Fallback.choices)
    # db_default: the release before this one, which knows nothing of it, still inserts.
    is_blind = models.BooleanField(
        default=False, db_default=False, help_text="Nothing was shown: the transaction is in the blind slice."
    )
    bucket = models.PositiveSmallIntegerField(null=True, help_text="0 to 9,999; empty without a user id.")
    rollout_version = models.PositiveIntegerField()
    percentage = models.PositiveSmallIntegerField(
        help_text="Hundredths of a percent when the event was made."
    )
    user_group = models.PositiveSmallIntegerField(
        null=True, help_text="The group of the user, for the variance between users; 0 to 255."
    )
    merchant_group = models.PositiveSmallIntegerField(
        null=True, help_text="The group of the merchant, for the variance between merchants; 0 to 255."
    )
    is_merchant_seen = models.BooleanField(
        null=True, help_text="The model knew labels of the merchant; empty where it was not asked."
    )
    is_label_known = models.BooleanField(
        default=False,
        db_default=False,
        help_text="The transaction had a category already, so a later one proves nothing.",
    )
    request_size = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        help_text="On a request's first suggestion how many it asked for; 0 on the others.",
    )
    latency_ms = models.PositiveIntegerField(
        null=True, help_text="Milliseconds from the request's start until its suggestions were recorded."
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="event_state", condition=Q(state__in=State.values)),
            models.CheckConstraint(name="event_source", condition=Q(source__in=Source.values)),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="event_by_time"),
            models.Index(fields=["client", "-id"], name="event_by_client"),
            models.Index(fields=["-id"], name="event_disagreements", condition=Q(state="disagree")),
            models.Index(
                fields=["rule_category", "model_category", "-id"],
                name="disagreement_by_pair",
                condition=Q(state="disagree"),
            ),
            models.Index(
                fields=["client", "-id"], name="disagreement_by_client", condition=Q(state="disagree")
            ),
            # The last model calls of a step, whatever their batches' sizes were.
            models.Index(
                fields=["rollout_version", "-id"], name="event_requests", condition=Q(request_size__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"suggestion {self.pk}"


class Verdict(models.TextChoices):
    """What the end user did with a suggestion."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CORRECTED = "corrected"


class Feedback(models.Model):
    """One verdict on one suggestion; the latest of an event counts, the others are its history."""

    event = models.ForeignKey(SuggestionEvent, on_delete=models.CASCADE, related_name="feedback")
    verdict = models.CharField(max_length=9, choices=Verdict.choices)
    category = models.CharField(
        max_length=100, blank=True, help_text="The category the user settled on; empty for a rejection."
    )
    reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "feedback"
        constraints = [
            models.CheckConstraint(name="feedback_verdict", condition=Q(verdict__in=Verdict.values)),
        ]
        indexes = [
            models.Index(fields=["event", "-id"], name="feedback_latest"),
            models.Index(fields=["created_at"], name="feedback_by_time"),
        ]

    def __str__(self) -> str:
        return f"feedback {self.pk}"

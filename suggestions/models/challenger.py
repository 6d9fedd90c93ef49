"""What the challenger says to the transactions of the events, kept beside what rules and champion said."""

from django.db import models

from mlmodels.models import ModelVersion
from suggestions.models.events import Fallback, SuggestionEvent


class ChallengerAnswer(models.Model):
    """The challenger's answer to the transaction of one event; nobody was shown it."""

    event = models.OneToOneField(
        SuggestionEvent, on_delete=models.CASCADE, primary_key=True, related_name="challenger_answer"
    )
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, db_index=False, related_name="+")
    category = models.CharField(max_length=100, blank=True, help_text="Empty when it gave none.")
    confidence = models.FloatField(null=True)
    failure = models.CharField(
        max_length=20, blank=True, choices=Fallback.choices, help_text="Why it gave no category."
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-event_id"]  # "-event" would turn the order of the events round
        # The comparison reads the newest answers of one version.
        indexes = [models.Index(fields=["version", "-event"], name="challenger_answer_newest")]

    def __str__(self) -> str:
        return f"challenger on event {self.pk}"

"""Keep what a challenger says beside the events; a new table, of which the release before knows nothing."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mlmodels", "0006_drift"), ("suggestions", "0009_event_evidence")]

    operations = [
        migrations.CreateModel(
            name="ChallengerAnswer",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="challenger_answer",
                        serialize=False,
                        to="suggestions.suggestionevent",
                    ),
                ),
                ("category", models.CharField(blank=True, help_text="Empty when it gave none.", max_length=100)),
                ("confidence", models.FloatField(null=True)),
                (
                    "failure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unavailable", "No model has been promoted"),
                            ("blind", "The transaction is in the blind slice"),
                            ("not_in_canary", "The user is outside the canary"),
                            ("no_user", "The transaction has no user id"),
                            ("low_confidence", "The model was not confident enough"),
                            ("label_unknown", "The model knows none of the client's categories"),
                            ("rollout_unavailable", "The rollout row could not be read"),
                            ("timeout", "The model missed its deadline"),
                            ("breaker_open", "The model failed too often just before"),
                            ("bulkhead_full", "Too many model calls under way"),
                            ("checksum", "The artifact is not the one that was registered"),
                            ("schema", "The artifact was made for other features or labels"),
                            ("nonfinite", "The model answered with something that is no probability"),
                            ("predict_error", "The model raised an error"),
                        ],
                        help_text="Why it gave no category.",
                        max_length=20,
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mlmodels.modelversion",
                    ),
                ),
            ],
            options={
                "ordering": ["-event_id"],
                "indexes": [models.Index(fields=["version", "-event"], name="challenger_answer_newest")],
            },
        ),
    ]

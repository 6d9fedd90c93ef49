"""Let a share of the transactions go without a suggestion.

The new columns have defaults of the database or may be empty: the release before still inserts.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suggestions", "0010_challenger_answer")]

    operations = [
        migrations.AddField(
            "rollout",
            "blind_share",
            models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="Share of transactions for which nothing is shown, in hundredths of a percent: 0 to 2,000.",
            ),
        ),
        migrations.AddField(
            "rolloutchange",
            "from_blind_share",
            models.PositiveSmallIntegerField(
                blank=True, null=True, help_text="Empty when the change was none of the blind share."
            ),
        ),
        migrations.AddField(
            "rolloutchange",
            "to_blind_share",
            models.PositiveSmallIntegerField(blank=True, null=True, help_text="Likewise."),
        ),
        migrations.AddField(
            "suggestionevent",
            "is_blind",
            models.BooleanField(
                db_default=False,
                default=False,
                help_text="Nothing was shown: the transaction is in the blind slice.",
            ),
        ),
        # Choices are no part of a column.
        migrations.AlterField(
            "suggestionevent",
            "fallback",
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
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            "rollout",
            models.CheckConstraint(
                condition=models.Q(("blind_share__gte", 0), ("blind_share__lte", 2000)),
                name="rollout_blind_share_range",
            ),
        ),
    ]

"""Let the database refuse other verdicts and sources, and find the latest verdicts by an index."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("suggestions", "0004_transaction_feedback")]

    operations = [
        migrations.AddConstraint(
            "transaction",
            models.CheckConstraint(
                name="transaction_feedback_verdict",
                condition=Q(feedback_verdict__in=["", "accepted", "corrected"]),
            ),
        ),
        migrations.AddConstraint(
            "transaction",
            models.CheckConstraint(
                name="transaction_feedback_source", condition=Q(feedback_source__in=["", "rule", "model"])
            ),
        ),
        migrations.AddIndex(
            "transaction",
            models.Index(
                fields=["feedback_at"],
                name="transaction_by_feedback",
                condition=Q(feedback_at__isnull=False),
            ),
        ),
    ]

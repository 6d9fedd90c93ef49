"""Tell on the transaction itself how its user came to the category: by which verdict, on whose answer, when."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce


def copy_verdicts(apps, _schema_editor):
    feedback = apps.get_model("suggestions", "Feedback")
    transaction = apps.get_model("suggestions", "Transaction")
    settled = feedback.objects.filter(
        event__transaction=OuterRef("pk"),
        category=OuterRef("feedback_category"),
        verdict__in=["accepted", "corrected"],
    ).order_by("-id")
    transaction.objects.exclude(feedback_category="").update(
        feedback_verdict=Coalesce(Subquery(settled.values("verdict")[:1]), models.Value("")),
        feedback_source=Coalesce(Subquery(settled.values("event__source")[:1]), models.Value("")),
        feedback_at=Subquery(settled.values("created_at")[:1]),
    )


class Migration(migrations.Migration):
    dependencies = [("suggestions", "0003_transaction_export_permission")]

    operations = [
        migrations.AddField(
            "transaction",
            "feedback_verdict",
            models.CharField(
                max_length=9,
                blank=True,
                db_default="",
                choices=[("accepted", "Accepted"), ("corrected", "Corrected")],
                help_text="How the end user came to that category; empty when there is none.",
            ),
        ),
        migrations.AddField(
            "transaction",
            "feedback_source",
            models.CharField(
                max_length=5,
                blank=True,
                db_default="",
                choices=[("rule", "Rule"), ("model", "Model")],
                help_text="Whose suggestion that verdict was on.",
            ),
        ),
        migrations.AddField(
            "transaction",
            "feedback_at",
            models.DateTimeField(
                null=True, blank=True, help_text="When the end user said so, by the database's clock."
            ),
        ),
        migrations.RunPython(copy_verdicts, migrations.RunPython.noop),
    ]

"""Name two more kinds of entry: an archived version, and the schedule of trainings. The table stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_label_kind")]

    operations = [
        migrations.AlterField(
            "auditentry",
            "kind",
            models.CharField(
                choices=[
                    ("percentage", "Percentage"),
                    ("champion", "Champion"),
                    ("challenger", "Challenger"),
                    ("archive", "Archive"),
                    ("schedule", "Schedule"),
                    ("rule", "Rule"),
                    ("label", "Label"),
                    ("policy", "Policy"),
                    ("proposal", "Proposal"),
                    ("approval", "Approval"),
                    ("hold", "Hold"),
                    ("guardrail", "Guardrail"),
                    ("verdict", "Verdict"),
                    ("log", "the log itself"),
                ],
                max_length=20,
            ),
        ),
    ]

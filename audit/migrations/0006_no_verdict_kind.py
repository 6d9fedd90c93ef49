"""Drop the kind of entry that nothing ever wrote. The table stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_by_subject")]

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
                    ("log", "the log itself"),
                ],
                max_length=20,
            ),
        ),
    ]

"""Name one more kind of entry: a category that staff set. The table stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.AlterField(
            "auditentry",
            "kind",
            models.CharField(
                choices=[
                    ("percentage", "Percentage"),
                    ("champion", "Champion"),
                    ("challenger", "Challenger"),
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

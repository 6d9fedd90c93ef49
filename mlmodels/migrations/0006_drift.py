"""Keep the latest measures of drift."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mlmodels", "0005_triggers")]

    operations = [
        migrations.CreateModel(
            "DriftReading",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        max_length=20,
                        choices=[
                            ("outcomes", "right less often than on the hold-out"),
                            ("categories", "other categories than before"),
                            ("amounts", "other amounts than before"),
                            ("merchants", "more or fewer new merchants than before"),
                        ],
                    ),
                ),
                ("value", models.FloatField()),
                ("limit", models.FloatField(help_text="The value from which it is drift.")),
                ("rows", models.PositiveIntegerField(help_text="On how many rows it rests.")),
                ("detail", models.CharField(max_length=300)),
                ("measured_at", models.DateTimeField()),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drift_readings",
                        to="mlmodels.modelversion",
                    ),
                ),
            ],
            {"ordering": ["-version", "kind"]},
        ),
        migrations.AddConstraint(
            "driftreading",
            models.UniqueConstraint(fields=["version", "kind"], name="drift_reading_one_a_kind"),
        ),
    ]

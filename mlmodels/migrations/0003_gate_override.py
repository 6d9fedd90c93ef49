"""Let an admin promote a version that the gate has refused, and remember that it was so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mlmodels", "0002_schedule")]

    operations = [
        migrations.AlterModelOptions(
            "modelversion",
            {
                "ordering": ["-id"],
                "permissions": [
                    ("train_modelversion", "Can start a training"),
                    ("promote_modelversion", "Can promote a version and roll back to the previous one"),
                    ("override_modelversion_gate", "Can promote a version that the gate has refused"),
                ],
            },
        ),
        migrations.AddField(
            "championchange",
            "is_gate_overridden",
            models.BooleanField(
                default=False,
                db_default=False,
                help_text="The gate had refused the version; the reason says why not.",
            ),
        ),
    ]

"""Say that a size of 0 means a dropped artifact; changes no column."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mlmodels", "0003_gate_override")]

    operations = [
        migrations.AlterField(
            "modelversion",
            "size_bytes",
            models.PositiveIntegerField(
                help_text="Of the artifact; 0 once it was dropped to save space."
            ),
        ),
    ]

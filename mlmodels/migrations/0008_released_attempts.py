"""Count the attempts that a worker gave back when it was told to stop."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mlmodels", "0007_run_log")]

    operations = [
        migrations.AddField(
            "trainingrun",
            "released",
            models.PositiveSmallIntegerField(
                default=0,
                db_default=0,
                help_text="How many attempts a worker gave back because it was told to stop; they do not count.",
            ),
        ),
    ]

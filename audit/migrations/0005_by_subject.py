"""Find what was decided about one thing without reading the whole log. An index alone: the triggers stay."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0004_archive_and_schedule_kinds'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['kind', 'subject', '-sequence'], name='audit_by_subject'),
        ),
    ]

"""An attempt to tell somebody the answer knows its day and which answer it told.

Rows from before get the day on which they were logged and the answer that stands. Filling them comes last: PostgreSQL alters
no table that has rows written under a deferred constraint in the same transaction.
"""

from datetime import date

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone


def fill_earlier_attempts(apps, schema_editor):
    """Give each attempt the day of its logging and the answer that its opinion has."""
    attempts = apps.get_model("opinions", "FeedbackAttempt").objects.using(schema_editor.connection.alias)
    for attempt in attempts.select_related("opinion").iterator():
        attempt.tried_on = timezone.localdate(attempt.made_at)
        attempt.answer_id = attempt.opinion.answer_id
        attempt.save(update_fields=["tried_on", "answer"])


class Migration(migrations.Migration):

    dependencies = [
        ('opinions', '0005_publication_and_destruction'),
    ]

    operations = [
        migrations.AddField(
            model_name='feedbackattempt',
            name='answer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='opinions.answer'),
        ),
        migrations.AddField(
            model_name='feedbackattempt',
            name='tried_on',
            field=models.DateField(default=date(2019, 1, 1), verbose_name='日期'),
            preserve_default=False,
        ),
        migrations.AlterModelOptions(
            name='feedbackattempt',
            options={'default_permissions': (), 'ordering': ['tried_on', 'id'], 'verbose_name': '反馈记录', 'verbose_name_plural': '反馈记录'},
        ),
        migrations.AlterField(
            model_name='feedbackattempt',
            name='made_at',
            field=models.DateTimeField(verbose_name='登记时间'),
        ),
        migrations.RunPython(fill_earlier_attempts, migrations.RunPython.noop),
    ]

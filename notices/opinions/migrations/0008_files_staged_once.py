"""The same bytes wait once for a form, also when two requests bring them at the same time.

Doubles that wait already are dropped first; they are cleared like what nobody sent.
"""

from django.db import migrations, models


def drop_doubles(apps, schema_editor):
    """Leave the first of those that are the same."""
    files = apps.get_model("opinions", "OpinionFile").objects.using(schema_editor.connection.alias)
    seen = set()
    for pk, *same in files.filter(state="staged").order_by("pk").values_list("pk", "form_key_hash", "sha256"):
        if tuple(same) in seen:
            files.filter(pk=pk).update(state="dropped")
        seen.add(tuple(same))


class Migration(migrations.Migration):

    dependencies = [
        ('opinions', '0007_sealed_names'),
    ]

    operations = [
        migrations.RunPython(drop_doubles, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='opinionfile',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'staged')), fields=('form_key_hash', 'sha256'), name='opinion_file_staged_once'),
        ),
    ]

"""Look-up codes of a restored notice were made under the secret of the portal that it came from."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('opinions', '0008_files_staged_once'),
    ]

    operations = [
        migrations.AlterField(
            model_name='datakey',
            name='purpose',
            field=models.CharField(choices=[('commenter', 'commenter'), ('file', 'file'), ('lookup', 'lookup'), ('restored', 'restored')], default='commenter', max_length=10),
        ),
    ]

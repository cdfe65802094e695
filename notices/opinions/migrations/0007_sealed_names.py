"""Names of files are sealed like the files themselves: 张三身份证.jpg says who wrote.

Names of earlier rows are sealed before their column goes. A row whose key was destroyed has nothing left that its name could open.
"""

from django.db import migrations, models

from notices.sealing.key_store import KEY_STORE
from notices.sealing import Fernet, InvalidToken, master_cipher


def seal_earlier_names(apps, schema_editor):
    """Seal the name of each file under its data key."""
    files = apps.get_model("opinions", "OpinionFile").objects.using(schema_editor.connection.alias)
    keys = apps.get_model("opinions", "DataKey").objects.using(KEY_STORE)
    for file in files.exclude(file_name="").exclude(key_id=None).only("pk", "file_name", "key_id").iterator():
        wrapped = keys.filter(pk=file.key_id).values_list("wrapped", flat=True).first()
        if wrapped is None:
            continue
        try:
            cipher = Fernet(master_cipher().decrypt(bytes(wrapped)))
        except InvalidToken:
            message = f"The data key of file {file.pk} does not open: put back the master keys that wrapped it, then migrate."
            raise RuntimeError(message) from None
        file.sealed_name = cipher.encrypt(file.file_name.encode())
        file.save(update_fields=["sealed_name"])


class Migration(migrations.Migration):

    dependencies = [
        ('opinions', '0006_feedback'),
    ]

    operations = [
        migrations.AddField(
            model_name='opinionfile',
            name='sealed_name',
            field=models.BinaryField(null=True),
        ),
        migrations.RunPython(seal_earlier_names, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='opinionfile',
            name='file_name',
        ),
    ]

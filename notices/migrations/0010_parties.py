"""Agreements, consultants, accounts and confirmations.

``entrustment_filed_on`` goes: a date without its paper proved nothing; agreements are rows with their scan now.
``uscc`` is altered only to be checked.
"""

import django.db.models.deletion
import notices.company_codes
import notices.models.attachments
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0009_imported_fields'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(
            model_name='proponentpage',
            name='entrustment_filed_on',
        ),
        migrations.AddField(
            model_name='proponentpage',
            name='responsible',
            field=models.CharField(blank=True, help_text='例如“总经理”。只写职务，不写姓名。', max_length=60, verbose_name='主要负责人职务'),
        ),
        migrations.AlterField(
            model_name='proponentpage',
            name='uscc',
            field=models.CharField(blank=True, max_length=18, validators=[notices.company_codes.validate_company_code], verbose_name='统一社会信用代码'),
        ),
        migrations.CreateModel(
            name='Consultant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='编制单位名称')),
                ('uscc', models.CharField(blank=True, max_length=18, verbose_name='统一社会信用代码')),
                ('proponent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consultants', to='notices.proponentpage')),
            ],
            options={
                'verbose_name': '受托编制单位',
                'verbose_name_plural': '受托编制单位',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Authorisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=255, verbose_name='文件名')),
                ('file', models.FileField(storage=notices.models.attachments.content_storage, upload_to='', verbose_name='文件')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('size', models.PositiveBigIntegerField(verbose_name='大小（字节）')),
                ('content_type', models.CharField(max_length=100, verbose_name='格式')),
                ('filed_at', models.DateTimeField(verbose_name='备案时间')),
                ('valid_from', models.DateField(verbose_name='有效期自')),
                ('valid_until', models.DateField(verbose_name='有效期至')),
                ('scope', models.CharField(max_length=200, verbose_name='授权事项')),
                ('filed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('consultant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='authorisations', to='notices.consultant')),
            ],
            options={
                'verbose_name': '授权书',
                'verbose_name_plural': '授权书',
                'ordering': ['-valid_until', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Delegate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('consultant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegates', to='notices.consultant')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='delegate', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '受托账号',
                'verbose_name_plural': '受托账号',
            },
        ),
        migrations.CreateModel(
            name='EntrustmentAgreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=255, verbose_name='文件名')),
                ('file', models.FileField(storage=notices.models.attachments.content_storage, upload_to='', verbose_name='文件')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('size', models.PositiveBigIntegerField(verbose_name='大小（字节）')),
                ('content_type', models.CharField(max_length=100, verbose_name='格式')),
                ('filed_at', models.DateTimeField(verbose_name='备案时间')),
                ('signed_on', models.DateField(verbose_name='签订日期')),
                ('filed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proponent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='notices.proponentpage')),
            ],
            options={
                'verbose_name': '委托处理协议',
                'verbose_name_plural': '委托处理协议',
                'ordering': ['-signed_on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issued_at', models.DateTimeField(verbose_name='签发时间')),
                ('expires_at', models.DateTimeField(verbose_name='有效期至')),
                ('accepted_at', models.DateTimeField(null=True, verbose_name='设定密码时间')),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='invitation', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '账号邀请',
                'verbose_name_plural': '账号邀请',
            },
        ),
        migrations.CreateModel(
            name='PublicationConfirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filed_at', models.DateTimeField(verbose_name='备案时间')),
                ('way', models.CharField(choices=[('account', '本单位账号确认'), ('scan', '盖章扫描件')], max_length=8, verbose_name='方式')),
                ('digest', models.CharField(max_length=64, verbose_name='内容摘要')),
                ('role', models.CharField(max_length=12, verbose_name='身份')),
                ('organisation', models.CharField(blank=True, max_length=255, verbose_name='单位')),
                ('file_name', models.CharField(blank=True, max_length=255, verbose_name='文件名')),
                ('file', models.FileField(blank=True, storage=notices.models.attachments.content_storage, upload_to='', verbose_name='文件')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256')),
                ('size', models.PositiveBigIntegerField(default=0, verbose_name='大小（字节）')),
                ('content_type', models.CharField(blank=True, max_length=100, verbose_name='格式')),
                ('filed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='confirmations', to='notices.noticerecord')),
            ],
            options={
                'verbose_name': '公开确认',
                'verbose_name_plural': '公开确认',
                'ordering': ['-filed_at', '-id'],
            },
        ),
        migrations.AddConstraint(
            model_name='consultant',
            constraint=models.UniqueConstraint(fields=('proponent', 'name'), name='consultant_once_per_proponent'),
        ),
    ]

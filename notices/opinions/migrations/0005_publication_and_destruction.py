"""Publication, destruction, and what a redaction struck out.

The text of a redaction may be empty: such a row takes the one before it back.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0010_parties'),
        ('opinions', '0004_files'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='redaction',
            name='struck',
            field=models.JSONField(default=list, verbose_name='遮盖的文字'),
        ),
        migrations.AlterField(
            model_name='redaction',
            name='text',
            field=models.TextField(blank=True, verbose_name='遮盖后的意见'),
        ),
        migrations.CreateModel(
            name='Disclosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shown', models.BooleanField(verbose_name='公开意见和答复')),
                ('decided_at', models.DateTimeField(verbose_name='时间')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opinion_disclosures', to='notices.noticepage')),
            ],
            options={
                'verbose_name': '公开意见的决定',
                'verbose_name_plural': '公开意见的决定',
                'ordering': ['decided_at', 'id'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='DestructionProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(choices=[('state_secret', '涉及国家秘密（《中华人民共和国保守国家秘密法》）'), ('forbidden', '法律、行政法规禁止传播的内容（《互联网信息服务管理办法》第十五条）'), ('personal', '他人个人信息，权利人依法要求删除（《中华人民共和国个人信息保护法》第四十七条）'), ('order', '人民法院、公安、网信等机关依法要求删除')], max_length=12, verbose_name='法律依据')),
                ('document', models.CharField(max_length=200, verbose_name='依据文书或报告情况')),
                ('reason', models.TextField(verbose_name='原因')),
                ('proposed_at', models.DateTimeField(verbose_name='提出时间')),
                ('state', models.CharField(choices=[('open', '待确认'), ('confirmed', '已销毁'), ('rejected', '不予销毁'), ('lapsed', '逾期未确认，已失效')], default='open', max_length=10, verbose_name='状态')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='决定时间')),
                ('decision_reason', models.TextField(blank=True, verbose_name='决定说明')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opinion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='destruction_proposals', to='opinions.opinion')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '销毁申请',
                'verbose_name_plural': '销毁申请',
                'ordering': ['proposed_at', 'id'],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('opinion',), name='one_open_destruction_proposal'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='destruction_by_two_people')],
            },
        ),
        migrations.CreateModel(
            name='PublicRelease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('checked_at', models.DateTimeField(verbose_name='核对时间')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='撤下时间')),
                ('withdrawn_because', models.CharField(blank=True, choices=[('staff', '撤下'), ('exposed', '公开页面中发现被遮盖的文字'), ('destroyed', '内容已依法销毁')], max_length=10, verbose_name='撤下原因')),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='opinions.answer')),
                ('checked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opinion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='opinions.opinion')),
                ('redaction', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='opinions.redaction')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '意见公开记录',
                'verbose_name_plural': '意见公开记录',
                'ordering': ['checked_at', 'id'],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('opinion',), name='opinion_released_once')],
            },
        ),
    ]

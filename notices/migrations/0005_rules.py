"""Waivers stay when they are withdrawn; a rule may be waived again, so one row a rule is no longer the limit."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0004_meetings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='rulewaiver',
            options={'ordering': ['waived_at', 'id'], 'verbose_name': '规则豁免', 'verbose_name_plural': '规则豁免'},
        ),
        migrations.RemoveConstraint(
            model_name='rulewaiver',
            name='waiver_once_per_rule',
        ),
        migrations.AddField(
            model_name='noticepage',
            name='contracted_on',
            field=models.DateField(blank=True, help_text='委托书或合同的日期；首次公开应在其后 7 个工作日内。', null=True, verbose_name='确定编制单位的日期'),
        ),
        migrations.AddField(
            model_name='noticepage',
            name='statement_count',
            field=models.PositiveIntegerField(blank=True, help_text='报批前公开时填写，须与平台登记的意见数量一致；没有收到意见填 0。', null=True, verbose_name='公众参与说明中写明的意见数量'),
        ),
        migrations.AddField(
            model_name='rulewaiver',
            name='messages',
            field=models.JSONField(default=list, verbose_name='豁免的问题'),
        ),
        migrations.AddField(
            model_name='rulewaiver',
            name='withdrawal_reason',
            field=models.TextField(blank=True, verbose_name='撤销理由'),
        ),
        migrations.AddField(
            model_name='rulewaiver',
            name='withdrawn_at',
            field=models.DateTimeField(null=True, verbose_name='撤销时间'),
        ),
        migrations.AddField(
            model_name='rulewaiver',
            name='withdrawn_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
    ]

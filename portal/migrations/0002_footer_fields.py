"""More fields of the footer; the altered columns change their labels and hints only."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='portalsettings',
            name='operator_address',
            field=models.CharField(blank=True, max_length=100, verbose_name='地址'),
        ),
        migrations.AddField(
            model_name='portalsettings',
            name='operator_postcode',
            field=models.CharField(blank=True, max_length=6, validators=[django.core.validators.RegexValidator('^\\d{6}$', '邮编是六位数字。')], verbose_name='邮编'),
        ),
        migrations.AddField(
            model_name='portalsettings',
            name='undertaker_name',
            field=models.CharField(blank=True, max_length=100, verbose_name='承办单位'),
        ),
        migrations.AlterField(
            model_name='portalsettings',
            name='icp_number',
            field=models.CharField(blank=True, help_text='例如：晋ICP备12345678号-1', max_length=60, verbose_name='ICP备案号'),
        ),
        migrations.AlterField(
            model_name='portalsettings',
            name='operator_contact',
            field=models.CharField(blank=True, help_text='可以加上电子邮箱。印在页脚和帮助页。', max_length=100, verbose_name='联系电话'),
        ),
        migrations.AlterField(
            model_name='portalsettings',
            name='police_number',
            field=models.CharField(blank=True, help_text='例如：晋公网安备14102602000001号', max_length=60, verbose_name='公安机关备案号'),
        ),
        migrations.AlterField(
            model_name='portalsettings',
            name='site_code',
            field=models.CharField(blank=True, help_text='政府网站填写十位数字，其他网站不填。', max_length=20, verbose_name='网站标识码'),
        ),
    ]

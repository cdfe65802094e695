"""Where to turn with what is no subject of an environmental assessment (Art. 30): sentences for an answer.

They name kinds of authorities; the person who answers adds the office of the place.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A subject and the sentence that says where it belongs."""

    key: str
    label: str | Promise
    sentence: str | Promise


ELSEWHERE = (
    Elsewhere(
        "land",
        _("征地补偿"),
        _("征地和土地补偿问题，请向所在地乡镇人民政府或者县级自然资源主管部门反映。"),
    ),
    Elsewhere(
        "relocation",
        _("房屋拆迁安置"),
        _("房屋征收和拆迁安置问题，请向所在地县级人民政府确定的房屋征收部门反映。"),
    ),
    Elsewhere(
        "property",
        _("财产和合同纠纷"),
        _("财产损失和合同纠纷，可以请村（居）民委员会、人民调解委员会调解，也可以依法向人民法院起诉。"),
    ),
    Elsewhere(
        "jobs",
        _("就业和劳动报酬"),
        _("就业、用工和劳动报酬问题，请向县级人力资源和社会保障部门反映。"),
    ),
    Elsewhere(
        "other",
        _("其他诉求"),
        _("该诉求不属于环评公众参与的内容，可以拨打政务服务热线12345，由热线转有关部门办理。"),
    ),
)

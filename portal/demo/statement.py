"""Invented evidence and texts by which the closed demo notice's participation statement can be made."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from notices.archive.models import ElsewhereRound
from notices.archive.statement.writing import record_elsewhere, write_parts
from notices.evidence_services import file_evidence
from notices.meeting_services import decide_depth
from notices.models import DepthChoice, NoticeRecord, PaperViewing, PhotoMoment, Project
from notices.statutory.facts import NoticeKind

_DAY = timedelta(days=1)
_VISITORS = (3, 0, 2)
_TEXTS = {
    "overview": "本项目按照《办法》开展了首次公开、征求意见稿公示，收到的意见逐条答复。以下内容均为虚构，用于演示。",
    "first_platform": "首次公开选在安泽县人民政府网站（虚构），属于建设项目所在地公共媒体网站。",
    "draft_platform": "征求意见稿公示选在本平台，公众可以全文查阅报告书、在线填写意见表。",
    "newspaper_choice": "选用临汾日报（演示），在项目所在地发行，公众容易买到和借阅。",
    "posting_choice": "评价范围内的南滩村、东河村都在村务公开栏张贴，公告栏位于村委会门口。",
    "analysis": "意见集中在扬尘、噪声和下游水井，没有对预测结论和监测方法的质疑。",
    "report_changes": "料棚靠村一侧改为双层封闭，加种防尘林带，补设下游监测井，补测西墙外噪声。",
}


def load_statement(*, record: NoticeRecord, project: Project, staff: Any, now: datetime) -> None:
    """File newspaper pages, posting photos, viewing log, the first round and the author's parts; the pledge stays missing."""
    if record.published_on is None or record.last_day is None:
        raise ValueError("the demo notice is not published")
    page, first, last = record.page, record.published_on, record.last_day
    for number, paper in enumerate(page.newspaperinsertions.all(), start=1):
        paper.published_on, paper.issue = paper.planned_on, "第4版"
        file_evidence(evidence=paper, uploads=[_page(f"NEWSPAPER {number}")], user=staff, now=now)
    for posting in page.sitepostings.all():
        posting.removed_on = last + _DAY
        for moment, day in ((PhotoMoment.START, first), (PhotoMoment.END, last + _DAY)):
            photo = _photo(f"POSTING {posting.pk} {day}")
            file_evidence(evidence=posting, uploads=[photo], user=staff, now=now, moment=moment)
    for offset, visitors in enumerate(_VISITORS):
        viewing = PaperViewing(
            notice=page,
            place="安泽县府城镇南滩路8号门房",
            viewed_on=first + (offset * 4) * _DAY,
            visitors=visitors,
        )
        file_evidence(evidence=viewing, uploads=[], user=staff, now=now)
    decide_depth(
        record=record,
        choice=DepthChoice.NONE,
        reason="没有对预测结论、环境保护措施提出质疑的意见，逐条答复即可。",
        user=staff,
        now=now,
    )
    _first_round(project, first - 30 * _DAY, staff, now)
    write_parts(project=project, texts=_TEXTS, user=staff, now=now)


def _first_round(project: Project, day: date, staff: Any, now: datetime) -> None:
    Project.objects.filter(pk=project.pk).update(contracted_on=day - 5 * _DAY)
    row = ElsewhereRound(
        project=project,
        round=NoticeKind.FIRST_ROUND,
        channel="website",
        name="安泽县人民政府网站（虚构）",
        url="https://www.example.com/eia/nantan-1",
        started_on=day,
        content="项目名称、建设内容、现有工程及其环境保护情况，建设单位和编制单位的名称和联系方式，公众意见表链接，提交方式。",
        counts={"web": 0, "phone": 0},
    )
    record_elsewhere(row=row, uploads=[_page("WEBSITE")], user=staff, now=now)


def _page(words: str) -> ContentFile[bytes]:
    return _picture(words, (700, 960), 255)


def _photo(words: str) -> ContentFile[bytes]:
    return _picture(words, (800, 600), 225)


def _picture(words: str, size: tuple[int, int], ground: int) -> ContentFile[bytes]:
    """Return a picture that says what it stands for; Pillow's own font knows no Chinese."""
    image = Image.new("L", size, ground)
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, size[0] - 20, size[1] - 20), outline=90, width=3)
    draw.text((60, 60), f"DEMO  {words}", fill=0, font_size=32)
    for top in range(150, size[1] - 60, 34):
        draw.line((60, top, size[0] - 60, top), fill=170, width=8)
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return ContentFile(buffer.getvalue(), name=f"{words.lower().replace(' ', '-')}.png")

"""Values behind labels, names of companies, and masks: what several readers of fields share."""

from __future__ import annotations

import re
from collections.abc import Iterator

from notices.importer.reading import Reading, Span, trimmed

_LABELS = (
    r"(?:建设)?(?:项目|工程)(?:的)?(?:名称|代码|地点|性质|概况|概要|内容|投资|位置|选址|规模)|建设(?:地[点址]|性质|单位|内容|规模)|联 ?系|通[讯信]|地 ?址|邮 ?[箱编政]|电 ?话|传 ?真"
    r"|电子|手机|环评|评价(?:单位|机构)|编制单位|总?投资|附件|网址|链接|主要"
)
_VALUE_END = re.compile(
    rf"[\n;。|]|\((?:盖章|公章|章)\)|[ ]+(?=(?:{_LABELS}))|[ ]+(?=[㐀-鿿 ]{{2,14}}[:])|\?*(?<=[㐀-鿿)?])(?=(?:联 ?系 ?人|联系电话|联系方式|联系地址|通[讯信]地址|地 ?址|电 ?话|邮 ?箱|邮 ?编)[:])|[,](?=(?:{_LABELS}|项目))|[ ](?=[一二三四五六七八九十(（\d]{{1,3}}[、)])"
)
_MASK = re.compile(r"[*＊ ]+|\((?:略|\.\.\.)\)")
_NO_NAME = re.compile(r"(?:集团)?(?:股份)?(?:有限)?(?:责任)?(?:公司|分公司)?(?:单位)?")
COMPANY_END = (
    r"(?:公司|集团|分公司|厂|矿|管理局|管理委员会|管委会|人民政府|办事处|委员会|交通运输[局厅]|水[利务]局|[㐀-鿿]{2}局|[㐀-鿿]{2}厅|医院|大学|学院|研究院|研究所|设计院"
    r"|中心|办公室|指挥部|合作社|养殖场|电站|电厂|支队|[㐀-鿿]处|部队|银行|基地|事务所|筹建处|项目部|机构|协会)"
)
COMPANY = rf"[㐀-鿿A-Za-z0-9()*·]{{2,45}}?{COMPANY_END}(?:\([^()\n]{{1,20}}\))?(?:[㐀-鿿]{{0,12}}?(?:分公司|分局|项目部))?"
COMPANY_PREFIX = re.compile(
    r"(?P<name>[㐀-鿿A-Za-z0-9()·*]{2,40}?(?:公司(?:[㐀-鿿]{1,8}?分公司)?|管理委员会|管委会|人民政府|[㐀-鿿]{2}局))(?=[^,。]{2,})"
)


def field_value(reading: Reading, label: str, *, within: Span | None = None) -> Iterator[Span]:
    """Yield the values written behind a label (``建设地点:…``), in order."""
    region = within or Span(0, len(reading.text))
    pattern = re.compile(
        rf"(?:(?<![㐀-鿿])|(?<=[项本该拟]))(?:本|该|拟)?(?:{label})(?:\([^()\n]{{0,12}}\))?(?: ?[:] ?|[ \n]{{0,2}}\n)"
    )
    for match in pattern.finditer(reading.text, region.start, region.end):
        end = _VALUE_END.search(reading.text, match.end(), region.end)
        span = trimmed(reading, Span(match.end(), end.start() if end else region.end))
        if span.end > span.start:
            yield span


def is_masked(text: str) -> bool:
    """Return whether nothing but mask and legal form is left of a name."""
    return not _MASK.sub("", text) or bool(_NO_NAME.fullmatch(_MASK.sub("", text)))

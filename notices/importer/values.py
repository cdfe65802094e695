"""Values behind labels, names of companies, and masks: what several readers of fields share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from notices.importer.reading import Reading, Span, trimmed

# How items are numbered: 一、 (一) 第一条 【一】 1、 1. 1) (1) ① ⑴ 1.1 and what is left of them when a page lost its digits.
NUMBER = (
    r"(?:第?[一二三四五六七八九十]{1,3}\s?[、.,:)]|第[一二三四五六七八九十\d]{1,3}[条项][、. ]?|\([一二三四五六七八九十\d]{0,3}\)|【[一二三四五六七八九十\d]{1,3}】"
    r"|(?<![\d*])[\d*]{1,2}[、.)](?![\d*])|[①-⒛]|(?<![\d.])(?:\d\.){1,2}\d(?=[ 、㐀-鿿]))"
)
# Words with which the label of another field begins; a value ends before them.
_LABELS = (
    r"(?:建设)?(?:项目|工程)(?:的)?(?:名称|代码|地点|性质|概况|概要|内容|投资|位置|选址|规模)|建设(?:地[点址]|性质|单位|内容|规模)|联 ?[系络]|通[讯信]|地 ?址|邮 ?[箱编政]|电 ?话|传 ?真"
    r"|电子|手 ?机|环评|环境影响评价(?:单位|机构)|评价(?:单位|机构)|编制(?:单位|机构)|总?投资|附件|网址|链接|主要|办公电话|咨询|收[件信]人|提取码|E-?mail|Tel|单位地址|单位名称|机构名称"
)
_VALUE_END = re.compile(
    rf"[\n;。|]|\((?:盖章|公章|章)\)|[ ]+(?=(?:{_LABELS}))|[ ]+(?=[㐀-鿿 ]{{2,14}}[:])|\?*(?<=[㐀-鿿)?])(?=(?:联 ?系 ?人|联系电话|联系方式|联系地址|通[讯信]地址|地 ?址|电 ?话|邮 ?箱|邮 ?编)[:])"
    rf"|[,](?=(?:{_LABELS}|项目))|[ ](?={NUMBER})|(?<=[㐀-鿿])(?=[一二三四五六七八九十]、)",
    re.IGNORECASE,
)
_OTHER_LABEL = re.compile(
    rf"(?:{NUMBER})? ?(?:{_LABELS})[㐀-鿿 ]{{0,8}}(?:\([^()\n]{{0,10}}\))?[:|]", re.IGNORECASE
)
_MASK = re.compile(r"[*＊ ]+|登录后(?:可)?查看|\((?:略|\.\.\.)\)")
_NO_NAME = re.compile(r"(?:集团)?(?:股份)?(?:有限)?(?:责任)?(?:公司|分公司)?(?:单位)?")
COMPANY_END = (
    r"(?:公司|集团|分公司|[厂矿局段]|(?<!网)站|委员会|管委会|(?:人民)?政府|办事处|中心|办公室|指挥部|合作社|[养牧林农殖猪鸡]场|大学|学院|[中小]学|医院|[究计学察测]院"
    r"|[研究务理设计验护测]所|[㐀-鿿]处|大?队|部队|银行|基地|筹建处|项目部|机构|协会|供电所|[㐀-鿿]{2}委|军区|监狱)"
)
COMPANY = rf"[㐀-鿿〇A-Za-z0-9()*·]{{2,45}}?{COMPANY_END}(?:\([^()\n]{{1,20}}\))?(?:[㐀-鿿]{{0,12}}?(?:分公司|分局|项目部))?"
COMPANY_PREFIX = re.compile(
    r"(?P<name>[㐀-鿿A-Za-z0-9()·*]{2,40}?(?:公司(?:[㐀-鿿]{1,8}?分公司)?|管理委员会|管委会|人民政府|[㐀-鿿]{2}局))(?=[^,。]{2,})"
)


def field_value(reading: Reading, label: str, *, within: Span | None = None) -> Iterator[Span]:
    """Yield the values written behind a label, in order: ``建设地点:…``, on the line below it, or in the next cell of a table."""
    region = within or Span(0, len(reading.text))
    for match in _labelled(label).finditer(reading.text, region.start, region.end):
        end = _VALUE_END.search(reading.text, match.end(), region.end)
        span = trimmed(reading, Span(match.end(), end.start() if end else region.end))
        if span.end > span.start and not _OTHER_LABEL.match(reading.text, span.start):
            yield span


@cache
def _labelled(label: str) -> re.Pattern[str]:
    named = rf"(?:本|该|拟)?(?:{label})(?:\([^()\n]{{0,12}}\))?"
    return re.compile(
        rf"(?:(?<![㐀-鿿])|(?<=[项本该拟])){named}(?: ?[:] ?(?:\n ?(?=[㐀-鿿]))?| ?\| ?|[ \n]{{0,2}}\n)"
        rf"|(?:^|(?<=[\n|;])) *(?:{NUMBER})? *{named} {{1,4}}(?=[㐀-鿿*(“])"
    )


def is_masked(text: str) -> bool:
    """Return whether nothing but mask and legal form is left of a name."""
    return not _MASK.sub("", text) or bool(_NO_NAME.fullmatch(_MASK.sub("", text)))

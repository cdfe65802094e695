"""What is read from a page, and what is not."""

from __future__ import annotations

import re

import pytest

from notices.importer.parser import ParsedNotice, parse_page
from tests.notices.importer.pages import ACCEPTANCE, ARTICLE, FIRST_ROUND, PRE_APPROVAL, WHOLE


def only(text: str) -> ParsedNotice:
    [notice] = parse_page(text)
    return notice


def test_a_whole_notice_is_read_completely() -> None:
    notice = only(WHOLE)
    assert (notice.kind, notice.truncated, notice.missing_items) == ("second_round", False, [])
    assert notice.project_name == "青石县长河建材有限公司年产30万吨骨料生产线扩建项目"
    assert (notice.proponent, notice.consultant) == ("青石县长河建材有限公司", "华岳生态咨询有限公司")
    assert (notice.location, notice.nature, notice.investment_wan_yuan) == (
        "青石县东湾镇柳树沟",
        "扩建",
        12000.0,
    )
    assert (notice.contact_name, notice.contact_phone, notice.contact_email) == (
        "钱工",
        "0999-1234567",
        "qian@example.cn",
    )
    assert notice.draft_report_url == "https://www.example.cn/draft/12.pdf"
    assert notice.opinion_form_url == "https://www.example.cn/form/12.docx"
    assert notice.paper_copy_place == "青石县东湾镇文化站"
    assert notice.public_scope == "柳树沟村、上河村的村民和其他受影响的单位"
    assert set(notice.how_to_comment) == {"letter", "email", "phone"}
    assert notice.window_text == "2023年5月8日至2023年5月22日，共10个工作日"
    assert (notice.window_start, notice.window_end, notice.window_working_days) == (
        "2023-05-08",
        "2023-05-22",
        10,
    )
    assert (notice.publication_date, notice.signature_unit) == ("2023-05-08", "青石县长河建材有限公司")
    assert notice.doubts == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (FIRST_ROUND, "first_round"),
        (PRE_APPROVAL, "pre_approval"),
        (ACCEPTANCE, "acceptance"),
        (ARTICLE, "other"),
        ("", "other"),
    ],
)
def test_a_page_has_the_kind_of_its_round(text: str, kind: str) -> None:
    assert only(text).kind == kind


def test_the_proponent_and_the_consultant_keep_their_own_telephones() -> None:
    notice = only(FIRST_ROUND)
    assert (notice.proponent, notice.consultant) == ("云岭县南坡新能源有限公司", "华岳生态咨询有限公司")
    assert (notice.contact_name, notice.contact_phone) == ("孙工", "0998-7654321")
    assert notice.consultant_contact_phone == "0998-1112223"


def test_a_window_counted_from_publication_has_no_invented_dates() -> None:
    text = WHOLE.replace("2023年5月8日至2023年5月22日，共10个工作日。", "自本公示发布之日起10个工作日内。")
    notice = only(text)
    assert notice.window_text == "自本公示发布之日起10个工作日内"
    assert (notice.window_start, notice.window_end, notice.window_working_days) == (None, None, 10)


def test_a_term_for_asking_for_the_paper_copy_is_not_the_window() -> None:
    text = WHOLE.replace("请到青石县东湾镇文化站查阅", "自公示起5个工作日内可向建设单位索取")
    text = text[: text.index("六、")]
    assert only(text).window_text is None


def test_an_end_before_the_start_gives_no_dates_but_a_doubt() -> None:
    notice = only(WHOLE.replace("至2023年5月22日", "至2022年5月22日"))
    assert (notice.window_start, notice.window_end) == (None, None)
    assert [doubt.field for doubt in notice.doubts] == ["window_text"]


def test_an_end_without_year_and_month_takes_those_of_the_start() -> None:
    notice = only(WHOLE.replace("至2023年5月22日", "-22日"))
    assert (notice.window_start, notice.window_end) == ("2023-05-08", "2023-05-22")


def test_a_heading_without_its_link_leaves_the_item_missing() -> None:
    text = WHOLE.replace("https://www.example.cn/draft/12.pdf", "").replace(
        "https://www.example.cn/form/12.docx", ""
    )
    assert only(text).missing_items == ["draft_report_link_and_paper_copy", "opinion_form_link"]


def test_attachments_and_masked_addresses_are_told_from_links() -> None:
    text = WHOLE.replace("网络链接：https://www.example.cn/draft/12.pdf", "网络链接：见附件1").replace(
        "https://www.example.cn/form", "******/form"
    )
    notice = only(text)
    assert (notice.draft_report_url, notice.draft_link_kind) == ("附件1", "attachment")
    assert (notice.opinion_form_url, notice.form_link_kind) == ("******/form/12.docx", "masked_url")


def test_traditional_characters_with_pinyin_are_read_and_kept_as_they_are() -> None:
    text = FIRST_ROUND.replace("联系人：孙工", "聯(lián)系人：嚴(yán)經(jīng)理").replace(
        "环境", "環(huán)境"
    )
    notice = only(text)
    assert notice.kind == "first_round"
    assert notice.contact_name == "嚴(yán)經(jīng)理"


def test_a_text_without_line_breaks_is_read_as_well() -> None:
    notice = only(" ".join(WHOLE.splitlines()))
    assert notice.project_name == "青石县长河建材有限公司年产30万吨骨料生产线扩建项目"
    assert (notice.contact_name, notice.contact_phone) == ("钱工", "0999-1234567")
    assert (notice.window_start, notice.missing_items) == ("2023-05-08", [])


def test_an_empty_mask_is_no_name() -> None:
    notice = only(WHOLE.replace("青石县长河建材有限公司", "******有限公司"))
    assert notice.proponent is None


def test_a_text_cut_in_a_sentence_is_truncated() -> None:
    notice = only(WHOLE[: WHOLE.index("可以用信函") + 8])
    assert notice.truncated
    assert notice.window_text is None


def test_a_title_printed_twice_is_one_notice() -> None:
    title = WHOLE.splitlines()[0]
    assert len(parse_page(f"{title}\n2023-05-08\n{WHOLE}")) == 1


def test_two_notices_between_articles_are_two_and_nothing_else() -> None:
    other = WHOLE.replace("青石县长河建材有限公司", "白塔县北山石业有限公司")
    page = f"{ARTICLE * 6}\n{WHOLE}\n{ARTICLE}\n{other}\n{ARTICLE}"
    notices = parse_page(page)
    assert [notice.proponent for notice in notices] == ["青石县长河建材有限公司", "白塔县北山石业有限公司"]
    assert all("春耕" not in notice.source_text and not notice.truncated for notice in notices)


def test_a_column_that_breaks_off_truncates_its_notice() -> None:
    cut = (
        WHOLE[: WHOLE.index("建设性质")]
        + "建设内容：新建破碎车间和成品库，并对原有的输送廊道进行封闭改造，同时配套建设除尘、降噪和废水沉淀回用设施，废石由外运改为"
    )
    [notice] = parse_page(f"{ARTICLE * 6}\n{cut}\n（上接1版）\n{ARTICLE}")
    assert notice.truncated
    assert "春耕" not in notice.source_text


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("项目名称：", "项目名称为：项目名称", "project_name"),
        ("柳树沟\n", "柳树沟東側\n", "location"),
        ("0999-1234567", "18800000000", "contact_phone"),
        ("信函、电子邮件或者", "信函 and 电子邮件或者", "source_text"),
        ("https://www.example.cn/form/12.docx", "http://www.example.cn/draft/12.pdf", "opinion_form_url"),
    ],
)
def test_what_looks_wrong_is_a_doubt_at_its_field(old: str, new: str, field: str) -> None:
    doubts = only(WHOLE.replace(old, new)).doubts
    assert field in {doubt.field for doubt in doubts}
    assert all(doubt.remark for doubt in doubts)


def test_what_a_draft_can_use_besides_is_read() -> None:
    text = WHOLE.replace("邮箱：", "传真：0999-7654321\n邮箱：").replace(
        "建设性质：", "建设内容及规模：新建破碎车间1座；配套除尘设施。\n建设性质："
    )
    notice = only(text)
    assert notice.contact_address == "青石县东湾镇工业路8号"
    assert (notice.contact_phone, notice.contact_fax) == ("0999-1234567", "0999-7654321")
    assert notice.construction_content == "新建破碎车间1座；配套除尘设施"
    assert notice.villages == ["柳树沟村", "上河村"]


def test_the_address_of_the_consultant_is_not_the_proponents() -> None:
    text = FIRST_ROUND.replace("联系人：周工", "地址：北山市创新路3号\n联系人：周工")
    assert only(text).contact_address is None
    own = text.replace("联系人：孙工", "地址：云岭县南坡乡风电路1号\n联系人：孙工")
    assert only(own).contact_address == "云岭县南坡乡风电路1号"


def test_every_place_of_the_paper_copy_is_read() -> None:
    text = WHOLE.replace(
        "请到青石县东湾镇文化站查阅。", "请到青石县东湾镇文化站查阅；也可到柳树沟村村民委员会查阅。"
    )
    notice = only(text)
    assert notice.paper_copy_places == ["青石县东湾镇文化站", "柳树沟村村民委员会"]
    assert notice.paper_copy_place == "青石县东湾镇文化站"


def test_one_contact_below_both_units_serves_the_notice() -> None:
    text = (
        WHOLE.replace("联系人：钱工", "")
        .replace("联系电话：0999-1234567", "")
        .replace("邮箱：qian@example.cn", "")
    )
    notice = only(text.replace("建设地点", "联系人：钱工\n联系电话：0999-1234567\n建设地点", 1))
    assert (notice.contact_name, notice.contact_phone, notice.consultant_contact_phone) == (
        "钱工",
        "0999-1234567",
        None,
    )


@pytest.mark.parametrize(
    "number", ["一、", "(一)", "1、", "1.", "①", "第一条 ", "【一】", "\u3000\u3000一、", ""]
)
def test_a_heading_is_one_however_it_is_numbered(number: str) -> None:
    text = re.sub(r"(?m)^[一二三四五六]、", number, WHOLE)
    notice = only(text)
    assert (notice.public_scope, notice.missing_items) == ("柳树沟村、上河村的村民和其他受影响的单位", [])


@pytest.mark.parametrize("between", ["\t", " | ", "：\n", "\n", "："])
def test_a_label_stands_before_above_or_beside_its_value(between: str) -> None:
    notice = only(WHOLE.replace("联系人：", f"联系人{between}").replace("建设单位：", f"建设单位{between}"))
    assert (notice.proponent, notice.contact_name) == ("青石县长河建材有限公司", "钱工")

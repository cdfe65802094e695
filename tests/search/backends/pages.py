"""The pages that search engines are asked for."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command
from modelsearch.backends import get_search_backend
from pytest_django.fixtures import Settings
from wagtail.models import Page

TEXTS = {
    "选矿": "安泽县示例选矿有限公司尾矿干排项目环境影响报告书征求意见稿公示",
    "煤矸石": "古县示例煤业煤矸石综合利用项目，场址在罗汉沟",
    "防渗": "库底铺设HDPE防渗膜，面积15.48hm²，执行GB/T14848-2017",
    "代码": "项目代码2202-141026-89-05-701804，占地5.48hm²",
    "繁体": "尾礦庫環境影響評價，鋪設防滲膜",
    "生僻": "赵家𬒔村与㟃沟村的地下水",
    "断行": "渗 滤\n液收集池；PM2.5年均值",
    "标点": "尾矿，干排。渗滤，液",
}


def pages_in_index(settings: Settings, folder: Path) -> dict[str, Page]:
    """Return pages in an empty index of the engine that SEARCH_URL names, of Whoosh when it names none."""
    engine = dict(settings.WAGTAILSEARCH_BACKENDS["default"])
    if "PATH" in engine:
        engine["PATH"] = str(folder / "index")
    if "INDEX_PREFIX" in engine:
        engine["INDEX_PREFIX"] += "tests_"
    settings.WAGTAILSEARCH_BACKENDS = {"default": engine}
    if "PATH" in engine:
        # Without it the first change would bring every page there is into the new index.
        get_search_backend("default").reset_indexes()
    root = Page.get_first_root_node() or Page.add_root(title="root", slug="root")
    pages = {
        name: root.add_child(title=text, slug=f"s{number}")
        for number, (name, text) in enumerate(TEXTS.items())
    }
    if "INDEX_PREFIX" in engine:
        # A server shows what was written a moment later, and has no table that is emptied after each test.
        rebuild()
    return pages


def rebuild() -> None:
    """Build the index anew from the database."""
    call_command("wagtail_update_index", verbosity=0, stdout=StringIO())

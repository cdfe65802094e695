"""In words: what can be found while the index is not as it should be."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.search.backends import get_search_backend

_REBUILDING: Final = _("搜索用的索引正在重建，暂时搜索不到，请过几分钟再试，或者从公示列表查看。")
_PUBLIC: Final[dict[str, str | Promise]] = {
    "old": _("搜索用的索引正在更新，个别内容可能暂时搜索不到。"),
    "absent": _REBUILDING,
    "unreadable": _REBUILDING,
    "unsafe": _("搜索暂时不可用，请从公示列表查看。"),
    "busy": _("搜索暂时不可用，请过几分钟再试，或者从公示列表查看。"),
}
_OPERATORS: Final[dict[str, str | Promise]] = {
    "old": _("正在按新版本重建，完成前由旧索引应答"),
    "absent": _("正在重建，完成前搜索不到内容"),
    "unreadable": _("索引损坏或属于旧版本，正在重建，完成前搜索不到内容"),
    "unsafe": _("索引目录的权限不安全，检索已停用，请维护人员按系统日志的提示修正"),
    "busy": _("系统的内存或者可打开的文件暂时不够，搜索不到内容，请维护人员查看系统日志"),
}


def condition() -> str:
    """Return what the engine says of its index, "good" for engines that say nothing."""
    ask = getattr(get_search_backend(), "condition", None)
    return "good" if ask is None else str(ask().value)


def answers() -> bool:
    """Tell whether what is not found is not there."""
    return condition() in ("good", "old")


def words_for_all() -> str | Promise:
    """Return the sentence beside results that cannot be complete now; empty when they can."""
    return _PUBLIC.get(condition(), "")


def words_for_operators() -> str:
    """Return what is the matter with the index; empty while nothing is."""
    return str(_OPERATORS.get(condition(), ""))

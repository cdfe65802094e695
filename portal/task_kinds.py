"""The table of background tasks: what each does, in words for the operator, and whether it may run again after a failure.

Every task of ours and of the packages we use stands here; `tests/portal/test_task_kinds.py` finds those that do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Waiting times before the second, third … attempt: a short trouble is over soon, a long one is not hammered.
PAUSES: Final = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class TaskKind:
    """One kind of task.

    ``repeats`` says that it is idempotent: running it twice, or after it was broken off, leaves the same as once.
    Others fail at once and wait for a person.
    """

    label: str | Promise
    repeats: bool = True


KINDS: Final[dict[str, TaskKind]] = {
    "notices.tasks.look_at_upload": TaskKind(_("检查上传的文件")),
    "notices.tasks.recompute_running_windows": TaskKind(_("按新的节假日安排重算期限")),
    "notices.outbox.tasks.send_queued_mail": TaskKind(_("发送邮件")),
    "notices.outbox.tasks.send_queued_mails": TaskKind(_("发送邮件")),
    "notices.subscriptions.tasks.tell_subscribers": TaskKind(_("给订阅者准备邮件")),
    "notices.opinions.tasks.mail_answer": TaskKind(_("准备答复邮件")),
    "notices.exports.tasks.run_job": TaskKind(_("生成导出或打包文件")),
    "notices.archive.tasks.make_notice_archives": TaskKind(_("生成公示存档")),
    "notices.archive.tasks.make_notice_volumes": TaskKind(_("生成意见卷册")),
    "search.tasks.read_attachment": TaskKind(_("读取报告全文")),
    "search.tasks.read_words": TaskKind(_("统计报告用词")),
    "search.tasks.compare_index": TaskKind(_("核对搜索索引")),
    "search.backends.whoosh.tasks.write_changes": TaskKind(_("更新搜索索引")),
    "search.backends.rebuilding.rebuild_index": TaskKind(_("重建搜索索引")),
    "modelsearch.tasks.insert_or_update_object_task": TaskKind(_("更新搜索索引")),
    "wagtail.tasks.update_reference_index_task": TaskKind(_("更新引用关系")),
    "wagtail.tasks.delete_file_from_storage_task": TaskKind(_("删除不再使用的文件")),
    "wagtail.images.tasks.set_image_focal_point_task": TaskKind(_("识别图片主体"), repeats=False),
}
_OTHER: Final = TaskKind(_("其他后台任务"), repeats=False)


def kind_of(task_path: str) -> TaskKind:
    """Return the kind of a task by its dotted path; an unknown one has no promise to keep and is not run again."""
    return KINDS.get(task_path, _OTHER)


def pause_after(task_path: str, attempts: int) -> timedelta | None:
    """Return how long to wait after that many attempts, None when a task is not tried again."""
    if not kind_of(task_path).repeats or attempts > len(PAUSES):
        return None
    return PAUSES[max(attempts, 1) - 1]

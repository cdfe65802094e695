"""The table of tasks is complete: each has a name for people and says whether it may run twice."""

from __future__ import annotations

import pkgutil
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.utils.module_loading import import_string
from django_tasks.base import Task

from portal.task_kinds import KINDS, PAUSES, pause_after


def defines_tasks(module: pkgutil.ModuleInfo) -> bool:
    """Whether a module has a task of its own."""
    place = module.module_finder.find_spec(module.name)  # type: ignore[call-arg]
    return bool(place and place.origin and "\n@task(" in Path(place.origin).read_text(encoding="utf-8"))


def tasks_in_the_code() -> set[str]:
    """Return the dotted paths of all tasks of the installed apps and of our packages."""
    names = {f"{config.name}.tasks" for config in apps.get_app_configs()} | {"modelsearch.tasks"}
    for package in ("notices", "search", "portal"):
        found = pkgutil.walk_packages(import_module(package).__path__, f"{package}.")
        names |= {module.name for module in found if defines_tasks(module)}
    tasks = set()
    for name in names:
        try:
            module = import_module(name)
        except ModuleNotFoundError:
            continue
        tasks |= {value.module_path for value in vars(module).values() if isinstance(value, Task)}
    return tasks


def test_every_task_stands_in_the_table_and_the_table_names_no_other() -> None:
    assert tasks_in_the_code() == set(KINDS)
    for path in KINDS:
        assert isinstance(import_string(path), Task)


def test_pauses_grow_and_end() -> None:
    path = "notices.tasks.look_at_upload"
    assert [pause_after(path, attempts) for attempts in range(1, 6)] == [*PAUSES, None]
    assert sorted(PAUSES) == list(PAUSES)
    assert pause_after("somebody.elses.task", 1) is None
    assert max(PAUSES) <= timedelta(hours=1)

"""Which project a notice belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from notices.models.project import Project

if TYPE_CHECKING:
    from notices.models.pages import NoticePage


def project_of(page: NoticePage) -> Project | None:
    """Return the project of a notice: the chosen one, else the proponent's one of the same code or name; None for a new one."""
    if page.project is not None or not page.path:
        return page.project
    projects = Project.objects.filter(proponent__path=page.path[: -page.steplen])
    if page.project_code and (known := projects.filter(code=page.project_code).first()):
        return known
    # Two projects may share a name; they are one only where at most one of them has a code.
    same_name = projects.filter(name=page.project_name)
    return (same_name.filter(code="") if page.project_code else same_name).first()

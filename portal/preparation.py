"""Bringing an installation to the state the code expects: tables, page tree and roles, demo content."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from portal.bootstrap import bootstrap


def prepare() -> None:
    """Migrate what has to be migrated, create what is missing, change nothing that people entered."""
    for alias in databases_behind():
        call_command("migrate", database=alias, interactive=False, verbosity=0)
    bootstrap()
    if settings.DEMO_ALLOWED:
        call_command("load_demo")


def databases_behind() -> list[str]:
    """Return the aliases of the databases on which migrations are outstanding."""
    behind = []
    for alias in connections:
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            behind.append(alias)
    return behind

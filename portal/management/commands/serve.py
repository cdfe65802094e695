"""manage.py serve: web server, task workers and clock together, under one supervisor."""

import os
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from socket import socket
from typing import IO, Any

from django.conf import settings
from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from portal.backups.unfinished import refuse_unfinished
from portal.preparation import databases_behind, prepare
from portal.processes import Supervisor, die_with_parent
from portal.serving import (
    AddressInUse,
    DataFolderInUse,
    listen,
    lock_data_folder,
    programs,
    reserve_address,
)


def port_number(text: str) -> int:
    """Return a port, or say how to write one."""
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise ArgumentTypeError(f"端口 {text!r}：写 1 到 65535 的整数。")


class Command(BaseCommand):
    """Start the portal and keep it running until Ctrl-C or SIGTERM."""

    help = "Runs web server, task workers and clock until Ctrl-C. PORT and HOST choose the address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--setup", action="store_true", help="first bring tables, pages and roles up to date"
        )
        parser.add_argument("--port", type=port_number, default=os.environ.get("PORT") or "8000")
        parser.add_argument(
            "--with-parent", action="store_true", help="also stop when the process that started this one dies"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Reserve address and data folder, set up, then supervise."""
        if options["with_parent"]:
            die_with_parent(os.getppid())
        host, port = os.environ.get("HOST") or "127.0.0.1", options["port"]
        if os.environ.get("PORT", "8000") != str(port):
            # The settings derive the public address from PORT: start again with it.
            os.environ["PORT"] = str(port)
            os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606
        refuse_unfinished()
        try:
            listener, lock = self._reserve(host, port)
            with listener, lock:
                self._prepare(setup=options["setup"])
                self._begin(listener, host, port)
                connections.close_all()
                code = Supervisor(programs(listener)).run()
        except KeyboardInterrupt:
            code = 0
        self.stdout.write("\n平台已停止。")
        sys.exit(code)

    def _reserve(self, host: str, port: int) -> tuple[socket, IO[str]]:
        try:
            listener = reserve_address(host, port)
        except AddressInUse as error:
            raise CommandError(_address_in_use(port)) from error
        except OSError as error:
            raise CommandError(
                f"无法监听 {host}:{port}（{error.strerror}）。请检查 HOST 和 PORT。"
            ) from error
        try:
            return listener, lock_data_folder(settings.DATA_DIR)
        except DataFolderInUse as error:
            listener.close()
            raise CommandError(
                f"数据目录 {settings.DATA_DIR} 已有平台在运行。请先停止它，或者用 PORTAL_DATA 指定另一个目录。\n"
                "A portal is already running on this data folder: stop it, or set PORTAL_DATA to another folder."
            ) from error

    def _prepare(self, *, setup: bool) -> None:
        if setup:
            began = time.monotonic()
            if databases_behind():
                self.stdout.write("正在准备数据库和内容，首次约需一两分钟 …")
                self.stdout.flush()
            prepare()
            self.stdout.write(f"数据库和内容已就绪（{time.monotonic() - began:.1f} 秒）。")
        elif behind := databases_behind():
            raise CommandError(
                f"数据库 {'、'.join(behind)} 需要更新。请先运行 manage.py serve --setup 或 manage.py migrate。"
            )
        self.check(tags=[Tags.database], databases=["default"])  # says when next year's schedule is missing

    def _begin(self, listener: socket, host: str, port: int) -> None:
        try:
            listen(listener)
        except AddressInUse as error:
            raise CommandError(_address_in_use(port)) from error
        shown = f"[{host}]" if ":" in host else host
        lines = [
            f"{settings.WAGTAIL_SITE_NAME}",
            f"  网站      http://{shown}:{port}/",
            f"  管理后台  http://{shown}:{port}/admin/",
            *_demo_accounts(settings.DATA_DIR / "demo-accounts.txt"),
            f"  数据目录  {settings.DATA_DIR}",
            "按 Ctrl-C 停止。",
        ]
        self.stdout.write("\n" + "\n".join(lines) + "\n")
        self.stdout.flush()


def _address_in_use(port: int) -> str:
    return (
        f"端口 {port} 已被其他程序占用。请换一个端口，例如：PORT={port + 1 if port < 65535 else 8000} make run\n"
        f"Port {port} is in use: choose another one with PORT."
    )


def _demo_accounts(path: Path) -> list[str]:
    if not (settings.DEMO_ALLOWED and path.exists()):
        return []
    accounts = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [f"  演示账号  {path}", *("            " + "  ".join(account) for account in accounts)]

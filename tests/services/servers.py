"""Starts a real Redis and a real PostgreSQL on the loopback, each in a folder of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis
from services.programs import needed, postgres, redis_server

_LONGEST = 60.0  # seconds until a server must be there
_TRIES = 3  # another program may take the port that was free


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    url: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End it without a farewell."""
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def start_redis(password: str | None = None) -> Iterator[Running]:
    """Run a Redis that keeps everything in memory."""

    def command(port: int, folder: Path) -> list[str]:
        secret = ["--requirepass", password] if password else []
        return [
            *(
                needed(redis_server()),
                "--port",
                str(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                str(folder),
            ),
            *("--save", "", "--appendonly", "no", *secret),
        ]

    def answers(port: int) -> None:
        with redis.Redis(port=port, host="127.0.0.1", password=password) as client:
            client.ping()

    with _folder() as folder, _started(command, answers, folder, None) as (process, port):
        secret = f":{password}@" if password else ""
        yield Running(f"redis://{secret}127.0.0.1:{port}/0", process)


@contextlib.contextmanager
def start_postgres() -> Iterator[Running]:
    """Run a PostgreSQL with one empty database, that everybody on this machine may enter."""
    # It refuses to run as root, and its package has made a user for it.
    user = "postgres" if os.name == "posix" and os.geteuid() == 0 else None

    def command(port: int, folder: Path) -> list[str]:
        return [
            *(needed(postgres("postgres")), "-D", str(folder / "data"), "-p", str(port)),
            *("-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}"),
            *("-c", "fsync=off", "-c", "max_connections=200"),
        ]

    def answers(port: int) -> None:
        psycopg.connect(
            host="127.0.0.1", port=port, user="postgres", dbname="postgres", connect_timeout=5
        ).close()

    with _folder(user) as folder:
        subprocess.run(
            [
                *(needed(postgres("initdb")), "-D", str(folder / "data"), "-U", "postgres"),
                *("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            user=user,
            group=user,
        )
        with _started(command, answers, folder, user) as (process, port):
            yield Running(f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres", process)


@contextlib.contextmanager
def _folder(user: str | None = None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="eightbyeight-services-") as name:
        if user is not None:
            shutil.chown(name, user, user)
        yield Path(name)


@contextlib.contextmanager
def _started(
    command: Callable[[int, Path], list[str]],
    answers: Callable[[int], None],
    folder: Path,
    user: str | None,
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    log = folder / "log"
    for _ in range(_TRIES):
        port = _free_port()
        with log.open("wb") as output:
            process = subprocess.Popen(
                command(port, folder),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                user=user,
                group=user,
            )
        try:
            if _is_there(process, answers, port):
                yield process, port
                return
        finally:
            _end(process)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')}")


def _is_there(process: subprocess.Popen[bytes], answers: Callable[[int], None], port: int) -> bool:
    ends = time.monotonic() + _LONGEST
    while process.poll() is None and time.monotonic() < ends:
        try:
            answers(port)
        except (redis.RedisError, psycopg.OperationalError):
            time.sleep(0.02)
        else:
            return True
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)  # to both: end now, in good order
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])

"""What every test runs under: no network, none of the user's settings, the same random examples each time."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings

from rag.errors import WeightsMissing
from rag.models.registry import E5, USE, weight_path
from tests import postgres

for name in [name for name in os.environ if name.startswith("RAG_") and name != "RAG_MODELS"]:
    del os.environ[name]
os.environ["HF_HUB_OFFLINE"] = "1"

settings.register_profile(
    "quick", max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", max_examples=2000, deadline=None)
settings.load_profile("quick")

LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """A connection to anywhere but this machine fails the test that tries it."""

    def guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
        def to(self: socket.socket, address: Any) -> Any:
            if self.family != socket.AF_UNIX and not str(address[0]).startswith(LOOPBACK):
                raise AssertionError(f"a test tried to reach the network: {address}")
            return connect(self, address)

        return to

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
        yield


@pytest.fixture(scope="session")
def use_weights() -> Path:
    """The default embedder's weights."""
    return _pulled(USE)


@pytest.fixture(scope="session")
def e5_weights() -> Path:
    """The 4-bit file of multilingual-e5-small."""
    return _pulled(E5)


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A PostgreSQL server with pgvector."""
    pytest.importorskip("psycopg_pool", reason="no driver for PostgreSQL: pip install '.[postgres]'")
    with tempfile.TemporaryDirectory(prefix="yinju-") as folder:
        Path(folder).chmod(0o755)
        try:
            with postgres.running(Path(folder)) as started:
                yield started
        except postgres.NoServer as error:
            pytest.skip(str(error))


@pytest.fixture
def database(server: postgres.Server) -> Iterator[str]:
    """The URL of an empty database of the test's own."""
    import psycopg

    name = f"test_{uuid4().hex}"
    with psycopg.connect(server.url(), autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}")
    yield server.url(name)
    with psycopg.connect(server.url(), autocommit=True) as db:
        db.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _pulled(name: str) -> Path:
    try:
        return weight_path(name)
    except WeightsMissing as error:
        pytest.skip(f"{error} Try: {error.hint}")

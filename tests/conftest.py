"""What every test runs under: no network, none of the user's settings, the same random examples each time."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from rag.errors import WeightsMissing
from rag.models import E5, USE, weight_path

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


def _pulled(name: str) -> Path:
    try:
        return weight_path(name)
    except WeightsMissing as error:
        pytest.skip(f"{error} Try: {error.hint}")

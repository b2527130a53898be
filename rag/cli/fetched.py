"""Web addresses among what is to be indexed: fetched first, where the network is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.config import Settings
from rag.errors import ConfigError, DocumentError
from rag.fetching import Fetcher, is_web

if TYPE_CHECKING:
    from rag.indexing.preparing import Failure


def local(paths: Sequence[str], settings: Settings) -> tuple[list[str | Path], list[Failure]]:
    """Paths with a file in the place of each web address, and the addresses that gave none.

    Raises:
        ConfigError: there are web addresses, and nothing may be fetched.
    """
    from rag.indexing.preparing import Failure

    if not settings.allow_network and any(map(is_web, paths)):
        raise ConfigError("Nothing is fetched from the web by itself.", "add --allow-network")
    fetcher = Fetcher(settings.index)
    found: list[str | Path] = []
    lost = []
    for path in paths:
        try:
            found.append(fetcher.fetch(path) if is_web(path) else path)
        except DocumentError as error:
            lost.append(Failure.of(error, path))
    return found, lost

"""Settings from four places, the later winning: defaults, a TOML file, RAG_* environment, command-line flags."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rag.errors import ConfigError

CONFIG_FILE = "yinju.toml"
ENVIRONMENT_PREFIX = "RAG_"


def cores() -> int:
    """How many cores this process may use: in a container perhaps fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a user can choose. Built and checked once, at start-up; the parts take plain arguments."""

    index: Path = Path(".yinju")
    """The index folder."""
    store: str = ""
    """The URL of a PostgreSQL server that keeps the index; the folder then keeps what the web chat saves."""
    embedder: str = "default"
    """``default``, ``hash``, or a sentence-transformers model by hub name or folder."""
    generator: str = "reader"
    """``reader``, ``extractive``, or a trained reader's folder or an encoder-decoder model by hub name or folder."""
    chunk_size: int = 440
    """Columns per chunk: a Han character counts 2, any other 1."""
    chunk_overlap: int = 0
    """Columns repeated from the chunk before."""
    passages: int = 8
    """How many passages are retrieved for a question."""
    risk: float = 0.28
    """The share of wrong answers among those given that is accepted; 1 refuses nothing for being unsure."""
    writer: str = ""
    """``URL#MODEL`` of a server with OpenAI's chat completions that says answers in its own words."""
    allow_network: bool = False
    """Whether web addresses are fetched, and the writer may be on another machine."""

    def __post_init__(self) -> None:
        if self.store and not self.store.startswith(("postgresql://", "postgres://")):
            raise ConfigError(
                f"store is {self.store!r}, which is no URL of PostgreSQL.",
                "give --store postgresql://user@host/database, or name a folder with --index",
            )
        for name, low, high in _RANGES:
            value = getattr(self, name)
            if not low <= value <= high:
                raise ConfigError(f"{name} is {value}; allowed is {low} to {high}.", f"set RAG_{name.upper()}={low}")
        if self.chunk_overlap * 2 > self.chunk_size:
            raise ConfigError(
                f"chunk_overlap is {self.chunk_overlap}, more than half of chunk_size {self.chunk_size}.",
                f"set RAG_CHUNK_OVERLAP={self.chunk_size // 4}",
            )

    @property
    def place(self) -> Path | str:
        """Where the index is: a folder, or a URL."""
        return self.store or self.index


_RANGES: tuple[tuple[str, float, float], ...] = (
    ("chunk_size", 40, 4000),
    ("chunk_overlap", 0, 2000),
    ("passages", 1, 50),
    ("risk", 0.01, 1.0),
)


def load_settings(
    flags: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Settings:
    """Merge the four sources; ``None`` among the flags means "not given".

    ``file`` defaults to ``RAG_CONFIG`` or ``yinju.toml`` in the working directory, where there is one.

    Raises:
        ConfigError: an unknown name, a value of the wrong type or out of range, or a file that is not TOML. Of the
            variables only those are refused that are almost a setting: others may be another program's.
    """
    environment = os.environ if environment is None else environment
    known = {field.name: type(field.default) for field in fields(Settings)}
    flags = flags or {}
    chosen = _from_file(file, environment, set(known))
    for name in known:
        value = environment.get(ENVIRONMENT_PREFIX + name.upper())
        if value:
            chosen[name] = value
    _refuse_misspelt(environment, known)
    _refuse_unknown(flags, known, "flags")
    chosen.update({name: value for name, value in flags.items() if value is not None})
    return Settings(**{name: _convert(name, value, known[name]) for name, value in chosen.items()})


def default_documents() -> list[Path]:
    """The files that are indexed when the user named none: in the installed package, or beside it in a checkout.

    Raises:
        ConfigError: their folder is missing.
    """
    package = Path(__file__).parent
    checkout = package.parent
    folder = checkout / "seeds" if (checkout / "pyproject.toml").is_file() else package / "seeds"
    if not folder.is_dir():
        raise ConfigError(f"The default documents are not in {folder}.", "index your own: python -m rag index FOLDER")
    return sorted(folder.glob("*.txt"))


def _from_file(file: Path | None, environment: Mapping[str, str], known: set[str]) -> dict[str, Any]:
    named = file or (Path(environment["RAG_CONFIG"]) if environment.get("RAG_CONFIG") else None)
    path = named or Path(CONFIG_FILE)
    if not path.is_file():
        if named:
            raise ConfigError(f"{path}: no such settings file.", "correct the path or unset RAG_CONFIG")
        return {}
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: not readable as TOML ({error}).", f"correct or remove {path}") from error
    _refuse_unknown(table, known, str(path))
    return table


def _refuse_unknown(names: Iterable[str], known: Iterable[str], source: str) -> None:
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise ConfigError(f"{source}: unknown setting {unknown[0]!r}; known are {', '.join(sorted(known))}.")


def _refuse_misspelt(environment: Iterable[str], known: Iterable[str]) -> None:
    names = sorted(name.upper() for name in known)
    given = {name.removeprefix(ENVIRONMENT_PREFIX) for name in environment if name.startswith(ENVIRONMENT_PREFIX)}
    for name in sorted(given.difference(names)):
        meant = get_close_matches(name, names, 1, cutoff=0.8)
        if meant:
            raise ConfigError(
                f"RAG_{name} names no setting; known are {', '.join('RAG_' + one for one in names)}.",
                f"set RAG_{meant[0]} instead, or unset RAG_{name}",
            )


_CALLED = {type(Path()): "a path", str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
_TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def _convert(name: str, value: Any, kind: type[Any]) -> Any:
    allowed = (str, Path, kind, int) if kind is float else (str, Path, kind)
    try:
        if kind is bool:
            return value if isinstance(value, bool) else _TRUTHS[str(value).lower()]
        if isinstance(value, bool) or not isinstance(value, allowed):
            raise TypeError
        if not issubclass(kind, Path):
            return kind(value)
        if not str(value):
            raise ValueError
        return Path(str(value)).expanduser()
    except (KeyError, TypeError, ValueError, RuntimeError) as error:  # RuntimeError: ~name of nobody
        raise ConfigError(
            f"{name} is {value!r}, which is not {_CALLED[kind]}.",
            f"correct {name} in {CONFIG_FILE} or RAG_{name.upper()}",
        ) from error

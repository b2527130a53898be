"""Settings from four places, the later winning: defaults, a TOML file, RAG_* environment, command-line flags."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from rag.errors import ConfigError

CONFIG_FILE = "yinju.toml"
ENVIRONMENT_PREFIX = "RAG_"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a user can choose. Built and checked once, at the edge; the parts take plain arguments."""

    index: Path = Path(".yinju")
    """The index folder."""
    embedder: str = "default"
    """``default``, ``hash``, or a sentence-transformers model by hub name or folder."""
    generator: str = "extractive"
    """``extractive``, or an encoder-decoder model by hub name or folder."""
    chunk_size: int = 440
    """Columns per chunk: a Han character counts 2, any other 1."""
    chunk_overlap: int = 0
    """Columns repeated from the chunk before."""
    passages: int = 8
    """How many passages are retrieved for a question."""
    threshold: float = 0.25
    """The confidence below which an answer is refused."""

    def __post_init__(self) -> None:
        for name, low, high in _RANGES:
            value = getattr(self, name)
            if not low <= value <= high:
                raise ConfigError(f"{name} is {value}; allowed is {low} to {high}.", f"set RAG_{name.upper()}={low}")
        if self.chunk_overlap * 2 > self.chunk_size:
            raise ConfigError(
                f"chunk_overlap is {self.chunk_overlap}, more than half of chunk_size {self.chunk_size}.",
                f"set RAG_CHUNK_OVERLAP={self.chunk_size // 4}",
            )


_RANGES: tuple[tuple[str, float, float], ...] = (
    ("chunk_size", 40, 4000),
    ("chunk_overlap", 0, 2000),
    ("passages", 1, 50),
    ("threshold", 0.0, 1.0),
)


def load_settings(
    flags: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Settings:
    """Merge the four sources; ``None`` among the flags means "not given".

    ``file`` defaults to ``RAG_CONFIG`` or ``yinju.toml`` in the working directory, where there is one.

    Raises:
        ConfigError: an unknown name, a value of the wrong type or out of range, or a file that is not TOML.
    """
    environment = os.environ if environment is None else environment
    known = {field.name: type(field.default) for field in fields(Settings)}
    flags = flags or {}
    chosen = _from_file(file, environment, set(known))
    for name in known:
        value = environment.get(ENVIRONMENT_PREFIX + name.upper())
        if value:
            chosen[name] = value
    _refuse_unknown(flags, known, "flags")
    chosen.update({name: value for name, value in flags.items() if value is not None})
    return Settings(**{name: _convert(name, value, known[name]) for name, value in chosen.items()})


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


def _convert(name: str, value: Any, kind: type[Any]) -> Any:
    allowed = (str, Path, kind, int) if kind is float else (str, Path, kind)
    try:
        if isinstance(value, bool) or not isinstance(value, allowed):
            raise TypeError
        return kind(value)
    except (TypeError, ValueError) as error:
        raise ConfigError(
            f"{name} is {value!r}, which is not a {kind.__name__}.",
            f"correct {name} in {CONFIG_FILE} or RAG_{name.upper()}",
        ) from error

"""The keys of a server: who may ask, who may also change documents, and where; kept hashed in the index folder."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag.errors import ConfigError

FILE = "keys.json"
"""In the index folder."""

ROLES = ("reader", "editor", "admin")
"""Each may do what those before it may: ask; add and delete documents; see the metrics."""

PREFIX = "yk_"
"""Keys begin with it, so that one that leaks is recognised."""

_NAME = re.compile(r"[\w.@-]{1,64}")


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key."""

    name: str
    role: str
    sha256: str
    """Of the key, in hex. A key has 256 random bits that nobody can guess: unlike a password it needs no slow hash."""
    within: tuple[str, ...] = ()
    """The collections it is limited to; all where empty."""
    since: str = ""
    """UTC, ISO 8601."""


class Keys:
    """The keys of one index folder; each call sees what the file holds then."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE

    def all(self) -> list[Key]:
        """Every key, by name.

        Raises:
            ConfigError: the file cannot be read.
        """
        try:
            entries = json.loads(self._file.read_text("utf-8"))
            return [_key(name, entry) for name, entry in sorted(entries.items())]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(f"{self._file} cannot be read ({error}).", "remove it and add keys anew") from error

    def add(self, name: str, role: str, within: Sequence[str] = ()) -> str:
        """A new key, which is told only now.

        Raises:
            ConfigError: the name is taken or cannot be one, or the file cannot be written.
        """
        if not _NAME.fullmatch(name):
            raise ConfigError(f"{name!r} cannot be the name of a key.", "use letters, digits, '.', '-', '_' and '@'")
        known = self.all()
        if any(key.name == name for key in known):
            raise ConfigError(f"There is a key {name!r} already.", f"python -m rag keys remove {name}")
        key = PREFIX + secrets.token_urlsafe(32)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        self._write([*known, Key(name, role, _hashed(key), tuple(within), since)])
        return key

    def remove(self, name: str) -> None:
        """Make a key useless, at once.

        Raises:
            ConfigError: there is none of that name.
        """
        known = self.all()
        if all(key.name != name for key in known):
            raise ConfigError(f"There is no key {name!r}.", "python -m rag keys list")
        self._write([key for key in known if key.name != name])

    def holder(self, given: str) -> Key | None:
        """The key that a request carries, if it is one."""
        sha256 = _hashed(given)
        found = [key for key in self.all() if hmac.compare_digest(key.sha256, sha256)]
        return found[0] if found else None

    def _write(self, keys: Sequence[Key]) -> None:
        """The file whole or not at all, readable by its owner only."""
        entries = {key.name: {field: value for field, value in asdict(key).items() if field != "name"} for key in keys}
        new = self._file.with_name(f"{FILE}.new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
                json.dump(entries, stream, ensure_ascii=False, indent=1)
            os.replace(new, self._file)
        except OSError as error:
            raise ConfigError(f"{self._file} cannot be written: {error}", "choose another --index") from error


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _key(name: str, entry: dict[str, Any]) -> Key:
    if entry["role"] not in ROLES:
        raise ValueError(f"{entry['role']!r} is no role")
    return Key(name, entry["role"], str(entry["sha256"]), tuple(entry["within"]), str(entry["since"]))

"""``python -m ui.passwords FILE USER``: a file of users with hashed passwords, for ``python -m ui --auth FILE``."""

from __future__ import annotations

import argparse
import base64
import getpass
import hashlib
import hmac
import os
import re
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

from rag import RagError

COST, BLOCK, LANES = 2**14, 8, 1
"""What scrypt is run with (RFC 7914): 16 MB and about 50 ms a try."""

SHORTEST = 8
"""Characters of a password."""

_HASHED = re.compile(r"[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{86}==")
"""16 and 64 bytes in base64."""


def hashed(password: str, salt: bytes | None = None) -> str:
    """``salt$hash``, both base64."""
    salt = salt or secrets.token_bytes(16)
    key = hashlib.scrypt(password.encode(), salt=salt, n=COST, r=BLOCK, p=LANES)
    return "$".join(base64.b64encode(part).decode() for part in (salt, key))


def matches(password: str, stored: str) -> bool:
    """Whether this is the password that was hashed."""
    salt = base64.b64decode(stored.partition("$")[0])
    return hmac.compare_digest(hashed(password, salt), stored)


def checker(file: Path) -> Callable[[str, str], bool]:
    """Whether a user may enter with a password, by the lines ``user:salt$hash`` of a file.

    Raises:
        RagError: the file cannot be read, or is not such a file.
    """
    users = read(file)
    if not users:
        raise RagError(f"{file} names no user.", f"python -m ui.passwords {file} USER")
    nobody = hashed(secrets.token_hex())  # an unknown name takes as long as a wrong password

    def enters(user: str, password: str) -> bool:
        return matches(password, users.get(user, nobody))

    return enters


def read(file: Path) -> dict[str, str]:
    """Users to their hashed passwords. Raises what ``checker`` does."""
    try:
        lines = [line for line in file.read_text("utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise RagError(f"{file} cannot be read ({error}).", f"python -m ui.passwords {file} USER") from error
    users = {user: stored for user, _, stored in (line.partition(":") for line in lines)}
    for number, (user, stored) in enumerate(users.items(), 1):
        if not user or not _HASHED.fullmatch(stored):
            raise RagError(f"{file}, line {number}: not user:salt$hash.", f"python -m ui.passwords {file} USER")
    return users


def main() -> int:
    """Add a user to the file, or give one another password."""
    parser = argparse.ArgumentParser("python -m ui.passwords", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("user", metavar="USER")
    given = parser.parse_args()
    try:
        if not given.user or ":" in given.user or not given.user.isprintable():
            raise RagError(f"{given.user!r} cannot be a user's name.", "leave out ':' and line breaks")
        password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        if len(password) < SHORTEST:
            raise RagError(f"The password has {len(password)} characters.", f"take at least {SHORTEST}")
        users = read(given.file) if given.file.exists() else {}
        _write(given.file, users | {given.user: hashed(password)})
    except RagError as error:
        print(f"error: {error}\n  try: {error.hint}", file=sys.stderr)
        return 2
    print(f"{given.user} may enter with: python -m ui --auth {given.file}")
    return 0


def _write(file: Path, users: dict[str, str]) -> None:
    """The file whole or not at all, readable by its owner only."""
    new = file.with_name(f"{file.name}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        stream.writelines(f"{user}:{stored}\n" for user, stored in users.items())
    os.replace(new, file)


if __name__ == "__main__":
    sys.exit(main())

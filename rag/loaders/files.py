"""Paths, folders and globs to the files to index, each with the name it is known by everywhere."""

from __future__ import annotations

import glob
import os
import stat
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

SIZE_LIMIT = 64 * 1024 * 1024
"""The largest file that is indexed, in bytes."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to index; ``name`` is its POSIX path relative to the indexed root and becomes ``Document.path``."""

    path: Path
    name: str
    root: Path = Path()
    """The folder that ``name`` starts from, absolute."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A path that will not be indexed, why, and what to do about it."""

    path: str
    reason: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a list of patterns stands for. No file is in it twice and no two files share a name."""

    files: tuple[SourceFile, ...]
    folders: tuple[Path, ...]
    """The folders that were named and searched to the end, absolute: what is not found in them is gone."""
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    path: Path
    root: Path
    named: bool
    """The user typed this very path, so a hidden or linked file is meant."""


def find_files(patterns: Sequence[str | Path], suffixes: Collection[str], size_limit: int = SIZE_LIMIT) -> Discovery:
    """The files that the patterns stand for, in the order given and by name within a folder.

    A pattern is a file, a folder (searched to any depth) or a glob (``**`` for any depth). Hidden files and folders
    are passed over in silence; everything else that is left out is listed in ``skipped``.
    """
    files: dict[str, _Found] = {}
    folders: list[Path] = []
    skipped: dict[str, Skipped] = {}
    for pattern in patterns:
        path = Path(pattern).expanduser()
        try:
            if "://" in str(pattern):
                raise _NothingThere("is a web address, not a file", "Save the page and index the file.")
            found = _expand(path)
        except _NothingThere as nothing:
            skipped.setdefault(str(pattern), Skipped(str(pattern), nothing.reason, nothing.hint))
            continue
        usable = 0
        for item in found:
            reason = _objection(item, suffixes, size_limit)
            if reason is None:
                files.setdefault(os.path.realpath(item.path), item)
                usable += 1
            else:
                skipped.setdefault(str(item.path), Skipped(str(item.path), *reason))
        if path.is_dir():
            folders.append(_absolute(path))
        if not usable and not (len(found) == 1 and found[0].named):
            skipped.setdefault(
                str(pattern), Skipped(str(pattern), "holds no file that can be indexed", _supported(suffixes))
            )
    return Discovery(_named(list(files.values())), tuple(dict.fromkeys(folders)), tuple(skipped.values()))


class _NothingThere(Exception):
    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


def _expand(path: Path) -> list[_Found]:
    root = _root(path)
    if path.is_dir():
        return [_Found(file, root, named=False) for file in _walk(path)]
    if os.path.lexists(path):
        return [_Found(path, root, named=True)]
    if glob.has_magic(str(path)):
        matches = sorted(glob.glob(str(path), recursive=True))
        if not matches:
            raise _NothingThere("matches no file", "Check the pattern; quote it if your shell expands it.")
        files = [Path(match) for match in matches if not os.path.isdir(match)]
        return [_Found(file, root, named=False) for file in files if not file.name.startswith("~$")]
    raise _NothingThere("does not exist", "Check the spelling and the folder you are in.")


def _root(path: Path) -> Path:
    """A folder is its own root, a file's is the folder it lies in, a glob's the part before the first wildcard."""
    if path.is_dir():
        return path
    if os.path.lexists(path):
        return path.parent
    parts = []
    for part in path.parts[:-1]:
        if glob.has_magic(part):
            break
        parts.append(part)
    return Path(*parts)


def _walk(folder: Path) -> Iterator[Path]:
    for directory, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            if os.path.islink(os.path.join(directory, name)):
                yield Path(directory, name)
        for name in sorted(names):
            if not name.startswith((".", "~$")):
                yield Path(directory, name)


def _objection(item: _Found, suffixes: Collection[str], size_limit: int) -> tuple[str, str] | None:
    """Reason and hint against indexing a file, or None."""
    path = item.path
    if not item.named and path.is_symlink():
        if path.is_dir():
            return "is a link to a folder", "Index that folder itself."
        if not path.resolve().is_relative_to(item.root.resolve()):
            return "is a link that leads out of the folder", "Index the file it leads to itself."
    try:
        status = path.stat()
    except OSError as error:
        return ("is a link to nothing" if path.is_symlink() else f"cannot be read ({error.strerror})"), ""
    if not stat.S_ISREG(status.st_mode):
        return "is not a regular file", ""
    if path.suffix.lower() not in suffixes:
        return f"has a type that cannot be indexed ({path.suffix or 'no ending'})", _supported(suffixes)
    return too_large(status.st_size, size_limit)


def too_large(size: int, size_limit: int) -> tuple[str, str] | None:
    """Reason and hint against a file of this size, or None."""
    if size <= size_limit:
        return None
    return (
        f"is {size / 1e6:.0f} MB, more than the {size_limit / 1e6:.0f} MB that are indexed",
        "Split it into smaller files.",
    )


def _supported(suffixes: Collection[str]) -> str:
    return f"Types that can be: {', '.join(sorted(suffixes))}."


def _named(found: Sequence[_Found]) -> tuple[SourceFile, ...]:
    """Files under their names; names that clash get as many of their root's folders in front as tell them apart."""
    files = [SourceFile(item.path, _relative(item), _absolute(item.root)) for item in found]
    for depth in range(1, 64):
        counts = Counter(file.name for file in files)
        if len(counts) == len(files):
            break
        files = [
            replace(file, name=_prefixed(item, depth)) if counts[file.name] > 1 else file
            for file, item in zip(files, found, strict=True)
        ]
    return tuple(files)


def _relative(item: _Found) -> str:
    relative = _absolute(item.path).relative_to(_absolute(item.root))
    return os.fsencode(relative.as_posix()).decode("utf-8", "replace")


def _prefixed(item: _Found, depth: int) -> str:
    return "/".join((*_absolute(item.root).parts[1:][-depth:], _relative(item)))


def _absolute(path: Path) -> Path:
    """The path from the top, ``..`` worked out and links kept."""
    return Path(os.path.abspath(path))

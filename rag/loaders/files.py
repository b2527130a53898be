"""Finds the files to index for paths, folders and globs, and gives each its name."""

from __future__ import annotations

import glob
import os
import re
import stat
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

SIZE_LIMIT = 64 * 1024 * 1024
"""The largest file that is indexed, in bytes."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to index; ``name`` is the last parts of its path, as a rule from the indexed root on, in POSIX form.

    The name becomes ``Document.path``.
    """

    path: Path
    name: str

    @property
    def absolute(self) -> str:
        """What tells this file from every other: becomes ``Document.file``."""
        return absolute_name(self.path)

    def longer_named(self) -> SourceFile:
        """The file with one more of its folders in its name; with its absolute path once there are no more."""
        parts = Path(self.absolute).parts[1:]
        known = self.name.count("/") + 1
        if known >= len(parts):
            return replace(self, name=Path(self.absolute).as_posix())
        return replace(self, name="/".join(parts[-known - 1 :]))


@dataclass(frozen=True, slots=True)
class Skipped:
    """A path that will not be indexed, why, and what to do about it."""

    path: str
    reason: str
    hint: str = ""
    missing: str = ""
    """The absolute path of what was named, where no file is at it or in it: what was indexed from there is gone."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a list of patterns stands for. No file is in it twice and no two files share a name."""

    files: tuple[SourceFile, ...]
    folders: tuple[Path, ...]
    """The folders that were named and searched to the end, absolute: what is not found in them is gone."""
    skipped: tuple[Skipped, ...]
    present: frozenset[str]
    """The absolute path of every file that was found, skipped or not."""
    aliases: frozenset[str] = frozenset()
    """The absolute paths of links to a file that is also found at another path, and is indexed as that."""
    listings: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What is in each folder that was searched, both absolute, as its listing spells them: other names are gone."""


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
    search = _Search(suffixes, size_limit)
    for pattern in patterns:
        search.look_for(pattern)
    return search.discovery()


_UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def readable(name: str) -> str:
    """A file name as one line that can be stored and shown: bytes that are no UTF-8, line breaks, control characters
    and those that turn the direction of writing as backslash escapes."""
    return _UNSHOWABLE.sub(lambda found: found.group().encode("unicode_escape").decode(), name)


def absolute_name(path: Path) -> str:
    """The path from the top, readable, ``..`` worked out and links kept."""
    return readable(os.path.abspath(path))


def is_gone(path: str | Path) -> bool:
    """Whether there is surely no file at a path; a folder that cannot be looked into proves nothing."""
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        pass
    return False


class _Search:
    """What was found so far, pattern by pattern."""

    def __init__(self, suffixes: Collection[str], size_limit: int) -> None:
        self._suffixes = suffixes
        self._size_limit = size_limit
        self._files: dict[str, _Found] = {}
        self._folders: dict[Path, None] = {}
        self._skipped: dict[str, Skipped] = {}
        self._present: set[str] = set()
        self._aliases: set[str] = set()
        self._listings: dict[str, frozenset[str]] = {}

    def look_for(self, pattern: str | Path) -> None:
        """Find what one pattern stands for."""
        path = Path(os.path.expanduser(pattern))
        unread: list[OSError] = []
        try:
            if "://" in str(pattern):
                raise _NothingThere("is a web address, not a file", "Save the page and index the file.")
            found = _expand(path, unread, self._listings)
        except _NothingThere as nothing:
            self._skip(str(pattern), nothing.reason, nothing.hint, nothing.missing)
            return
        usable = [item for item in found if self._take(item)]
        for error in unread:
            self._skip(str(error.filename), f"cannot be read ({error.strerror})", "Check that you may read it.")
        if os.path.isdir(path) and not unread:
            self._folders[_absolute(path)] = None
        if not usable and not unread and not (len(found) == 1 and found[0].named):
            empty = "" if found else absolute_name(path)
            self._skip(str(pattern), "holds no file that can be indexed", _supported(self._suffixes), empty)

    def discovery(self) -> Discovery:
        """All that was found."""
        files = _named(list(self._files.values()))
        return Discovery(
            files,
            tuple(self._folders),
            tuple(self._skipped.values()),
            frozenset(self._present),
            frozenset(self._aliases),
            self._listings,
        )

    def _take(self, item: _Found) -> bool:
        objection = _objection(item, self._suffixes, self._size_limit)
        gone = bool(objection) and is_gone(item.path)
        if not gone:
            self._present.add(absolute_name(item.path))
        if objection:
            self._skip(str(item.path), *objection, absolute_name(item.path) if gone and item.named else "")
            return False
        file = os.path.realpath(item.path)
        other = self._files.get(file)
        if other is None or (_is_alias(other) and not _is_alias(item)):
            self._files.pop(file, None)  # a file is found in the order of its own name, not of a link to it
            self._files[file] = item
        for one in (item, other):
            if one and _absolute(one.path) != _absolute(self._files[file].path):
                self._aliases.add(absolute_name(one.path))
        return True

    def _skip(self, path: str, reason: str, hint: str, missing: str = "") -> None:
        self._skipped.setdefault(path, Skipped(readable(path), reason, hint, missing))


class _NothingThere(Exception):
    def __init__(self, reason: str, hint: str, missing: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.missing = missing


def _is_alias(item: _Found) -> bool:
    return os.path.realpath(item.path) != os.path.abspath(item.path)


def _expand(path: Path, unread: list[OSError], listings: dict[str, frozenset[str]]) -> list[_Found]:
    """What one path stands for; folders go to ``unread`` or with all that is in them to ``listings``."""
    root = _root(path)
    if os.path.isdir(path):
        return [_Found(file, root, named=False) for file in _walk(path, unread, listings)]
    if os.path.lexists(path):
        return [_Found(path, root, named=True)]
    missing = absolute_name(path) if is_gone(path) else ""
    if glob.has_magic(str(path)):
        matches = sorted(glob.glob(str(path), recursive=True))
        if not matches:
            raise _NothingThere("matches no file", "Check the pattern; quote it if your shell expands it.", missing)
        files = [Path(match) for match in matches if not os.path.isdir(match)]
        return [_Found(file, root, named=False) for file in files if not file.name.startswith("~$")]
    if not missing:
        raise _NothingThere("cannot be read", "Check that you may read the folder it is in.")
    raise _NothingThere("does not exist", "Check the spelling and the folder you are in.", missing)


def _root(path: Path) -> Path:
    """A folder is its own root, a file's is the folder it lies in, a glob's the part before the first wildcard."""
    if os.path.isdir(path):
        return path
    if os.path.lexists(path):
        return path.parent
    parts = []
    for part in path.parts[:-1]:
        if glob.has_magic(part):
            break
        parts.append(part)
    return Path(*parts)


def _walk(folder: Path, unread: list[OSError], listings: dict[str, frozenset[str]]) -> Iterator[Path]:
    for directory, folders, names in os.walk(folder, onerror=unread.append):
        absolute = absolute_name(Path(directory))
        listings[absolute] = frozenset(os.path.join(absolute, readable(name)) for name in (*folders, *names))
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
    if not item.named:
        if os.path.isdir(path):
            return "is a link to a folder", "Index that folder itself."
        if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(item.root)):
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
    """Files under their names; names that clash get as many of their folders in front as tell them apart."""
    files = [SourceFile(item.path, _relative(item)) for item in found]
    for _ in range(64):
        counts = Counter(file.name for file in files)
        if len(counts) == len(files):
            break
        files = [file.longer_named() if counts[file.name] > 1 else file for file in files]
    return tuple(files)


def _relative(item: _Found) -> str:
    return readable(_absolute(item.path).relative_to(_absolute(item.root)).as_posix())


def _absolute(path: Path) -> Path:
    """The path from the top, ``..`` worked out and links kept."""
    return Path(os.path.abspath(path))

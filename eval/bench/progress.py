"""Progress of a benchmark, on standard error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

FEW = 20
"""Fewer steps than this are over before a bar could be read."""


def steps(items: Sequence[T], label: str) -> Iterable[T]:
    """The items, with a bar that counts them; where there is no terminal, one line when they are through."""
    return items if len(items) < FEW else _with_bar(items, label)


def _with_bar(items: Sequence[T], label: str) -> Iterator[T]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield from progress.track(items, description=label)
    if not console.is_terminal:
        console.print(f"{label}: {len(items):,}")


def say(text: str) -> None:
    """A line on what comes next."""
    from rich.console import Console

    Console(stderr=True).print(text, style="dim")


class FileBar:
    """A bar that counts what a Progress callback reports."""

    def __init__(self, label: str) -> None:
        from rich.console import Console
        from rich.progress import Progress

        console = Console(stderr=True)
        self._progress = Progress(console=console, transient=True, disable=not console.is_terminal)
        self._task = self._progress.add_task(label, total=None)

    def __call__(self, done: int, total: int) -> None:
        """A Progress."""
        self._progress.update(self._task, completed=done, total=total)

    def __enter__(self) -> FileBar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

"""What a user chooses for a run, the same for every benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eval.tables import Cell, machine
from rag import RagError, Settings

BASELINE = "extractive"
"""The generator that every other is shown beside."""


class OptionError(RagError):
    """A choice that this benchmark does not know."""


@dataclass(frozen=True, slots=True)
class Options:
    """The choices of one run."""

    data: Path | None = None
    """The folder that holds what the benchmark reads."""
    settings: Settings = field(default_factory=Settings)
    limit: int | None = None
    """Passages, claims, articles or vectors to stop at, for a quick look; the figures then mean little."""
    questions: int | None = None
    """Questions of each set to ask, always the same ones, over all of its passages; None: all."""
    sets: tuple[str, ...] = ()
    """Data sets to run; none means all."""
    beside: tuple[str, ...] = ()
    """Generators to measure beside the settings' own, such as a trained reader's folder in full precision."""
    hub: bool = True
    """Whether to run the baselines that need the [hub] extra."""

    server: str = ""
    """The URL of a PostgreSQL server where databases may be made."""

    cache: Path | None = None
    """Where vectors of slow encoders are kept, and taken from when they are there."""

    def chosen(self, known: Sequence[str]) -> list[str]:
        """The data sets to run, in their usual order.

        Raises:
            OptionError: one of ``sets`` is not known.
        """
        unknown = [name for name in self.sets if name not in known]
        if unknown:
            raise OptionError(f"There is no set {unknown[0]!r} here.", f"--sets {' '.join(known)}")
        return [name for name in known if not self.sets or name in self.sets]

    @property
    def generators(self) -> tuple[str, ...]:
        """What to measure where answers are read: the one that needs no weights, then those chosen."""
        return tuple(dict.fromkeys((BASELINE, self.settings.generator, *self.beside)))

    def reading_conditions(self) -> dict[str, Cell]:
        """What figures on answers depend on."""
        return self.conditions() | {
            "generator": Path(self.settings.generator).name,
            "passages": self.settings.passages,
            "risk": self.settings.risk,
        }

    def conditions(self) -> dict[str, Cell]:
        """What the figures depend on."""
        chosen: dict[str, Cell] = {
            "embedder": Path(self.settings.embedder).name,
            "chunk size": self.settings.chunk_size,
            "overlap": self.settings.chunk_overlap,
        }
        for name in ("limit", "questions"):
            if (value := getattr(self, name)) is not None:
                chosen[name] = value
        return machine() | chosen

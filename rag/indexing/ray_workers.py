"""Files to prepared documents on a Ray cluster: read, cut and embedded by a pool of actors that hold the model.

What comes back is stored by the one writer, in the process that asked: a worker that dies has stored nothing, and what
it was doing is done again elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from rag.config import Settings
from rag.errors import ConfigError, ExtraMissing, RagError, StoreError
from rag.indexing.preparing import ChunkingConfig, Prepared, Read, prepare
from rag.loaders import SourceFile
from rag.model_text import model_text
from rag.models.embedders import open_embedder
from rag.stores import open_store
from rag.types import DocumentInfo

PER_BLOCK = 8
"""Files that are read, embedded and, where a worker dies, done again together."""

MOST_BLOCKS = 4096

CPUS = 0.5
"""What Ray counts for an actor: whole ones leave small nodes no place for its own tasks, and nothing moves."""


@dataclass(frozen=True, slots=True)
class Task:
    """A file, and what is known of it."""

    file: SourceFile
    known: DocumentInfo | None


@contextmanager
def on_ray(address: str, settings: Settings) -> Iterator[Read]:
    """The reading and embedding of files on the Ray cluster at ``address``, ``host:port`` or ``auto``.

    Its nodes need this package, the same files under the same paths, and a way to the store.

    Raises:
        ExtraMissing: Ray is not installed.
        ConfigError: the index is in a folder, which other machines do not see, or there is no cluster.
    """
    if not settings.store:
        raise ConfigError(
            "--ray needs an index that other machines can see.", "add --store postgresql://user@host/database"
        )
    try:
        import ray
    except ImportError as error:
        raise ExtraMissing("--ray", "ray") from error
    try:
        ray.init(address=address, log_to_driver=False, logging_level="ERROR")
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise ConfigError(
            f"There is no Ray cluster at {address!r}: {str(error).splitlines()[0]}", "ray start --head"
        ) from error

    def read(
        files: Sequence[SourceFile], known: Mapping[str, DocumentInfo], recipe: ChunkingConfig
    ) -> Iterator[Prepared]:
        tasks = [Task(file, known.get(file.name)) for file in files]
        return _prepared(tasks, recipe, settings) if tasks else iter(())

    try:
        yield read
    finally:
        ray.shutdown()


def _prepared(tasks: Sequence[Task], recipe: ChunkingConfig, settings: Settings) -> Iterator[Prepared]:
    """The results of tasks, in order; only as many run at once as are soon needed."""
    import ray
    from ray.data import ActorPoolStrategy, DataContext
    from ray.exceptions import RayError

    DataContext.get_current().execution_options.preserve_order = True
    DataContext.get_current().enable_progress_bars = False
    DataContext.get_current().actor_task_retry_on_errors = [StoreError]  # a server that is away for a moment
    actors = ActorPoolStrategy(min_size=1, max_size=max(1, int(ray.cluster_resources().get("CPU", 1))))
    blocks = min(-(-len(tasks) // PER_BLOCK), MOST_BLOCKS)
    rows = ray.data.from_items([{"task": task} for task in tasks], override_num_blocks=blocks).map(
        Preparing,
        fn_constructor_kwargs={"embedder": settings.embedder, "place": settings.place, "recipe": recipe},
        compute=actors,
        num_cpus=CPUS,
    )
    try:
        for row in rows.iter_rows():
            yield row["prepared"]
    except RayError as error:
        last = str(error).strip().splitlines()[-1]
        raise RagError(f"Ray gave up: {last}", "run the same again: what was stored is not done twice") from error


class Preparing:
    """An actor: it loads the model once, reads and cuts files, and embeds what the store does not know."""

    def __init__(self, embedder: str, place: str, recipe: ChunkingConfig) -> None:
        self._embedder = open_embedder(embedder)
        self._store = open_store(place)
        self._recipe = recipe

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """What became of a task."""
        task: Task = row["task"]
        one = prepare(task.file, task.known, self._recipe)
        texts = list(dict.fromkeys(model_text(chunk).text for chunk in one.chunks))
        known = self._store.known_embeddings(texts)
        new = [text for text in texts if text not in known]
        made = dict(zip(new, self._embedder.embed_passages(new), strict=True))
        return {"prepared": replace(one, embeddings=made)}

"""Files indexed on a Ray cluster: two nodes on this machine, of which a worker and then a whole node is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rag import load_settings
from rag.errors import ConfigError
from rag.indexing.ray_workers import on_ray
from rag.stores import open_store
from rag.stores.protocol import Store

ROOT = Path(__file__).parents[1]

FILES, EACH = 200, 100
"""20,000 chunks."""

CPUS = 3
"""A node's, as Ray counts; there are no more of them than before."""


def test_index_in_a_folder_is_no_index_for_many_machines(tmp_path: Path) -> None:
    with (
        pytest.raises(ConfigError, match="other machines") as caught,
        on_ray("auto", load_settings({"index": tmp_path})),
    ):
        pass
    assert "--store" in caught.value.hint


@pytest.fixture
def nodes() -> Iterator[Any]:
    """A head and a second node."""
    pytest.importorskip("ray", reason="no Ray: pip install 'yinju[ray]'")
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": CPUS, "include_dashboard": False})
    cluster.add_node(num_cpus=CPUS)
    yield cluster
    cluster.shutdown()


def indexing(address: str, database: str, folder: Path) -> subprocess.Popen[str]:
    arguments = ["index", "--json", "--ray", address, "--store", database, "--embedder", "hash", str(folder)]
    return subprocess.Popen(
        [sys.executable, "-m", "rag", *arguments],
        cwd=ROOT,
        env=os.environ | {"RAG_CHUNK_SIZE": "40"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def summary_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, errors = process.communicate(timeout=600)
    assert process.returncode == 0, errors
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.mark.long
def test_every_chunk_is_there_once_whatever_dies(nodes: Any, database: str, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for number in range(FILES):
        paragraphs = (f"Ship {number} carried {i} crates of tea." for i in range(EACH))
        (folder / f"{number:03}.md").write_text("\n\n".join(paragraphs), "utf-8")
    run = indexing(nodes.address, database, folder)
    try:
        wait_for_chunks(database, 2_000, run)
        os.kill(worker_of(nodes), signal.SIGKILL)
        wait_for_chunks(database, FILES * EACH // 2, run)
        nodes.remove_node(nodes.worker_nodes.copy().pop(), allow_graceful=False)
        first = summary_of(run)
    finally:
        run.kill()
    assert (len(first["added"]), first["failed"]) == (FILES, [])
    assert first["added"] == sorted(first["added"])
    assert first["chunks"] == first["embedded"] == FILES * EACH
    second = summary_of(indexing(nodes.address, database, folder))
    assert (len(second["unchanged"]), second["chunks"]) == (FILES, 0)
    with closing(open_store(database)) as store:
        assert store.count() == FILES * EACH
        assert [info.chunks for info in store.documents()] == [EACH] * FILES
        assert store.verify() == []
        assert store.unfinished() is None


def wait_for_chunks(database: str, count: int, run: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 600
    store: Store | None = None
    while time.monotonic() < end:
        assert run.poll() is None, run.communicate()
        try:
            store = store or open_store(database)
            if store.count() >= count:
                store.close()
                return
        except Exception:  # not made yet
            store = None
        time.sleep(0.2)
    raise AssertionError(f"{count} chunks are not there in time")


def worker_of(nodes: Any) -> int:
    """A process of the second node that reads or embeds."""
    (node,) = nodes.worker_nodes
    raylet = next(process.process.pid for process in node.all_processes["raylet"])
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (entry / "stat").exists():
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == raylet and (entry / "cmdline").read_bytes().startswith(b"ray::"):
                return int(entry.name)
    raise AssertionError("the second node has no worker")

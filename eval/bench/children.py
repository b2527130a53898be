"""A Python process to its wall time and peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import rag

KILOBYTES = 1 if sys.platform != "darwin" else 1024
"""What ``ru_maxrss`` counts in, per kB: Linux says kB, macOS bytes."""

# A process is charged with the memory of the one it was forked from, so a small one stands between.
_LAUNCHER = """
import json, resource, subprocess, sys, time
began = time.perf_counter()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
seconds = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([code.returncode, seconds, peak, code.stderr.decode(errors="replace")[-2000:]]))
"""


@dataclass(frozen=True, slots=True)
class Child:
    """What a process took."""

    seconds: float
    peak_mb: float
    """Resident memory, 10**6 bytes."""


def run_child(arguments: Sequence[str]) -> Child:
    """Run this Python with ``arguments``, its output thrown away; our exit codes 0 and 1 both mean it worked.

    Raises:
        RagError: it exited with another code; the message is what it wrote to standard error.
    """
    import json

    done = subprocess.run(
        [sys.executable, "-S", "-c", _LAUNCHER, sys.executable, *arguments],
        env=_environment(),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    code, seconds, peak, error = json.loads(done.stdout)
    if code not in {0, 1}:
        raise rag.RagError(f"python {' '.join(arguments)} exited with {code}: {error}")
    return Child(seconds, peak / KILOBYTES * 1024 / 1e6)


def output_of(arguments: Sequence[str]) -> str:
    """What this Python prints when run with ``arguments``.

    Raises:
        RagError: it failed; the message is the end of what it wrote to standard error.
    """
    done = subprocess.run([sys.executable, *arguments], env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise rag.RagError(f"python {' '.join(arguments)} exited with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def _environment() -> dict[str, str]:
    """Ours, in which a child finds this ``rag`` and no other."""
    home = str(Path(rag.__file__).parent.parent)
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))}

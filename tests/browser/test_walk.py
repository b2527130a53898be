"""A first visitor's five tasks, from dropping documents in to sending an answer on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ui.shots import browser_file
from ui.walk import TASKS


@pytest.mark.long
def test_a_first_visitor_does_all_five_tasks(use_weights: Path) -> None:
    if browser_file() is None:
        pytest.skip("there is no Chromium on this machine. Try: apt-get install chromium")
    done = subprocess.run([sys.executable, "-m", "ui.walk"], capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()[1:]
    assert [line.split("  ")[0] for line in said] == [(task.__doc__ or "").strip() for task in TASKS]

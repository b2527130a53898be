"""SIGKILL at random moments: what was acknowledged is there, nothing is there twice, nothing is embedded twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.durability.killing import Loop


def test_nothing_acknowledged_is_lost_to_two_kills(tmp_path: Path) -> None:
    assert Loop(tmp_path, documents=20, seed=6).run(kills=2).kills == 2


@pytest.mark.long
def test_nothing_acknowledged_is_lost_to_a_dozen_kills(tmp_path: Path) -> None:
    tally = Loop(tmp_path, documents=60, seed=6).run(kills=12)
    assert tally.questions > 0
    assert tally.acknowledged > 0


@pytest.mark.long
@pytest.mark.parametrize("seed", [1])
def test_nothing_acknowledged_is_lost_to_100_kills_over_500_documents(tmp_path: Path, seed: int) -> None:
    tally = Loop(tmp_path, documents=500, seed=seed).run(kills=100)
    assert set(tally.by_work) == {"index", "delete", "rebuild", "backup"}
    assert tally.told > 0


@pytest.mark.long
def test_nothing_acknowledged_is_lost_to_ten_kills_with_the_default_embedder(tmp_path: Path, use_weights: Path) -> None:
    tally = Loop(tmp_path, documents=60, seed=3, embedder="default").run(kills=10)
    assert tally.acknowledged > 0
    assert tally.embedded > 0

"""What the tests of the evaluation share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from eval import metrics


@pytest.fixture(scope="module", autouse=True)
def few_resamples() -> Iterator[None]:
    """Reports are made quickly: their intervals stand on few resamples, which only ``test_metrics`` looks at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics, "RESAMPLES", 20)
        yield

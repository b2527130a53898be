"""Counts questions, refusals and seconds for Prometheus, and tells what the index holds."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from rag.types import Answer

SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Bounds of the buckets of the histogram."""


class Metrics:
    """The metrics of one server."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter("yinju_questions", "Questions answered or refused.", registry=self._registry)
        self._refusals = Counter("yinju_refusals", "Questions refused.", registry=self._registry)
        self._seconds = Histogram(
            "yinju_answer_seconds", "Seconds from question to answer.", registry=self._registry, buckets=SECONDS
        )
        self._documents = Gauge("yinju_documents", "Documents in the index.", registry=self._registry)
        self._chunks = Gauge("yinju_chunks", "Chunks in the index.", registry=self._registry)

    def count(self, answer: Answer) -> None:
        """Count one answer or refusal."""
        self._questions.inc()
        self._refusals.inc(answer.refused)
        self._seconds.observe(sum(answer.timings_ms.values()) / 1000)

    def exposition(self, documents: int, chunks: int) -> bytes:
        """All of it in Prometheus' text format."""
        self._documents.set(documents)
        self._chunks.set(chunks)
        return generate_latest(self._registry)

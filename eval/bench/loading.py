"""``python -m eval.bench.loading GENERATOR EMBEDDER``: the milliseconds a generator takes to load, in this process."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

QUESTION, TEXT = "船在哪里？", "船在港口。"


def main(arguments: Sequence[str]) -> None:
    """Print what the first reading of a short text takes longer than the second, opening files included."""
    from eval.bench.parts import analyse, open_embedder, open_generator, similarity
    from rag import Chunk, Passage

    name, encoder = arguments
    embedder = open_embedder(encoder)
    embedder.embed_question(QUESTION)
    embedder.embed_passages([TEXT, ""])
    passage = Passage(Chunk("a.txt", 0, len(TEXT), TEXT, "", None, "zh"), 1.0, 1.0, 1.0, 1.0)
    times = [time.perf_counter()]
    generator = open_generator(name, embedder, similarity(embedder))
    for _ in range(2):
        generator.generate(analyse(QUESTION).embedded_by(embedder), [passage])
        times.append(time.perf_counter())
    print(1000 * max(0.0, times[1] - times[0] - (times[2] - times[1])))


if __name__ == "__main__":
    main(sys.argv[1:])

"""A run's log to its learning curve."""

from __future__ import annotations

import json
from pathlib import Path


def draw(log: Path, picture: Path) -> None:
    """Loss and held-out quality against the examples seen; a PNG at ``picture``."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
    losses = [(row["seen"], row["loss"]) for row in rows if "loss" in row]
    left.plot(*zip(*losses, strict=True), color="#7a869a", linewidth=1)
    left.set(title="Training loss", xlabel="examples seen", ylabel="cross entropy")
    looks = [row for row in rows if "f1_same" in row]
    curves = {"f1_same": "span F1", "auc_both_same": "AUC of near misses", "refused_same": "refused at .95 answered"}
    for colour, (name, label) in zip(("#2563eb", "#059669", "#d97706"), curves.items(), strict=True):
        for pair, style in (("same", "-"), ("across", "--")):
            known = [(row["seen"], row[key]) for row in looks if (key := name.replace("same", pair)) in row]
            if known:
                right.plot(*zip(*known, strict=True), style, marker="o", markersize=3, color=colour,
                           label=label + (" (across)" if pair == "across" else ""))  # fmt: skip
    right.set(title="Held-out passages", xlabel="examples seen", ylim=(0, 1))
    right.legend(frameon=False)
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.25)
    figure.savefig(picture, dpi=120)
    pyplot.close(figure)

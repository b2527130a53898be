"""The training loop: warm up, hold, decay; checkpoints, resume, a log and a learning curve."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from rag.training.reader.batches import IGNORED, Batch, Windows, collate
from rag.training.reader.examples import Example
from rag.training.reader.model import BLOCKED, Reader, blocked

CHECKPOINT = "checkpoint.pt"
LOG = "log.jsonl"


@dataclass(frozen=True)
class Recipe:
    """What a run does, over all its resumed parts. Rates are AdamW's; ``minutes`` counts training alone."""

    minutes: float
    steps: int | None = None
    """Ends the run instead of ``minutes``."""
    encoder_rate: float = 2e-4
    decoder_rate: float = 6e-4
    warm_up_share: float = 0.02
    """The first part of the run, over which the rates rise."""
    decay_share: float = 0.35
    """The last part of the run, over which the rates fall to a twentieth in a straight line."""
    frozen_layers: int = 4
    group_weight: float = 0.5
    average: float = 0.998
    """The weights that are kept are a running mean of the trained ones; this much of it stays at each step."""
    seed: int = 7
    every_minutes: float = 10.0
    """Between two looks at the held-out part, and two checkpoints."""
    compile: bool = True


class Learner:
    """A reader being trained."""

    def __init__(self, model: Reader, recipe: Recipe, out: Path) -> None:
        self.model, self.recipe, self.out = model, recipe, out
        out.mkdir(parents=True, exist_ok=True)
        freeze(model, recipe.frozen_layers)
        encoder = [p for p in model.encoder.parameters() if p.requires_grad]
        names = {id(p) for p in encoder}
        decoder = [p for p in model.parameters() if p.requires_grad and id(p) not in names]
        self.optimizer = torch.optim.AdamW(
            [{"params": encoder, "base": recipe.encoder_rate}, {"params": decoder, "base": recipe.decoder_rate}],
            lr=0.0, weight_decay=0.01, fused=True,
        )  # fmt: skip
        self.trained = encoder + decoder
        self.mean = [p.detach().clone() for p in self.trained]
        self.step, self.seen, self.minutes = 0, 0, 0.0
        self.encode = torch.compile(model.encode) if recipe.compile else model.encode

    def resume(self) -> bool:
        """Go on from the checkpoint in ``out``; False if there is none."""
        path = self.out / CHECKPOINT
        if not path.exists():
            return False
        saved = torch.load(path, weights_only=True)
        self.model.load_state_dict(saved["model"], strict=False)
        self.optimizer.load_state_dict(saved["optimizer"])
        for mine, kept in zip(self.mean, saved["mean"], strict=True):
            mine.copy_(kept)
        self.step, self.seen, self.minutes = saved["step"], saved["seen"], saved["minutes"]
        return True

    def save(self) -> None:
        """Write the checkpoint beside the old one, then in its place."""
        frozen = {n for n, p in self.model.named_parameters() if not p.requires_grad}
        state = {n: p for n, p in self.model.state_dict().items() if n not in frozen}
        saved = {"model": state, "optimizer": self.optimizer.state_dict(), "mean": self.mean}
        scratch = self.out / (CHECKPOINT + ".new")
        torch.save({**saved, "step": self.step, "seen": self.seen, "minutes": self.minutes}, scratch)
        scratch.rename(self.out / CHECKPOINT)

    def run(self, batches: Iterator[Batch], held_out: list[Batch]) -> None:
        """Train to the recipe's end."""
        self.model.train()
        look, losses = self.minutes + self.recipe.every_minutes, []
        while self.done < 1:
            batch = next(batches)
            began = time.monotonic()
            losses.append(self._learn(batch))
            self.minutes += (time.monotonic() - began) / 60
            if self.step % 20 == 0:
                self._log(loss=sum(losses) / len(losses))
                losses = []
            if self.minutes >= look:
                look += self.recipe.every_minutes
                self.save()
                self._log(**self.measure(held_out))
        if losses:
            self._log(loss=sum(losses) / len(losses))
        self.save()
        self._log(**self.measure(held_out))

    @property
    def done(self) -> float:
        """How much of the run is over, in [0, 1]."""
        recipe = self.recipe
        return self.step / recipe.steps if recipe.steps else self.minutes / recipe.minutes

    def _learn(self, batch: Batch) -> float:
        for group in self.optimizer.param_groups:
            group["lr"] = group["base"] * self._factor()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = self.encode(batch.ids, batch.mask)
            pointed = batch.targets[:, :-1].clamp(min=0)
            scores = self.model.decode(states, batch.mask, pointed)
        loss = objective(scores.float(), batch, self.recipe.group_weight)
        loss.backward()
        nn.utils.clip_grad_norm_(self.trained, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        self.seen += len(batch.ids)
        if self.step % 5 == 0:
            keep = min(self.recipe.average**5, self.step / (self.step + 50))
            torch._foreach_lerp_(self.mean, [p.detach() for p in self.trained], 1 - keep)
        return float(loss.detach())

    def _factor(self) -> float:
        warm = 0.05 + self.done / self.recipe.warm_up_share
        return min(1.0, warm, max(0.05, (1 - self.done) / self.recipe.decay_share))

    def measure(self, held_out: list[Batch]) -> dict[str, float]:
        """Quality of the mean weights on windows never trained on: span F1 by tokens, and telling empty windows."""
        with self.averaged():
            self.model.eval()
            found = measure(self.model, held_out)
            self.model.train()
        return found

    def averaged(self) -> AbstractContextManager[None]:
        """A context in which the model has the mean weights."""
        return _swapped(self.trained, self.mean)

    def _log(self, **numbers: float) -> None:
        line: dict[str, Any] = {"step": self.step, "seen": self.seen, "minutes": round(self.minutes, 2)}
        line |= {"rate": round(self.seen / max(self.minutes * 60, 1e-9), 2)}
        line |= {k: round(v, 4) for k, v in numbers.items()}
        with (self.out / LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
        left = self.minutes / self.done - self.minutes if self.done else self.recipe.minutes
        print(f"{line} · {left:.0f} min left", flush=True)

    def describe(self) -> dict[str, Any]:
        """The recipe, for the model card."""
        return asdict(self.recipe) | {"steps": self.step, "examples": self.seen, "trained_minutes": self.minutes}


@contextmanager
def _swapped(parameters: list[nn.Parameter], values: list[Tensor]) -> Iterator[None]:
    """Other values in the parameters while it lasts."""
    kept = [p.detach().clone() for p in parameters]
    _fill(parameters, values)
    try:
        yield
    finally:
        _fill(parameters, kept)


def _fill(parameters: list[nn.Parameter], values: list[Tensor]) -> None:
    with torch.no_grad():
        for parameter, value in zip(parameters, values, strict=True):
            parameter.copy_(value)


def freeze(model: Reader, layers: int) -> None:
    """Keep the embeddings and the lowest ``layers`` as they were pretrained: both languages stay in one space."""
    model.encoder.embeddings.requires_grad_(False)
    for layer in model.encoder.encoder.layer[:layers]:
        layer.requires_grad_(False)


def objective(scores: Tensor, batch: Batch, group_weight: float) -> Tensor:
    """Cross entropy of every position, plus that of the first start over all reads of its question.

    The second part is the shared normalisation of Clark and Gardner 2018: scores of different passages can be compared.
    """
    pointed = batch.targets[:, :-1].clamp(min=0)
    scores = blocked(scores, batch.passage, pointed)
    own = cross_entropy(scores.flatten(0, 1), batch.targets.flatten(), ignore_index=IGNORED)
    starts = torch.where(batch.passage.bool(), scores[:, 0], BLOCKED)
    each = torch.logsumexp(starts, dim=1)
    top = each.max().detach()
    groups = int(batch.group.max()) + 1
    shared = torch.zeros(groups).index_add(0, batch.group, torch.exp(each - top)).log() + top
    answered = batch.targets[:, 0] > 0
    target = starts.gather(1, batch.targets[:, :1]).squeeze(1)
    together = (shared[batch.group] - target)[answered]
    return own + group_weight * together.mean() if len(together) else own


def measure(model: Reader, held_out: list[Batch]) -> dict[str, float]:
    """Mean token F1 of the best span where there is one, and the share of windows told right as answering or not."""
    overlap: list[float] = []
    answering: list[tuple[float, bool]] = []
    for batch in held_out:
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            states = model.encode(batch.ids, batch.mask)
            none = batch.targets[:, :0]
            first = blocked(model.decode(states, batch.mask, none).float(), batch.passage, none)
            start = first[:, 0, 1:].argmax(-1, keepdim=True) + 1
            both = blocked(model.decode(states, batch.mask, start).float(), batch.passage, start)
        end = both[:, 1].argmax(-1)
        chance = 1 - first[:, 0].softmax(-1)[:, 0]
        for row, target in enumerate(batch.targets.tolist()):
            answering.append((float(chance[row]), target[0] > 0))
            if target[0] > 0:
                overlap.append(_f1(int(start[row]), int(end[row]), target[0], target[1]))
    yes = [c > 0.5 for c, there in answering if there]
    no = [c <= 0.5 for c, there in answering if not there]
    return {"f1": sum(overlap) / len(overlap), "answered": sum(yes) / len(yes), "refused": sum(no) / max(1, len(no))}


def _f1(start: int, end: int, gold_start: int, gold_end: int) -> float:
    shared = min(end, gold_end) - max(start, gold_start) + 1
    return 0.0 if shared <= 0 else 2 * shared / (end - start + gold_end - gold_start + 2)


def held_out_batches(examples: list[Example], windows: Windows, length: int = 192, size: int = 32) -> list[Batch]:
    """The same windows at every look."""
    rng = random.Random(1)
    cut = [w for e in examples if (w := windows.cut(e, length, rng)) is not None]
    cut.sort(key=lambda w: len(w.ids))
    rows = [cut[i : i + size] for i in range(0, len(cut), size)]
    return [collate([(w, i) for i, w in enumerate(row)], length) for row in rows]

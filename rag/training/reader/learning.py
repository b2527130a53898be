"""The training loop: warm up and hold, then decay when told to; checkpoints, resume, a log and a learning curve."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from rag.training.reader.batches import IGNORED, Batch, Window, candidates
from rag.training.reader.measuring import Looks, measure
from rag.training.reader.model import BLOCKED, Reader, blocked

CHECKPOINT = "checkpoint.pt"
LOG = "log.jsonl"


@dataclass(frozen=True)
class Recipe:
    """What a run does. Rates are AdamW's; ``minutes`` counts the training of this part alone.

    The rates rise, hold, and fall only in a part that is told to ``decay``, from a checkpoint that stays as it is: so
    one more part is always possible (warm-up, stable, decay; Hu et al., "MiniCPM", COLM 2024).
    """

    minutes: float
    steps: int | None = None
    """Ends the part instead of ``minutes``."""
    decay: bool = False
    encoder_rate: float = 1e-4
    decoder_rate: float = 3e-4
    warm_up: int = 100
    """Steps over which the rates rise."""
    frozen_layers: int = 0
    group_weight: float = 0.5
    verifier_weight: float = 1.0
    average: float = 0.995
    """The weights that are kept are a running mean of the trained ones; this much of it stays at each step."""
    seed: int = 7
    every_minutes: float = 10.0
    """Between two looks at the held-out part, and two checkpoints."""
    device: str = "cpu"
    half: bool = False
    """Whether matrices are multiplied in bfloat16."""
    compile: bool = False


class Learner:
    """A reader being trained."""

    def __init__(self, model: Reader, recipe: Recipe, out: Path) -> None:
        self.model, self.recipe, self.out = model.to(recipe.device), recipe, out
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
        self.rng = random.Random(recipe.seed)
        self.mined: list[tuple[Window, int]] = []
        self.encode = torch.compile(model.encode) if recipe.compile else model.encode
        self._began = (0, 0.0)

    def resume(self) -> bool:
        """Go on from the checkpoint in ``out``; False if there is none."""
        path = self.out / CHECKPOINT
        if not path.exists():
            return False
        saved = torch.load(path, weights_only=True, map_location=self.recipe.device)
        self.model.load_state_dict(saved["model"], strict=False)
        self.optimizer.load_state_dict(saved["optimizer"])
        for group, base in zip(self.optimizer.param_groups, self._bases(), strict=True):
            group["base"] = base
        for mine, kept in zip(self.mean, saved["mean"], strict=True):
            mine.copy_(kept)
        self.step, self.seen, self.minutes = saved["step"], saved["seen"], saved["minutes"]
        return True

    def _bases(self) -> tuple[float, float]:
        return self.recipe.encoder_rate, self.recipe.decoder_rate

    def save(self) -> None:
        """Write the checkpoint beside the old one, then in its place; a part that decays leaves it as it is."""
        if self.recipe.decay:
            return
        frozen = {n for n, p in self.model.named_parameters() if not p.requires_grad}
        state = {n: p for n, p in self.model.state_dict().items() if n not in frozen}
        saved = {"model": state, "optimizer": self.optimizer.state_dict(), "mean": self.mean}
        scratch = self.out / (CHECKPOINT + ".new")
        torch.save({**saved, "step": self.step, "seen": self.seen, "minutes": self.minutes}, scratch)
        scratch.rename(self.out / CHECKPOINT)

    def run(self, batches: Iterator[Batch], looks: Looks) -> None:
        """Train to the end of this part."""
        self.model.train()
        self._began = (self.step, self.minutes)
        look = self.minutes + self.recipe.every_minutes
        losses: list[tuple[float, float]] = []
        while self.done < 1:
            batch = next(batches)
            began = time.monotonic()
            losses.append(self._learn(batch))
            self.minutes += (time.monotonic() - began) / 60
            if self.step % 20 == 0:
                self._log_losses(losses)
            if self.minutes >= look:
                look += self.recipe.every_minutes
                self.save()
                self._log(**self.measure(looks))
        self._log_losses(losses)
        self.save()
        self._log(**self.measure(looks))

    @property
    def done(self) -> float:
        """How much of this part is over, in [0, 1]."""
        recipe, (step, minutes) = self.recipe, self._began
        return (self.step - step) / recipe.steps if recipe.steps else (self.minutes - minutes) / recipe.minutes

    def _learn(self, batch: Batch) -> tuple[float, float]:
        """One step on a batch, and on the sentences that the reader pointed at in the batch before."""
        for group in self.optimizer.param_groups:
            group["lr"] = group["base"] * self._factor()
        device = self.recipe.device
        ids, mask, passage, targets, of_group = (
            one.to(device) for one in (batch.ids, batch.mask, batch.passage, batch.targets, batch.group)
        )
        pointed = targets[:, :-1].clamp(min=0)
        with self._autocast():
            states = self.encode(ids, mask)
            scores = self.model.decode(states, mask, pointed)
        scores = blocked(scores.float(), passage, pointed)
        loss = objective(scores, passage, targets, of_group, self.recipe.group_weight)
        loss.backward()
        verified = self._verify()
        self.mined = mine(batch.windows, scores[:, 0].detach().cpu(), self.rng)
        nn.utils.clip_grad_norm_(self.trained, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        self.seen += len(ids)
        if self.step % 5 == 0:
            keep = min(self.recipe.average**5, self.step / (self.step + 50))
            torch._foreach_lerp_(self.mean, [p.detach() for p in self.trained], 1 - keep)
        return float(loss.detach()), verified

    def _verify(self) -> float:
        """The gradient of the verifier's loss on the mined sentences, and that loss."""
        if not self.mined:
            return 0.0
        rows = candidates(self.mined)
        device = self.recipe.device
        marked = rows.marked.to(device)
        with self._autocast():
            states = self.encode(rows.ids.to(device), rows.mask.to(device), marked)
            odds = self.model.verify(states, marked)
        loss = binary_cross_entropy_with_logits(odds.float(), rows.right.to(device))
        (self.recipe.verifier_weight * loss).backward()
        return float(loss.detach())

    def _autocast(self) -> AbstractContextManager[Any]:
        context: AbstractContextManager[Any] = torch.autocast(
            self.recipe.device, dtype=torch.bfloat16, enabled=self.recipe.half
        )
        return context

    def _factor(self) -> float:
        warm = min(1.0, (self.step + 1) / self.recipe.warm_up)
        return warm * max(0.03, 1 - self.done) if self.recipe.decay else warm

    def measure(self, looks: Looks) -> dict[str, float]:
        """Quality of the mean weights on passages never trained on."""
        with self.averaged():
            self.model.eval()
            found = measure(self.model, looks, self.recipe.device, half=self.recipe.half)
            self.model.train()
        return found

    def averaged(self) -> AbstractContextManager[None]:
        """A context in which the model has the mean weights."""
        return _swapped(self.trained, self.mean)

    def _log_losses(self, losses: list[tuple[float, float]]) -> None:
        if losses:
            reading, verifying = (sum(column) / len(losses) for column in zip(*losses, strict=True))
            self._log(loss=reading, verifier_loss=verifying)
            losses.clear()

    def _log(self, **numbers: float) -> None:
        line: dict[str, Any] = {"step": self.step, "seen": self.seen, "minutes": round(self.minutes, 2)}
        line |= {k: round(v, 4) for k, v in numbers.items()}
        with (self.out / LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
        spent = self.minutes - self._began[1]
        left = spent / self.done - spent if self.done else self.recipe.minutes
        print(f"{line} · {left:.0f} min left", flush=True)


def mine(windows: list[Window], starts: Tensor, rng: random.Random, most: int = 32) -> list[tuple[Window, int]]:
    """Sentences to verify: those that the reader prefers, right or wrong, and wrong ones beside right ones.

    ``starts (batch, length)`` are its scores of the first start. What it wrongly prefers are the hard negatives.
    """
    starts = starts.clone()
    starts[:, 0] = BLOCKED
    right: list[tuple[Window, int]] = []
    wrong: list[tuple[Window, int]] = []
    for window, row in zip(windows, starts, strict=True):
        best = window.sentence_of(int(row.argmax()))
        (right if best in window.answering else wrong).append((window, best))
        if best in window.answering and len(window.starts) > 1 and rng.random() < 0.4:
            row[window.starts[best] : [*window.starts, len(window.ids)][best + 1]] = BLOCKED
            other = window.sentence_of(int(row.argmax()))
            if other not in window.answering:
                wrong.append((window, other))
        elif best not in window.answering and window.answering:
            right.append((window, rng.choice(sorted(window.answering))))
    half = most // 2
    chosen = rng.sample(right, min(half, len(right)))
    return chosen + rng.sample(wrong, min(most - len(chosen), len(wrong)))


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


def objective(scores: Tensor, passage: Tensor, targets: Tensor, group: Tensor, group_weight: float) -> Tensor:
    """Cross entropy of every position, plus that of the first start over all reads of its question.

    The second part is the shared normalisation of Clark and Gardner 2018: scores of different passages can be compared.
    """
    own = cross_entropy(scores.flatten(0, 1), targets.flatten(), ignore_index=IGNORED)
    starts = torch.where(passage.bool(), scores[:, 0], BLOCKED)
    each = torch.logsumexp(starts, dim=1)
    top = each.max().detach()
    groups = int(group.max()) + 1
    shared = torch.zeros(groups, device=scores.device).index_add(0, group, torch.exp(each - top)).log() + top
    answered = targets[:, 0] > 0
    target = starts.gather(1, targets[:, :1].clamp(min=0)).squeeze(1)
    together = (shared[group] - target)[answered]
    return own + group_weight * together.mean() if len(together) else own

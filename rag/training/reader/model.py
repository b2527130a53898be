"""The reader in torch: one bidirectional encoder, a decoder that points, and a head that verifies.

A pointer network (Vinyals, Fortunato and Jaitly 2015) whose output alphabet is the positions of its input. The decoder
is a transformer (Vaswani et al. 2017) that emits start, end, start, end, …, stop: position 0, the sequence's first
token, is "stop". Stopping at once says that the passage does not answer.

The verifier looks a second time (Hu et al., "Read + Verify", AAAI 2019), through the same encoder: at the question with
one sentence, marked, and what stands around it. It says whether this sentence answers this question.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel, PretrainedConfig, PreTrainedModel

MAX_STEPS = 9
"""Four spans and the stop."""

BLOCKED = -1e4


class ReaderConfig(PretrainedConfig):
    """Sizes of the encoder, and of the decoder that points into it."""

    model_type = "yinju-reader"

    def __init__(self, encoder: dict[str, Any] | None = None, decoder_layers: int = 1, **rest: Any) -> None:
        self.encoder = encoder or {}
        self.decoder_layers = decoder_layers
        super().__init__(**rest)


class Attention(nn.Module):
    """Multi-head attention."""

    def __init__(self, hidden: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(hidden, hidden) for _ in range(4))

    def forward(self, asking: Tensor, offering: Tensor, bias: Tensor) -> Tensor:
        """``asking (batch, n, hidden)`` over ``offering (batch, m, hidden)``; ``bias`` is added to the scores."""
        batch, _, hidden = asking.shape
        query, key, value = (
            layer(x).view(batch, -1, self.heads, hidden // self.heads).transpose(1, 2)
            for layer, x in ((self.query, asking), (self.key, offering), (self.value, offering))
        )
        scores = query @ key.transpose(-1, -2) * (hidden // self.heads) ** -0.5 + bias
        mixed = scores.softmax(-1) @ value
        return self.out(mixed.transpose(1, 2).reshape(batch, -1, hidden))


class DecoderLayer(nn.Module):
    """Causal self-attention over the steps, attention over the encoder's states, a feed-forward layer."""

    def __init__(self, hidden: int, heads: int) -> None:
        super().__init__()
        self.attend_self = Attention(hidden, heads)
        self.attend_states = Attention(hidden, heads)
        self.feed_forward = nn.Sequential(nn.Linear(hidden, 4 * hidden), nn.GELU(), nn.Linear(4 * hidden, hidden))
        self.norms = nn.ModuleList([nn.LayerNorm(hidden) for _ in range(3)])

    def forward(self, x: Tensor, states: Tensor, padding: Tensor, causal: Tensor) -> Tensor:
        """``x (batch, steps, hidden)``, ``states (batch, length, hidden)``; biases on what may be attended to."""
        x = self.norms[0](x + self.attend_self(x, x, causal))
        x = self.norms[1](x + self.attend_states(x, states, padding))
        return self.norms[2](x + self.feed_forward(x))


class Reader(PreTrainedModel):
    """``input_ids`` and the positions emitted so far, to the scores of every position as the next."""

    config_class = ReaderConfig
    base_model_prefix = "reader"

    def __init__(self, config: ReaderConfig) -> None:
        super().__init__(config)
        encoder = BertConfig(**config.encoder)
        encoder._attn_implementation = "eager"
        self.encoder = BertModel(encoder, add_pooling_layer=False)
        hidden = encoder.hidden_size
        self.first = nn.Parameter(torch.randn(hidden) * 0.02)
        self.steps = nn.Parameter(torch.randn(MAX_STEPS, hidden) * 0.02)
        heads = encoder.num_attention_heads
        self.decoder = nn.ModuleList([DecoderLayer(hidden, heads) for _ in range(config.decoder_layers)])
        self.ask = nn.ModuleList([nn.Linear(hidden, hidden) for _ in range(2)])  # for a start, for an end
        self.offer = nn.ModuleList([nn.Linear(hidden, hidden) for _ in range(2)])
        self.mark = nn.Parameter(torch.zeros(hidden))
        self.verifier = nn.Sequential(nn.Linear(2 * hidden, hidden), nn.GELU(), nn.Linear(hidden, 1))
        self.post_init()

    def encode(self, input_ids: Tensor, attention_mask: Tensor, marked: Tensor | None = None) -> Tensor:
        """States ``(batch, length, hidden)`` of ``input_ids (batch, length)``; ``marked`` is 1 at the candidate."""
        embedded = self.encoder.embeddings.word_embeddings(input_ids)
        if marked is not None:
            embedded = embedded + marked.unsqueeze(-1) * self.mark
        return self.encoder(inputs_embeds=embedded, attention_mask=attention_mask).last_hidden_state

    def verify(self, states: Tensor, marked: Tensor) -> Tensor:
        """Log-odds ``(batch,)`` that the marked sentence answers, from the states of a marked read."""
        weights = marked.to(states.dtype).unsqueeze(-1)
        mean = (states * weights).sum(1) / weights.sum(1).clamp(min=1)
        return self.verifier(torch.cat([states[:, 0], mean], dim=-1)).squeeze(-1)

    def decode(self, states: Tensor, attention_mask: Tensor, pointed: Tensor) -> Tensor:
        """Scores ``(batch, steps + 1, length)`` of the next position after each prefix of ``pointed (batch, steps)``.

        Nothing is blocked here: which positions may come next is for the caller, see :func:`blocked`.
        """
        batch, steps = pointed.shape
        hidden = states.shape[-1]
        before = torch.gather(states, 1, pointed.unsqueeze(-1).expand(batch, steps, hidden))
        x = torch.cat([self.first.expand(batch, 1, hidden).to(before.dtype), before], dim=1) + self.steps[: steps + 1]
        at = torch.arange(steps + 1, device=states.device)
        causal = torch.where(at > at.unsqueeze(-1), BLOCKED, 0.0).to(x.dtype)
        padding = torch.where(attention_mask.bool(), 0.0, BLOCKED).to(x.dtype).view(batch, 1, 1, -1)
        for layer in self.decoder:
            x = layer(x, states, padding, causal)
        scale = hidden**-0.5
        starts = self.ask[0](x) @ self.offer[0](states).transpose(1, 2)
        ends = self.ask[1](x) @ self.offer[1](states).transpose(1, 2)
        is_end = (at % 2 == 1).view(1, -1, 1)
        return torch.where(is_end, ends.float(), starts.float()) * scale

    def forward(self, input_ids: Tensor, attention_mask: Tensor, pointed: Tensor) -> Tensor:
        """:meth:`encode`, then :meth:`decode`."""
        return self.decode(self.encode(input_ids, attention_mask), attention_mask, pointed)


def blocked(scores: Tensor, passage: Tensor, pointed: Tensor) -> Tensor:
    """``scores`` with what may not come next at a very low score.

    A start is a token of the passage (``passage (batch, length)`` is 1 there) or the stop; an end is a token of the
    passage from its start on.
    """
    length = scores.shape[-1]
    position = torch.arange(length, device=scores.device)
    allowed = passage.bool().unsqueeze(1).expand_as(scores).clone()
    allowed[:, 0::2, 0] = True
    for step in range(1, scores.shape[1], 2):
        allowed[:, step] &= position >= pointed[:, step - 1].unsqueeze(-1)
    return scores.masked_fill(~allowed, BLOCKED)


def from_encoder(folder: Path, ids: list[int], decoder_layers: int = 1) -> Reader:
    """A reader whose encoder is the BERT of ``folder`` with the embeddings of ``ids`` alone."""
    encoder = BertModel.from_pretrained(folder, add_pooling_layer=False, dtype=torch.float32)
    settings = encoder.config.to_dict()
    settings.update(vocab_size=len(ids), pad_token_id=1, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    model = Reader(ReaderConfig(settings, decoder_layers))
    state = encoder.state_dict()
    name = "embeddings.word_embeddings.weight"
    state[name] = state[name][ids].clone()
    model.encoder.load_state_dict(state)
    return model

"""Pairs of a prompt and its answer become a real T5 folder that has learned them: tokenizer, config and safetensors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

PAD, EOS, UNKNOWN = "<pad>", "</s>", "<unk>"
MAX_STEPS = 600
ENOUGH = 0.01
"""Mean loss at which the pairs count as learned."""


def build(folder: Path, pairs: Mapping[str, str], max_length: int = 512) -> Path:
    """Train on the pairs until they are known by heart, save to ``folder``; takes a few seconds."""
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    torch.manual_seed(0)
    torch.set_num_threads(1)  # so small a model only waits for its threads, twenty times as long on busy cores
    tokenizer = tokenizer_for([*pairs, *pairs.values()], max_length)
    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=64,
        d_kv=16,
        d_ff=128,
        num_layers=1,
        num_decoder_layers=1,
        num_heads=4,
        dropout_rate=0.0,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        decoder_start_token_id=tokenizer.pad_token_id,
        tie_word_embeddings=False,
    )
    model = T5ForConditionalGeneration(config)
    _learn(model, tokenizer, pairs)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def tokenizer_for(texts: list[str], max_length: int = 512) -> Any:
    """Whole words with the space before them, single Han characters and single marks; decoding is concatenation."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    split = pre_tokenizers.Split(Regex(r" ?[A-Za-z0-9]+|[^A-Za-z0-9]"), "isolated")
    words = {piece for text in texts for piece, _ in split.pre_tokenize_str(text)}
    vocabulary = {piece: number for number, piece in enumerate([PAD, EOS, UNKNOWN, *sorted(words)])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = split
    tokenizer.decoder = decoders.Fuse()
    tokenizer.post_processor = processors.TemplateProcessing(single=f"$A {EOS}", special_tokens=[(EOS, 1)])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=EOS,
        unk_token=UNKNOWN,
        model_max_length=max_length,
        clean_up_tokenization_spaces=False,
    )


def _learn(model: Any, tokenizer: Any, pairs: Mapping[str, str]) -> None:
    import torch

    prompts = tokenizer(list(pairs), padding=True, return_tensors="pt")
    answers = tokenizer(list(pairs.values()), padding=True, return_tensors="pt").input_ids
    answers[answers == tokenizer.pad_token_id] = -100  # padding teaches nothing
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.0)
    model.train()
    for _ in range(MAX_STEPS):
        loss = model(input_ids=prompts.input_ids, attention_mask=prompts.attention_mask, labels=answers).loss
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        if loss.item() < ENOUGH:
            return
    raise AssertionError(f"the pairs were not learned in {MAX_STEPS} steps: loss {loss.item():.3f}")

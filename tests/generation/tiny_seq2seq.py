"""A real T5 folder whose weights are set by hand, so that it writes the same words on every processor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

PAD, EOS, UNKNOWN = "<pad>", "</s>", "<unk>"
_PIECE = re.compile(r"[^ 。，]+[。，]? ?")


def build(folder: Path, answers: Mapping[tuple[str, ...], str], texts: Iterable[str], max_length: int = 512) -> Path:
    """Save a T5 that writes an answer where the prompt holds all of its key tokens; with more keys it goes first.

    Where no keys are found the model writes nothing. ``texts`` give the tokenizer further words to know.

    How it works: each head of the cross-attention looks for one key token and notes whether it is there. Each hidden
    unit of the decoder's feed-forward layer waits for the keys of an answer and for the token written last, and votes
    for the answer's next token, the more strongly the more keys the answer has. All else is zero, so the right token
    wins by a wide margin.
    """
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    pieces: dict[tuple[str, ...], list[str]] = {(): []}
    pieces |= {wanted: _PIECE.findall(answer) for wanted, answer in answers.items()}
    for wanted, parts in pieces.items():  # what was written last must tell what comes next
        assert len(parts) == len(set(parts)), f"the answer for {wanted} repeats a token: {parts}"
    keys = sorted({key for some in answers for key in some})
    spoken = [PAD, EOS, *sorted({piece for parts in pieces.values() for piece in parts})]
    assert not {*keys} & {*spoken}
    tokenizer = tokenizer_for([*texts, *keys], spoken[2:], max_length)
    ids = tokenizer.get_vocab()
    assert ids.keys() >= {*keys}
    steps = [
        (wanted, before, after)
        for wanted, parts in pieces.items()
        for before, after in zip([PAD, *parts], [*parts, EOS], strict=True)
    ]
    # The coordinates of a vector: always one; a key each; a token to write each, here for the last and the next one.
    key_at = {key: 1 + number for number, key in enumerate(keys)}
    spoken_at = {piece: 1 + len(keys) + number for number, piece in enumerate(spoken)}
    width = 1 + len(keys) + len(spoken)
    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=width,
        d_kv=1,
        d_ff=len(steps),
        num_layers=1,
        num_decoder_layers=1,
        num_heads=len(keys),
        dropout_rate=0.0,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        decoder_start_token_id=tokenizer.pad_token_id,
    )
    model = T5ForConditionalGeneration(config)
    cross, feed_forward = (layer for layer in list(model.decoder.block[0].layer)[1:])
    attention, dense = cross.EncDecAttention, feed_forward.DenseReluDense
    with torch.no_grad():
        for name, weights in model.named_parameters():
            weights.fill_(1.0 if "layer_norm" in name else 0.0)
        vectors = model.shared.weight  # (vocabulary, width)
        vectors[:, 0] = 1.0
        for piece, at in {**key_at, **spoken_at}.items():
            vectors[ids[piece], at] = 1.0
        for head, at in enumerate(key_at.values()):
            attention.q.weight[head, 0] = 1.0
            attention.k.weight[head, at] = 1.0
            attention.v.weight[head, at] = (2 / width) ** 0.5  # undoes the encoder's norm: a key that is there gives 1
            attention.o.weight[at, head] = 1.0
        for unit, (wanted, before, after) in enumerate(steps):
            for key in wanted:
                dense.wi.weight[unit, key_at[key]] = 1.0
            dense.wi.weight[unit, spoken_at[before]] = 1.0
            dense.wi.weight[unit, 0] = -0.5 - len(wanted)  # above zero only where all of them are there
            dense.wo.weight[spoken_at[after], unit] = 10.0 * (1 + len(wanted))  # outvotes the last token
        model.decoder.final_layer_norm.weight.fill_(1000.0)  # all but sure of it
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def tokenizer_for(texts: Iterable[str], written: Iterable[str] = (), max_length: int = 512) -> Any:
    """Whole words with the space before them, single Han characters and single marks; decoding is concatenation.

    ``written`` are further tokens as they stand.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    split = pre_tokenizers.Split(Regex(r" ?[A-Za-z0-9]+|[^A-Za-z0-9]"), "isolated")
    words = {piece for text in texts for piece, _ in split.pre_tokenize_str(text)}
    vocabulary = {piece: number for number, piece in enumerate([PAD, EOS, UNKNOWN, *sorted({*words, *written})])}
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

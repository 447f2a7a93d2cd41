"""The first stage: what the words of a question say about its subject, whatever their order.

The first layer begins as a plain mean: with keys of zero its attention is even, and the layers up to the signpost begin as nothing. The
state where a question ends is then a sum over words and one mixture of experts, which a thousandth of the network's work computes. So
hundreds of thousands of questions pass in minutes, and the network begins where a good word counter ends.
"""
import time

import torch
from torch.nn import functional as F

import harmony
from corpus import LANGUAGES
from model import norm
from tokens import END

ROUND, BATCH = 60_000, 250


@torch.no_grad()
def begin_as_mean(model):
    first, *rest = model.layers
    first.self_attn.k_proj.weight.zero_()
    first.self_attn.o_proj.weight.normal_(0, 0.5)   # a question is a tenth of what the mean is taken over
    for layer in rest:
        layer.self_attn.o_proj.weight.zero_()
        layer.mlp.down_proj.zero_()


def state_at_end(model, ids, offsets, lengths, system):
    """What the first layer makes of the last token of each question."""
    layer, attention = model.layers[0], model.layers[0].self_attn
    embeddings, s = model.embed_tokens.weight, model.shape
    values = attention.v_proj(norm(embeddings, layer.input_layernorm, s.eps))
    seen = F.embedding_bag(ids, values, offsets, mode="sum") + values[system].sum(0)
    mean = seen / (len(system) + lengths + 1)[:, None]     # the sink, a logit of zero, has a share too
    heads = mean.view(-1, s.kv_heads, 1, s.head_dim).expand(-1, -1, s.heads // s.kv_heads, -1).flatten(1)
    x = embeddings[END] + attention.o_proj(heads)
    return x + layer.mlp(norm(x, layer.post_attention_layernorm, s.eps)[None])[0]


def learn_words(student, examples, rounds, peak=3e-3):
    began, model, tokenizer = time.time(), student.model, examples.tokenizer
    begin_as_mean(model)
    used = [p for n, p in student.named_parameters() if "layers.0." in n or "embed" in n or "half_way" in n]
    optimiser = torch.optim.AdamW(used, lr=peak, weight_decay=0.0)
    total, step = rounds * (ROUND // BATCH), 0
    for number in range(rounds):
        turns = (examples.single(examples.rng.choice(LANGUAGES)) for _ in range(ROUND))
        items = [(harmony.user(tokenizer, t.question), examples.subjects.index(t.subject)) for t in turns]
        losses, right = [], 0
        for start in range(0, ROUND, BATCH):
            part = items[start:start + BATCH]
            lengths = torch.tensor([len(ids) for ids, _ in part])
            ids = torch.tensor([token for ids, _ in part for token in ids])
            subjects = torch.tensor([subject for _, subject in part])
            system = torch.tensor(harmony.system(tokenizer, examples.rng.choice(harmony.EFFORTS), examples.rng.randrange(harmony.DAYS)))
            state = state_at_end(model, ids, lengths.cumsum(0) - lengths, lengths, system)
            guess = student.guess(state)
            loss = F.cross_entropy(guess, subjects) + 0.01 * model.layers[0].mlp.balance.value
            optimiser.zero_grad()
            loss.backward()
            for group in optimiser.param_groups:
                group["lr"] = peak * min(1, (step + 1) / 100, 1.05 - step / total)
            optimiser.step()
            step += 1
            losses.append(loss.item())
            right += (guess.argmax(-1) == subjects).sum().item()
        print(f"words {number + 1}/{rounds} loss {sum(losses) / len(losses):.3f} right {right / ROUND:.3f} {time.time() - began:.0f} s", flush=True)

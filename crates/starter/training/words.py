"""The first stage: what the words of a question say about its subject, whatever their order.

The layers that read begin as one weighted mean: the first passes every word on as it is, the second looks at them with an attention
that depends on their distance alone. The state where a question ends is then a sum over words and one mixture of experts, which a
thousandth of the network's work computes. So hundreds of thousands of questions pass in minutes, and the network begins where a good
word counter ends; the order of words and their parts come in the next stage.
"""
import math
import time

import torch
from torch.nn import functional as F

import harmony
from corpus import LANGUAGES
from model import norm, rope, rotated
from tokens import END

ROUND, BATCH = 60_000, 250
# How the last of the reading layers looks back at first: (frequency of the rotary embedding, share). The sum falls from here to 160
# tokens before, so that earlier turns weigh little.
LOOK_BACK = ((4, 1.0), (5, 2.0))
# The heads of the first layer look at first at the token this far before.
NEAR = (1, 2, 3, 4)


@torch.no_grad()
def begin_as_mean(model):
    s, (first, last, *rest) = model.shape, model.layers
    for layer in model.layers:
        layer.self_attn.o_proj.weight.zero_()
        layer.mlp.down_proj.zero_()
    last.self_attn.o_proj.weight.normal_(0, 0.2)
    last.mlp.down_proj.normal_(0, s.inner ** -0.5 / math.sqrt(2 * s.layers))
    for attention in (first.self_attn, last.self_attn):
        attention.q_proj.weight.mul_(0.1 if attention is first.self_attn else 0)
        attention.k_proj.weight.mul_(0.1 if attention is first.self_attn else 0)
    look(last.self_attn, s, [LOOK_BACK] * s.kv_heads, [0] * s.kv_heads, 1.9)
    look(first.self_attn, s, [((0, 1.0), (1, 1.0), (2, 1.0), (3, 1.0))] * s.kv_heads, NEAR, 3.5)


def look(attention, s, waves, distances, strength):
    """Biases by which a head's attention depends on the distance, most at `distances` back, whatever the words."""
    half = s.head_dim // 2
    turn = rope(s, torch.tensor(distances))
    scale = 0.1 * math.log(s.factor) + 1
    q, k = (torch.zeros(s.kv_heads, s.head_dim) for _ in range(2))
    for head, parts in enumerate(waves):
        for frequency, share in parts:
            size = strength * math.sqrt(share)
            k[head, frequency] = size
            # A query turned back by the distance meets the key as if both stood at the same place.
            q[head, frequency] = size * turn[0][head, frequency] / scale
            q[head, frequency + half] = -size * turn[1][head, frequency] / scale
    attention.k_proj.bias.copy_(k.flatten())
    attention.q_proj.bias.copy_(q.repeat_interleave(s.heads // s.kv_heads, 0).flatten())


@torch.no_grad()
def shares_of_distance(model, most):
    """exp of the attention logit at each distance 0 … most-1, the same for all heads."""
    s, attention = model.shape, model.layers[1].self_attn
    cos, sin = rope(s, torch.arange(most))
    k = rotated(attention.k_proj.bias[:s.head_dim].expand(most, -1), cos, sin)
    q = rotated(attention.q_proj.bias[:s.head_dim].expand(most, -1), cos, sin)
    return torch.exp(k @ q[-1] * s.head_dim ** -0.5).flip(0)


def state_at_end(model, ids, offsets, lengths, system, shares):
    """What the reading layers make of the last token of each question."""
    layer, attention = model.layers[1], model.layers[1].self_attn
    embeddings, s = model.embed_tokens.weight, model.shape
    values = attention.v_proj(norm(embeddings, layer.input_layernorm, s.eps))
    ends = (offsets + lengths).repeat_interleave(lengths)
    weights = shares[ends - 1 - torch.arange(len(ids))]
    seen = F.embedding_bag(ids, values, offsets, mode="sum", per_sample_weights=weights)
    before = shares[lengths[:, None] + torch.arange(len(system)).flip(0)]       # [questions, system]
    seen = seen + before @ values[system]
    total = torch.zeros(len(lengths)).index_add_(0, torch.arange(len(lengths)).repeat_interleave(lengths), weights) + before.sum(1) + 1
    mean = seen / total[:, None]     # the sink, a logit of zero, has a share too
    heads = mean.view(-1, s.kv_heads, 1, s.head_dim).expand(-1, -1, s.heads // s.kv_heads, -1).flatten(1)
    x = embeddings[END] + attention.o_proj(heads)
    return x + layer.mlp(norm(x, layer.post_attention_layernorm, s.eps)[None])[0]


def learn_words(student, examples, rounds, peak=3e-3):
    began, model, tokenizer = time.time(), student.model, examples.tokenizer
    begin_as_mean(model)
    shares = shares_of_distance(model, 400)
    used = [p for n, p in student.named_parameters()
            if "embed" in n or "half_way" in n or "language" in n or ("layers.1." in n and "q_proj" not in n and "k_proj" not in n)]
    optimiser = torch.optim.AdamW(used, lr=peak, weight_decay=0.0)
    total, step = rounds * (ROUND // BATCH), 0
    for number in range(rounds):
        turns = (examples.single(examples.rng.choice(LANGUAGES)) for _ in range(ROUND))
        items = [(harmony.user(tokenizer, t.question), examples.subjects.index(t.subject), LANGUAGES.index(t.lang)) for t in turns]
        losses, right = [], []
        for start in range(0, ROUND, BATCH):
            part = items[start:start + BATCH]
            lengths = torch.tensor([len(ids) for ids, _, _ in part])
            ids = torch.tensor([token for ids, _, _ in part for token in ids])
            subjects, languages = (torch.tensor([item[i] for item in part]) for i in (1, 2))
            system = torch.tensor(harmony.system(tokenizer, examples.rng.choice(harmony.EFFORTS), examples.rng.randrange(harmony.DAYS)))
            state = state_at_end(model, ids, lengths.cumsum(0) - lengths, lengths, system, shares)
            loss, good = student.judge(state, subjects, languages)
            loss = loss + 0.01 * model.layers[1].mlp.balance.value
            optimiser.zero_grad()
            loss.backward()
            for group in optimiser.param_groups:
                group["lr"] = peak * min(1, (step + 1) / 100, 1.05 - step / total)
            optimiser.step()
            step += 1
            losses.append(loss.item())
            right.append(good.item())
        print(f"words {number + 1}/{rounds} loss {sum(losses) / len(losses):.3f} right {sum(right) / len(right):.3f} {time.time() - began:.0f} s", flush=True)

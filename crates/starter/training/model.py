"""The gpt-oss network at a small size, computed as transformers does; gate and up rows stand apart here and are interleaved at export."""
import math
import threading
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

from tokens import VOCABULARY


# Of what the layers that read pass on while speaking is learned: new questions are read less surely than those of the corpus.
SEAM_DROPOUT = 0.05


@dataclass
class Shape:
    vocabulary: int = VOCABULARY
    hidden: int = 256
    layers: int = 5
    half: int = 2          # after this layer the subject of a question is known: these layers read, the others speak
    heads: int = 8
    kv_heads: int = 4
    head_dim: int = 32
    experts: int = 8
    chosen: int = 2
    inner: int = 256
    window: int = 128
    eps: float = 1e-5
    theta: float = 150000.0
    factor: float = 32.0
    original: int = 4096
    context: int = 4096


def rope(shape, positions):
    """YaRN without truncation: fast dimensions keep their frequency, slow ones are stretched, and both factors carry 0.1·ln(factor)+1."""
    d = shape.head_dim
    powers = shape.theta ** (torch.arange(0, d, 2).float() / d)

    def dimension(rotations):
        return d * math.log(shape.original / (rotations * 2 * math.pi)) / (2 * math.log(shape.theta))
    low, high = max(dimension(32.0), 0), min(dimension(1.0), d - 1)
    ramp = ((torch.arange(d // 2).float() - low) / (high - low)).clamp(0, 1)
    frequencies = 1 / (shape.factor * powers) * ramp + 1 / powers * (1 - ramp)
    angles = positions[..., None].float() * frequencies
    scale = 0.1 * math.log(shape.factor) + 1
    return angles.cos() * scale, angles.sin() * scale


def rotated(x, cos, sin):
    first, second = x.chunk(2, -1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), -1)


def taken(x, places):
    """Of each row [rows, n, …] the entries at its places [rows, queries]."""
    return x[torch.arange(len(x))[:, None], places]


def norm(x, weight, eps):
    return (weight.float() * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps))).to(weight.dtype)


def swiglu(gate_up):
    gate, up = gate_up.chunk(2, -1)
    gate, up = gate.clamp(max=7.0), up.clamp(-7.0, 7.0)
    return gate * torch.sigmoid(1.702 * gate) * (up + 1)


class Keys:
    """Keys and values of what came before. `grow`: each pass adds to them; else they are a fixed prefix shared by all rows."""

    def __init__(self, grow=False):
        self.grow, self.kept = grow, {}

    def extend(self, layer, k, v):
        if layer not in self.kept:
            self.kept[layer] = (k, v)
            return k, v
        before = self.kept[layer]
        k, v = (torch.cat((b.expand(len(x), -1, -1, -1), x), 2) for b, x in zip(before, (k, v)))
        if self.grow:
            self.kept[layer] = (k, v)
        return k, v


class Attention(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.shape = s
        self.q_proj = nn.Linear(s.hidden, s.heads * s.head_dim)
        self.k_proj = nn.Linear(s.hidden, s.kv_heads * s.head_dim)
        self.v_proj = nn.Linear(s.hidden, s.kv_heads * s.head_dim)
        self.o_proj = nn.Linear(s.heads * s.head_dim, s.hidden)
        self.sinks = nn.Parameter(torch.zeros(s.heads))

    def forward(self, x, turn, mask, cache=None, places=None):
        """`places` [rows, queries]: only these tokens ask; all are seen."""
        s, rows = self.shape, len(x)
        cos, sin = turn

        def split(y, heads):
            return y.view(rows, -1, heads, s.head_dim).transpose(1, 2)
        k = rotated(split(self.k_proj(x), s.kv_heads), cos, sin)
        v = split(self.v_proj(x), s.kv_heads)
        if places is not None:
            x, mask = taken(x, places), taken(mask, places)
            cos, sin = (taken(y[:, 0], places)[:, None] for y in turn)
        length = x.shape[1]
        q = rotated(split(self.q_proj(x), s.heads), cos, sin)
        if cache is not None:
            k, v = cache.extend(self, k, v)
        if length == 1 and places is None:
            return self.o_proj(self.attend_one(q, k, v, mask).reshape(rows, 1, -1))
        group = s.heads // s.kv_heads
        k, v = (y[:, :, None].expand(-1, -1, group, -1, -1).flatten(1, 2) for y in (k, v))
        return self.o_proj(self.attend(q, k, v, mask).transpose(1, 2).reshape(rows, length, -1))

    def attend(self, q, k, v, mask):
        """The sink as one more key: two extra dimensions hold 1 in every query and, in that key alone, the head's sink logit."""
        rows, heads, length, d = q.shape
        scale = d ** -0.5
        q = torch.cat((q, q.new_ones(rows, heads, length, 1), q.new_zeros(rows, heads, length, 1)), -1)
        sink = (self.sinks / scale).to(q.dtype).view(1, heads, 1, 1).expand(rows, -1, -1, -1)
        last = torch.cat((k.new_zeros(rows, heads, 1, d), sink, k.new_zeros(rows, heads, 1, 1)), -1)
        k = torch.cat((F.pad(k, (0, 2)), last), 2)
        v = F.pad(v, (0, 2, 0, 1))
        mask = F.pad(mask, (0, 1), value=True)[:, None]
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, scale=scale)[..., :d]


    def attend_one(self, q, k, v, mask):
        """One query a row, as in generation: no copies of the keys, the sink added to the softmax."""
        s, rows = self.shape, len(q)
        scores = q.view(rows, s.kv_heads, -1, s.head_dim) @ k.mT * s.head_dim ** -0.5
        scores = scores.masked_fill(~mask[:, None], -torch.inf)
        sink = self.sinks.view(1, s.kv_heads, -1, 1).expand(rows, -1, -1, -1)
        return torch.cat((scores, sink), -1).softmax(-1)[..., :-1] @ v


class Experts(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.shape = s
        self.router = nn.Linear(s.hidden, s.experts)
        self.gate_up_proj = nn.Parameter(torch.empty(s.experts, 2 * s.inner, s.hidden))
        self.gate_up_proj_bias = nn.Parameter(torch.zeros(s.experts, 2 * s.inner))
        self.down_proj = nn.Parameter(torch.empty(s.experts, s.hidden, s.inner))
        self.down_proj_bias = nn.Parameter(torch.zeros(s.experts, s.hidden))
        self.balance = threading.local()   # parts of a step run in threads of their own

    def forward(self, x):
        s, flat = self.shape, x.flatten(0, 1)
        logits = F.linear(flat.float(), self.router.weight.float(), self.router.bias.float())
        top, chosen = logits.topk(s.chosen, -1)
        shares = top.softmax(-1)
        order = chosen.flatten().argsort(stable=True)     # tokens of one expert stand together, so each expert is two matrix products
        counts = torch.bincount(chosen.flatten(), minlength=s.experts)
        sizes, tokens = counts.tolist(), order // s.chosen
        if self.training:
            self.balance.value = s.experts * (counts / counts.sum() * logits.softmax(-1).mean(0)).sum()
        parts = flat[tokens].split(sizes)
        inner = swiglu(torch.cat([torch.addmm(self.gate_up_proj_bias[e], p, self.gate_up_proj[e].t()) for e, p in enumerate(parts)]))
        parts = inner.split(sizes)
        outer = torch.cat([torch.addmm(self.down_proj_bias[e], p, self.down_proj[e].t()) for e, p in enumerate(parts)])
        outer = outer * shares.flatten()[order].to(outer.dtype)[:, None]
        back = torch.empty_like(order)
        back[order] = torch.arange(len(order))
        return outer[back].view(-1, s.chosen, s.hidden).sum(1).view_as(x)


class Layer(nn.Module):
    def __init__(self, s, dropout):
        super().__init__()
        self.eps, self.dropout = s.eps, dropout
        self.input_layernorm = nn.Parameter(torch.ones(s.hidden))
        self.self_attn = Attention(s)
        self.post_attention_layernorm = nn.Parameter(torch.ones(s.hidden))
        self.mlp = Experts(s)

    def forward(self, x, turn, mask, cache=None, places=None):
        attended = self.self_attn(norm(x, self.input_layernorm, self.eps), turn, mask, cache, places)
        x = (x if places is None else taken(x, places)) + self.drop(attended)
        return x + self.drop(self.mlp(norm(x, self.post_attention_layernorm, self.eps)))

    def drop(self, x):
        return F.dropout(x, self.dropout, self.training)


class GptOss(nn.Module):
    def __init__(self, shape=Shape(), dropout=0.03):
        super().__init__()
        s = self.shape = shape
        self.dropout = dropout
        self.embed_tokens = nn.Embedding(s.vocabulary, s.hidden)
        self.layers = nn.ModuleList(Layer(s, dropout) for _ in range(s.layers))
        self.norm = nn.Parameter(torch.ones(s.hidden))
        self.lm_head = nn.Linear(s.hidden, s.vocabulary, bias=False)
        self.start()

    @torch.no_grad()
    def start(self):
        for name, p in self.named_parameters():
            if p.dim() < 2 or name.endswith("bias"):
                continue
            std = p.shape[-1] ** -0.5
            if "embed" in name:
                std = 0.1
            elif "o_proj" in name or "down_proj" in name:
                std /= math.sqrt(2 * self.shape.layers)
            elif "lm_head" in name or "router" in name:
                std = 0.02
            p.normal_(0, std)

    def start_of(self, ids, positions):
        x = F.dropout(self.embed_tokens(ids), self.dropout, self.training).float()
        return x, tuple(y[:, None].to(self.norm.dtype) for y in rope(self.shape, positions))

    def hidden_states(self, ids, positions, mask, near, cache=None, speaking_only=False, between=None):
        """`mask` and `near` [rows, queries, keys] say what full and sliding layers may see. `speaking_only`: the layers that read are
        computed as they will be used, and nothing is learned in them; `between` receives the states after each of the others."""
        with torch.set_grad_enabled(torch.is_grad_enabled() and not speaking_only):
            x, turn = self.start_of(ids, positions)
            for i, layer in enumerate(self.layers[:self.shape.half]):
                x = layer(x, turn, near if i % 2 == 0 else mask, cache)
            if speaking_only:
                x = F.dropout(x, SEAM_DROPOUT, self.training)
        for i, layer in enumerate(self.layers[self.shape.half:], self.shape.half):
            x = layer(x, turn, near if i % 2 == 0 else mask, cache)
            if between is not None:
                between.append(x)
        return norm(x, self.norm, self.shape.eps)

    def states_read(self, ids, positions, mask, near, cache, places):
        """What the layers that read make of the tokens at `places` [rows, queries]: the last of them is computed there alone."""
        x, turn = self.start_of(ids, positions)
        *before, last = range(self.shape.half)
        for i in before:
            x = self.layers[i](x, turn, near if i % 2 == 0 else mask, cache)
        return self.layers[last](x, turn, near if last % 2 == 0 else mask, cache, places)

    def behind_system(self, data):
        """The keys of the one system message of a batch."""
        prefix, length = Keys(), data["system"].shape[1]
        causal = torch.ones(1, length, length, dtype=torch.bool).tril()
        return prefix, (data["system"], torch.arange(length)[None], causal, causal & ~causal.tril(-self.shape.window), prefix)

    def batch_states(self, data, between=None):
        """The hidden states of all rows of a batch of conversations."""
        prefix, system = self.behind_system(data)
        self.hidden_states(*system, speaking_only=True)
        return self.hidden_states(data["ids"], data["positions"], data["mask"], data["near"], prefix, True, between)

    def batch_read(self, data):
        """States [rows, queries, hidden] where the questions of a batch end."""
        prefix, system = self.behind_system(data)
        self.states_read(*system, torch.zeros(1, 1, dtype=torch.long))
        return self.states_read(data["ids"], data["positions"], data["mask"], data["near"], prefix, data["places"])

    def balance(self, layers):
        return sum(layer.mlp.balance.value for layer in layers) / len(layers)

"""Generates for many conversations at once, with a cache, from the exported weights."""
import torch

from tokens import CALL, PAD, RETURN


class Kept:
    """Keys and values in one piece of memory per layer, so that a step copies only its own."""

    def __init__(self, rows, room):
        self.rows, self.room, self.used, self.layers = rows, room, 0, {}

    def extend(self, layer, k, v):
        if layer not in self.layers:
            self.layers[layer] = [x.new_empty(self.rows, x.shape[1], self.room, x.shape[3]) for x in (k, v)]
        stop = self.used + k.shape[2]
        for kept, new in zip(self.layers[layer], (k, v)):
            kept[:, :, self.used:stop] = new
        return [kept[:, :, :stop] for kept in self.layers[layer]]


@torch.inference_mode()
def generate(model, prompts, temperature, seed, limit=320, min_p=0.0):
    """The tokens after each prompt, up to and with the one that stops. Tokens less likely than `min_p` times the likeliest are not drawn,
    as in the program (crates/engine/src/sampling.rs)."""
    rows, width, window = len(prompts), max(map(len, prompts)), model.shape.window
    draw = torch.Generator().manual_seed(seed)
    ids = torch.full((rows, width), PAD)
    first = torch.tensor([width - len(p) for p in prompts])
    for row, prompt in enumerate(prompts):
        ids[row, width - len(prompt):] = torch.tensor(prompt)
    places = torch.arange(width + limit)
    positions = (places[None, :width] - first[:, None]).clamp_min(0)
    causal = (places[:width, None] >= places[None, :width])[None]
    mask = causal & (places[None, None, :width] >= first[:, None, None]) | torch.eye(width, dtype=torch.bool)
    near = mask & (places[:width, None] - places[None, :width] < window)
    kept = Kept(rows, width + limit)
    hidden = model.hidden_states(ids, positions, mask, near, kept)[:, -1:]
    kept.used = width
    done, said = torch.zeros(rows, dtype=torch.bool), []
    for step in range(limit):
        logits = model.lm_head(hidden[:, 0])
        if temperature == 0:
            chosen = logits.argmax(-1)
        else:
            shares = (logits / temperature).softmax(-1)
            shares = shares.where(shares >= min_p * shares.amax(-1, keepdim=True), 0)
            chosen = torch.multinomial(shares, 1, generator=draw)[:, 0]
        said.append(torch.where(done, PAD, chosen))
        done = done | (chosen == RETURN) | (chosen == CALL) | (chosen == PAD)
        if done.all():
            break
        at = width + step
        visible = places[None, None, :at + 1] >= first[:, None, None]
        close = visible & (at - places[None, None, :at + 1] < window)
        hidden = model.hidden_states(chosen[:, None], at - first[:, None], visible, close, kept)
        kept.used = at + 1
    said = torch.stack(said, 1).tolist()
    return [row[:row.index(PAD)] if PAD in row else row for row in said]

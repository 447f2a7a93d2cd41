"""Muon for the matrices, Adam for the rest, on float32 masters; the network itself holds the weights as they will be exported.

Training with the rounded weights (MXFP4 experts, BF16 rest) and stepping the unrounded masters is the straight-through estimate.
"""
import torch

import mxfp4


def is_expert(name):
    return name.endswith("gate_up_proj") or name.endswith("down_proj")


def is_matrix(name):
    return is_expert(name) or any(name.endswith(f"{k}_proj.weight") for k in "qkvo")


def orthogonal(g):
    """Newton-Schulz, five rounds, in bfloat16, for a stack of matrices."""
    x = g.bfloat16()
    tall = x.shape[-2] > x.shape[-1]
    x = x.mT if tall else x
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(5):
        a = x @ x.mT
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return (x.mT if tall else x).float()


class Optimiser:
    def __init__(self, model, decay=0.1):
        self.model, self.decay, self.steps = model, decay, 0
        self.master = {n: p.detach().float().clone() for n, p in model.named_parameters()}
        self.first = {n: torch.zeros_like(w) for n, w in self.master.items()}
        self.second = {n: torch.zeros_like(w) for n, w in self.master.items() if not is_matrix(n)}
        model.bfloat16()
        self.publish()

    @torch.no_grad()
    def publish(self):
        for n, p in self.model.named_parameters():
            self.publish_one(n, p)

    def publish_one(self, n, p):
        p.copy_(mxfp4.rounded(self.master[n]) if is_expert(n) else self.master[n])

    @torch.no_grad()
    def step(self, parts, rate, workers, clip=1.0):
        """`parts` are the gradients of equal parts of the step; the weights are dealt to the workers one by one, largest first."""
        self.steps += 1
        names = dict(self.model.named_parameters())
        grads = {n: [p[i] for p in parts if p[i] is not None] for i, n in enumerate(names)}
        grads = {n: sum(g.float() for g in found) / len(found) for n, found in grads.items() if found}
        total = torch.sqrt(sum(g.pow(2).sum() for g in grads.values()))
        shrink = torch.clamp(clip / (total + 1e-6), max=1.0)

        def one(n):
            torch.set_num_threads(1)
            with torch.no_grad():
                self.step_one(n, grads[n], shrink, rate)
                self.publish_one(n, names[n])
        list(workers.map(one, sorted(grads, key=lambda n: -names[n].numel())))
        return total.item()

    def step_one(self, n, g, shrink, rate):
        w, m = self.master[n], self.first[n]
        if n in self.second:
            self.adam(n, w, m, g * shrink, rate)
        else:
            m.mul_(0.95).add_(g)
            update = orthogonal(g.add(m, alpha=0.95))
            w.mul_(1 - rate * self.decay).add_(update, alpha=-rate * 0.2 * max(w.shape[-2:]) ** 0.5)

    def adam(self, name, w, m, g, rate):
        v = self.second[name]
        m.lerp_(g, 0.1)
        v.lerp_(g * g, 0.02)
        unbiased = m / (1 - 0.9 ** self.steps)
        spread = (v / (1 - 0.98 ** self.steps)).sqrt_().add_(1e-8)
        if w.dim() > 1 and not name.endswith("bias"):
            w.mul_(1 - rate * self.decay)
        w.addcdiv_(unbiased, spread, value=-rate)

    def state(self):
        return {"master": self.master, "first": self.first, "second": self.second, "steps": self.steps}

    def restore(self, state):
        self.master, self.first, self.second, self.steps = state["master"], state["first"], state["second"], state["steps"]
        self.publish()

"""The model while it learns: with two signposts that are not exported.

One names the subject of a question half-way through the network, where the question ends; one at the end of the network, where the
reasoning is about to name it. Words alone teach this slowly, since the names of many subjects begin alike.
"""
import torch
from torch import nn
from torch.nn import functional as F

BALANCE, SIGNPOSTS = 0.01, 0.3


class Student(nn.Module):
    def __init__(self, model, subjects):
        super().__init__()
        self.model, self.half = model, model.shape.half
        self.half_way, self.at_end = (nn.Linear(model.shape.hidden, subjects) for _ in range(2))

    def subject(self, middle, rows, at):
        return self.guess(middle[rows, at])

    def guess(self, state):
        state = F.rms_norm(state, (self.model.shape.hidden,)).to(self.half_way.weight.dtype)
        return self.half_way(F.dropout(state, self.model.dropout, self.training)).float()

    def reading(self, data):
        """Questions only, on the first half of the network."""
        middle = self.model.batch_states(data, upto=self.half)
        rows, at, subjects = data["asked"].T
        guess = self.subject(middle, rows, at)
        return F.cross_entropy(guess, subjects), (guess.argmax(-1) == subjects).float().mean()

    def speaking(self, data):
        middle = []
        hidden = self.model.batch_states(data, middle)
        logits = self.model.lm_head(hidden[data["rows"], data["at"]]).float()
        losses = F.cross_entropy(logits, data["targets"], reduction="none")
        spoken = (losses * data["weights"]).sum() / data["weights"].sum()
        (rows, at, asked), (late_rows, late_at, told) = data["asked"].T, data["told"].T
        posts = F.cross_entropy(self.subject(middle[0], rows, at), asked) + F.cross_entropy(self.at_end(hidden[late_rows, late_at]).float(), told)
        return spoken, posts


def gradients(student, data):
    """Of one part of a step. Parts are computed side by side on one thread each: threads that share one operation wait for each other
    at every one of its thousands of ends, and stand still as soon as another program wants a core."""
    torch.set_num_threads(1)
    if len(data["told"]):
        spoken, posts = student.speaking(data)
        total = spoken + SIGNPOSTS * posts + BALANCE * student.model.balance()
        report = {"words": spoken.item(), "signposts": posts.item()}
    else:
        reading, right = student.reading(data)
        total = reading + BALANCE * student.model.balance(student.half)
        report = {"reading": reading.item(), "right": right.item()}
    return torch.autograd.grad(total, list(student.parameters()), allow_unused=True), report

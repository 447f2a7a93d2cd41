"""The model while it learns: with signposts that are not exported.

Two name the subject and the language of a question where it ends, after the layers that read; the third names the subject after
each of the layers that speak, from the beginning of the reasoning to where it is about to be named. Words alone teach this slowly, since the names of many subjects begin alike.
"""
import torch
from torch import nn
from torch.nn import functional as F

from corpus import LANGUAGES

BALANCE, SIGNPOST = 0.01, 0.5


class Student(nn.Module):
    def __init__(self, model, subjects):
        super().__init__()
        self.model, self.half = model, model.shape.half
        self.half_way, self.at_end = (nn.Linear(model.shape.hidden, subjects) for _ in range(2))
        self.language = nn.Linear(model.shape.hidden, len(LANGUAGES))

    def guess(self, state):
        """Logits of subject and language of states [..., hidden] after the layers that read."""
        state = F.rms_norm(state, (self.model.shape.hidden,)).to(self.half_way.weight.dtype)
        state = F.dropout(state, self.model.dropout, self.training)
        return self.half_way(state).float(), self.language(state).float()

    def judge(self, state, subjects, languages):
        """Loss, and share of right subjects."""
        subject, language = self.guess(state)
        loss = F.cross_entropy(subject, subjects) + F.cross_entropy(language, languages)
        return loss, (subject.argmax(-1) == subjects).float().mean()

    def reading(self, data):
        rows, order, subjects, languages = data["asked"].T
        return self.judge(self.model.batch_read(data)[rows, order], subjects, languages)

    def speaking(self, data):
        between = []
        hidden = self.model.batch_states(data, between)
        logits = self.model.lm_head(hidden[data["rows"], data["at"]]).float()
        losses = F.cross_entropy(logits, data["targets"], reduction="none")
        spoken = (losses * data["weights"]).sum() / data["weights"].sum()
        rows, at, told = data["told"].T
        named = [F.rms_norm(x[rows, at], x.shape[-1:]).to(self.at_end.weight.dtype) for x in between]
        return spoken, sum(F.cross_entropy(self.at_end(x).float(), told) for x in named) / len(named)


def gradients(student, data):
    """Of one part of a step. Parts are computed side by side on one thread each: threads that share one operation wait for each other
    at every one of its thousands of ends, and stand still as soon as another program wants a core."""
    torch.set_num_threads(1)
    model = student.model
    if len(data["told"]):
        spoken, post = student.speaking(data)
        total = spoken + SIGNPOST * post + BALANCE * model.balance(model.layers[student.half:])
        report = {"words": spoken.item(), "signpost": post.item()}
    else:
        reading, right = student.reading(data)
        total = reading + BALANCE * model.balance(model.layers[:student.half])
        report = {"reading": reading.item(), "right": right.item()}
    return torch.autograd.grad(total, list(student.parameters()), allow_unused=True), report

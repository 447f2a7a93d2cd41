"""Makes the starter model: tokenizer, training, export, evaluation. `python train.py` does it all; see README.md."""
import argparse
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

import export
from corpus import Corpus
from examples import Examples
from model import GptOss
from optimiser import Optimiser
from probe import probe, probes
from tokens import Tokenizer, write_tokenizer

HERE = Path(__file__).parent
MODEL, RUN = HERE.parent / "model", HERE / ".run"
LENGTH, ROWS, PARTS = 352, 4, 2
TURNS = [1] * 30 + [2] * 4 + [3, 4]
BALANCE, SIGNPOSTS = 0.01, 0.15


def rate(step, steps, peak):
    """Warm up, stay, and come down over the last half; the long descent is where unseen phrasings get better."""
    return peak * min(1.0, (step + 1) / 60, (steps - step) / (0.5 * steps))


def answer_share(step, steps):
    """Answers are learnt by heart early; then most examples stop after the reasoning, which leaves room for more questions."""
    return 0.4 if step < 0.15 * steps else 0.12


class Student(nn.Module):
    """The model with two signposts that are not exported: they name the subject of a question half-way through the network where the
    question ends, and at the end of the network where the reasoning is about to name it. Words alone teach this slowly, since many
    subjects' names begin alike."""

    def __init__(self, model, subjects):
        super().__init__()
        self.model = model
        self.half_way, self.at_end = (nn.Linear(model.shape.hidden, subjects) for _ in range(2))

    def loss(self, data):
        middle = []
        hidden = self.model.batch_states(data, middle)
        logits = self.model.lm_head(hidden[data["rows"], data["at"]]).float()
        losses = F.cross_entropy(logits, data["targets"], reduction="none")
        spoken = (losses * data["weights"]).sum() / data["weights"].sum()
        rows, at, subjects = data["named"].T
        early = F.rms_norm(middle[0][rows[0::2], at[0::2]], (self.model.shape.hidden,)).bfloat16()
        late = hidden[rows[1::2], at[1::2]]
        posts = [F.cross_entropy(head(x).float(), subjects[i::2]) for i, (head, x) in enumerate(((self.half_way, early), (self.at_end, late)))]
        return spoken, sum(posts)


def gradients(student, data):
    """Of one part of a step. Parts are computed side by side on one thread each: threads that share one operation wait for each other
    at every one of its thousands of ends, and stand still as soon as another program wants a core."""
    torch.set_num_threads(1)
    spoken, posts = student.loss(data)
    balance = student.model.balance()
    total = spoken + SIGNPOSTS * posts + BALANCE * balance
    return torch.autograd.grad(total, list(student.parameters())), (spoken.item(), posts.item(), balance.item())


def train(options):
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    write_tokenizer(options.out)
    tokenizer, corpus = Tokenizer(options.out), Corpus(HERE / "corpus")
    examples = Examples(corpus, tokenizer, options.seed)
    model = GptOss()
    student = Student(model, len(examples.subjects))
    optimiser = Optimiser(student)
    saved, first = options.run / "checkpoint.pt", 0
    options.run.mkdir(exist_ok=True)
    if options.resume and saved.exists():
        state = torch.load(saved)
        optimiser.restore(state["optimiser"])
        examples.rng.setstate(state["rng"])
        first = state["step"]
    print(f"{sum(p.numel() for p in model.parameters()):,} weights, {len(corpus.topics)} topics, steps {first} to {options.steps}", flush=True)

    def draw(step):
        share = answer_share(step, options.steps)
        return [examples.batch(ROWS, LENGTH, model.shape.window, TURNS, share) for _ in range(PARTS)]
    probed = probes(corpus, tokenizer, 200)
    with ThreadPoolExecutor(options.threads) as workers, ThreadPoolExecutor(1) as drawer:
        coming = drawer.submit(draw, first)
        began, seen, mean = time.time(), 0, None
        model.train()
        for step in range(first, options.steps):
            parts, coming = coming.result(), drawer.submit(draw, step + 1)
            results = list(workers.map(lambda part: gradients(student, part), parts))
            norm = optimiser.step([r[0] for r in results], rate(step, options.steps, options.peak), workers)
            now = torch.tensor([r[1] for r in results]).mean(0)
            mean = now if mean is None else 0.95 * mean + 0.05 * now
            seen += sum(part["ids"].numel() for part in parts)
            if step % 20 == 0:
                spent = time.time() - began
                print(f"step {step} words {mean[0]:.3f} signposts {mean[1]:.3f} balance {mean[2]:.3f} norm {norm:.2f} "
                      f"{seen / spent:.0f} tokens/s {spent:.0f} s", flush=True)
            if step % 200 == 199:
                model.eval()
                print("held out:", probe(model, corpus, tokenizer, probed)[0], flush=True)
                model.train()
                keep(saved, {"optimiser": optimiser.state(), "step": step + 1, "rng": examples.rng.getstate()})
                export.write(model, options.out)
    export.write(model, options.out)


def keep(saved, state):
    torch.save(state, saved.with_suffix(".part"))
    saved.with_suffix(".part").rename(saved)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--run", type=Path, default=RUN, help="where the checkpoint of an unfinished training lies")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--peak", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--no-evaluation", action="store_true")
    options = parser.parse_args()
    started = time.time()
    train(options)
    print(f"trained in {(time.time() - started) / 60:.1f} minutes")
    if not options.no_evaluation:
        import evaluate
        evaluate.main(options.out, HERE / "evaluation.json")

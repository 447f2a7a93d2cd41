"""Makes the starter model: tokenizer, training, export, evaluation. `python train.py` does it all; see README.md."""
import argparse
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch

import export
import known_answer
from corpus import Corpus
from examples import Examples
from model import GptOss
from optimiser import Optimiser
from probe import probe, probes, reading_probe
from student import Student, gradients
from tokens import Tokenizer, write_tokenizer
from words import learn_words

HERE = Path(__file__).parent
MODEL, RUN = HERE.parent / "model", HERE / ".run"
LENGTH, ROWS = 480, 3               # of conversations, two parts a step
QUESTIONS_LENGTH, QUESTIONS_ROWS = 320, 8
WORD_ROUNDS = 24                    # of 60,000 questions
READING, NAMING, STEPS = 10000, 12500, 13700   # until when questions are read, from when more are named than answered, and all steps
# From step to step, and the highest rate. It rises quickly, since reading begins where the words end and a high rate would undo them at
# first, and falls to nothing.
CYCLES = [(0, 5500, 1e-3), (5500, 9000, 8e-4), (9000, READING, 6e-4), (READING, NAMING, 3e-3), (NAMING, STEPS, 2e-3)]
WHOLE = [0.65, 0.35]                # share of the conversations that go on to the end of the answer, in either cycle of speaking


def rate(step):
    begin, end, peak = next(cycle for cycle in CYCLES if step < cycle[1])
    return peak * min(1.0, (step - begin + 1) / 60, (end - step) / (0.8 * (end - begin)))


def train(options):
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    write_tokenizer(options.out)
    tokenizer, corpus = Tokenizer(options.out), Corpus(HERE / "corpus")
    examples = Examples(corpus, tokenizer, options.seed)
    model = GptOss()
    student = Student(model, len(examples.subjects))
    if not options.resume:
        torch.set_num_threads(options.threads)
        learn_words(student, examples, WORD_ROUNDS)
        torch.set_num_threads(1)
    optimiser = Optimiser(student)
    options.run.mkdir(exist_ok=True)
    read, spoken = options.run / "reading.pt", options.run / "speaking.pt"
    first = 0
    if options.resume:
        state = torch.load(spoken if spoken.exists() else read)
        optimiser.restore(state["optimiser"])
        examples.rng.setstate(state["rng"])
        first = state["step"]
    print(f"{sum(p.numel() for p in model.parameters()):,} weights, {len(corpus.topics)} topics, steps {first} to {options.steps}", flush=True)

    def draw(step):
        window = model.shape.window
        if step < READING:
            return [examples.questions(QUESTIONS_ROWS, QUESTIONS_LENGTH, window) for _ in range(2)]
        return [examples.batch(ROWS, LENGTH, window, WHOLE[step >= NAMING]) for _ in range(2)]
    probed = probes(corpus, tokenizer, 1000)
    with ThreadPoolExecutor(options.threads) as workers, ThreadPoolExecutor(1) as drawer:
        coming = drawer.submit(draw, first)
        began, seen, means = time.time(), 0, {}
        student.train()
        for step in range(first, options.steps):
            parts, coming = coming.result(), drawer.submit(draw, step + 1)
            results = list(workers.map(lambda part: gradients(student, part), parts))
            norm = optimiser.step([r[0] for r in results], rate(step), workers)
            for report in (r[1] for r in results):
                for key, value in report.items():
                    means[key] = 0.96 * means.get(key, value) + 0.04 * value
            seen += sum(part["ids"].numel() for part in parts)
            if step % 20 == 0:
                spent = time.time() - began
                shown = " ".join(f"{key} {value:.3f}" for key, value in means.items())
                print(f"step {step} {shown} norm {norm:.2f} {seen / spent:.0f} tokens/s {spent:.0f} s", flush=True)
            if step % 500 == 499 or step + 1 == READING:
                student.eval()
                if step < READING:
                    print("held out, reading:", reading_probe(student, corpus, tokenizer, probed), flush=True)
                else:
                    print("held out:", probe(model, corpus, tokenizer, probed[:200])[0], flush=True)
                student.train()
                keep(read if step < READING else spoken, {"optimiser": optimiser.state(), "step": step + 1, "rng": examples.rng.getstate()})
                if step >= READING:
                    export.write(model, options.out)
    export.write(model, options.out)
    known_answer.write(options.out)


def keep(saved, state):
    torch.save(state, saved.with_suffix(".part"))
    saved.with_suffix(".part").rename(saved)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--run", type=Path, default=RUN, help="where the checkpoint of an unfinished training lies")
    parser.add_argument("--steps", type=int, default=STEPS)
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

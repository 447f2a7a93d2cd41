"""A quick look while training: does the reasoning name the right subject for held-out questions?"""
import random
from collections import Counter, defaultdict

import torch

import harmony
import trial
from generate import generate
from packing import Pack, batch
from tokens import CHANNEL, MESSAGE


def probes(corpus, tokenizer, number):
    found = [c for c in trial.cases(corpus) if c.subset in ("topics", "as typed", "declined", "follow-ups", "after other turns")]
    random.Random(3).shuffle(found)
    return found[:number]


def prompt_of(tokenizer, case, effort, day):
    ids = harmony.system(tokenizer, effort, day)
    for question, answer in case.history:
        ids = ids + harmony.user(tokenizer, question) + harmony.past_answer(tokenizer, answer)
    return ids + harmony.user(tokenizer, case.question) + harmony.prompt(tokenizer)


def probe(model, corpus, tokenizer, cases, rows=100):
    """Shares of right subjects by subset, and what was thought instead."""
    head = [CHANNEL, *tokenizer.encode_kept("analysis"), MESSAGE]
    said = {name: corpus.decline if name == "other" else corpus.topics[name] for name in {c.subject for c in cases}}
    right, wrong = defaultdict(Counter), []
    cases = sorted(cases, key=lambda c: sum(len(q) + len(a) for q, a in c.history) + len(c.question))
    for start in range(0, len(cases), rows):
        part = cases[start:start + rows]
        prompts = [prompt_of(tokenizer, c, "low", 100) + head for c in part]
        for case, ids in zip(part, generate(model, prompts, 0, 0, limit=22)):
            text, wanted = tokenizer.decode(ids), harmony.analysis_text(said[case.subject][case.lang], case.lang, "low")
            good = text.startswith(wanted) or wanted.startswith(text)
            right[case.subset].update(all=1, right=good)
            if not good:
                wrong.append((case.subset, case.subject, case.question, text))
    return {name: f"{c['right']}/{c['all']}" for name, c in right.items()}, wrong


@torch.inference_mode()
def reading_probe(student, corpus, tokenizer, cases):
    """Shares of right subjects half-way through the network, for questions without history."""
    cases = [c for c in cases if not c.history]
    subjects, right = [*corpus.topics, "other"], defaultdict(list)
    system = harmony.system(tokenizer, "medium", 100)
    for start in range(0, len(cases), 60):
        part, packs = cases[start:start + 60], []
        for case in part:
            ids = harmony.user(tokenizer, case.question)
            packs.append(Pack(128, len(system)))
            packs[-1].add(-1, ids, [0.0] * len(ids))
            packs[-1].asked.append((len(ids) - 1, subjects.index(case.subject)))
        data = batch(system, packs, student.model.shape.window)
        rows, at, wanted = data["asked"].T
        guess = student.subject(student.model.batch_states(data, upto=student.half), rows, at).argmax(-1)
        for case, good in zip(part, (guess == wanted).tolist()):
            right[case.subset].append(good)
    return {name: round(sum(r) / len(r), 3) for name, r in right.items()}

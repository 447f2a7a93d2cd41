"""A quick look while training: does the reasoning name the right subject for held-out questions?"""
import random
from collections import Counter, defaultdict

import torch

import export
import harmony
import trial
from corpus import LANGUAGES, SHORT
from generate import generate
from packing import Pack, batch
from tokens import CHANNEL, MESSAGE

SUBSETS = ("topics", "as typed", "capitals", "declined", "follow-ups", "in short", "after other turns", "examination", "examination, as typed",
           "examination, declined")


def probes(corpus, tokenizer, number):
    found = [c for c in trial.cases(corpus) if c.subset in SUBSETS]
    random.Random(3).shuffle(found)
    return found[:number]


def prompt_of(tokenizer, case, effort, day):
    ids = harmony.system(tokenizer, effort, day)
    for question, _ in case.history[-export.PAST_TURNS:]:   # without its answer, as the app does
        ids = ids + harmony.user(tokenizer, question)
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
def reading_probe(student, corpus, tokenizer, cases, rows=24):
    """Shares of right subjects where the questions end, after the layers that read."""
    subjects, right = [*corpus.topics, "other", SHORT], defaultdict(list)
    system = harmony.system(tokenizer, "medium", 100)
    prompts = [prompt_of(tokenizer, case, "medium", 100)[len(system):-len(harmony.prompt(tokenizer))] for case in cases]
    order = sorted(range(len(cases)), key=lambda i: len(prompts[i]))
    for start in range(0, len(cases), rows):
        part, packs = order[start:start + rows], []
        for i in part:
            packs.append(Pack(len(prompts[part[-1]]), len(system)))
            packs[-1].add(-1, prompts[i], [0.0] * len(prompts[i]))
            packs[-1].asked.append((len(prompts[i]) - 1, subjects.index(cases[i].asked), LANGUAGES.index(cases[i].lang)))
        data = batch(system, packs, student.model.shape.window)
        _, _, wanted, languages = data["asked"].T
        subject, language = student.guess(student.model.batch_read(data)[:, 0])
        for i, good, spoken in zip(part, (subject.argmax(-1) == wanted).tolist(), (language.argmax(-1) == languages).tolist()):
            right[cases[i].subset].append(good)
            right["language"].append(spoken)
    return {name: round(sum(r) / len(r), 3) for name, r in right.items()}

"""A quick look while training: does the reasoning name the right subject for held-out questions?"""
import random
from collections import Counter, defaultdict

import harmony
import trial
from generate import generate
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

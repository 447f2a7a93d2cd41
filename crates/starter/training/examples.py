"""Draws conversations from the corpus: single questions, declined ones, several turns with follow-ups."""
import dataclasses
import random

import harmony
from corpus import LANGUAGES, SHORT
from packing import Pack, batch
from phrasing import typed

QUESTION_WEIGHT = 0.1   # reading the questions as text too teaches which words stand together
EFFORT_SHARES = ("low", "low", "low", "medium", "medium", "high")   # the shorter the reasoning, the more questions fit
FOLLOWUP_SHARE, OTHER_SHARE, BOTH_LANGUAGES_SHARE = 0.4, 0.22, 0.15


class Turn:
    """A question as typed, with what is to be thought and answered."""

    def __init__(self, subject, lang, question, said, answer):
        self.subject, self.lang, self.question, self.said, self.answer = subject, lang, question, said, answer


class Examples:
    def __init__(self, corpus, tokenizer, seed):
        self.corpus, self.tokenizer, self.rng = corpus, tokenizer, random.Random(seed)

    def topic(self, lang):
        name = self.rng.choice(self.corpus.own_topics)
        said = self.corpus.topics[name][lang]
        draw = self.rng.random()
        if draw < 0.03:
            line = said.about
        elif draw < 0.045 and said.short:
            line = said.short
        else:
            line = self.corpus.fill(self.rng.choice(said.train), lang, self.rng)
        return Turn(name, lang, typed(line, lang, self.rng), said, said.answer)

    def other(self, lang):
        lines = self.corpus.others[self.rng.choice(list(self.corpus.others))][lang][0]
        line = self.corpus.fill(self.rng.choice(lines), lang, self.rng)
        said = self.corpus.decline[lang]
        return Turn("other", lang, typed(line, lang, self.rng), said, said.answer)

    def single(self, lang):
        return self.other(lang) if self.corpus.others and self.rng.random() < OTHER_SHARE else self.topic(lang)

    def followup(self, lang, last):
        """A question that is understood from the one before, or None where no such question fits."""
        fitting = [f for f in self.corpus.followups if (not f.after and not last.subject.startswith("other")) or last.subject in f.after]
        if not fitting:
            return None
        chosen = self.rng.choice(fitting)
        return self.asked(chosen, lang, last, self.rng.choice(chosen.asks[lang][0]), self.rng)

    def asked(self, chosen, lang, last, line, rng, plain=False):
        line = self.corpus.fill(line, lang, rng)
        return follow(self.corpus, chosen, lang, last, line if plain else typed(line, lang, rng))

    def conversation(self, turns):
        lang = self.rng.choice(LANGUAGES)
        done = [self.single(lang)]
        while len(done) < turns:
            if self.rng.random() < BOTH_LANGUAGES_SHARE:
                lang = self.rng.choice(LANGUAGES)
            turn = self.followup(lang, done[-1]) if self.rng.random() < FOLLOWUP_SHARE else None
            done.append(turn or self.single(lang))
        return done

    def batch(self, rows, length, window, turns, answers):
        """`answers` is the share of examples that go on to the answer: once known, answers teach little."""
        effort = self.rng.choice(EFFORT_SHARES)
        system = harmony.system(self.tokenizer, effort, self.rng.randrange(harmony.DAYS))
        packs = []
        for _ in range(rows):
            pack, misses = Pack(length, len(system)), 0
            while misses < 3:
                misses += not self.place(pack, self.conversation(self.rng.choice(turns)), effort, answers)
            packs.append(pack)
        return batch(system, packs, window)

    def place(self, pack, conversation, effort, answers):
        parent, placed = -1, False
        for turn in conversation:
            question = harmony.user(self.tokenizer, turn.question)
            head = len(harmony.user(self.tokenizer, "")) - 1
            thought, thought_weights = harmony.reasoning(self.tokenizer, turn.said, turn.lang, effort)
            if pack.room() < len(question) + len(thought):
                return placed
            parent = pack.add(parent, question, [0.0] * head + [QUESTION_WEIGHT] * (len(question) - head))
            branch, placed = pack.add(parent, thought, thought_weights), True
            final, final_weights = harmony.final(self.tokenizer, turn.answer)
            if self.rng.random() < answers and pack.room() >= len(final):
                pack.add(branch, final, final_weights)
            past = harmony.past_answer(self.tokenizer, turn.answer)
            if turn is conversation[-1] or pack.room() < len(past) + 60:
                return True
            parent = pack.add(parent, past, [0.0] * len(past))
        return True


def follow(corpus, chosen, lang, last, question):
    if chosen.same_as != SHORT:
        said = corpus.topics[chosen.same_as][lang]
        return Turn(chosen.same_as, lang, question, said, said.answer)
    said = corpus.topics[last.subject][lang]
    brief = dataclasses.replace(said, about=said.about + {"fr": ", en bref", "en": ", in short"}[lang])
    return Turn(last.subject, lang, question, brief, said.short)

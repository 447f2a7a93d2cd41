"""Draws conversations from the corpus: single questions, declined ones, several turns with follow-ups."""
import dataclasses
import random

import harmony
from corpus import LANGUAGES, SHORT
from packing import Pack, batch
from phrasing import typed

EFFORT_SHARES = ("low", "low", "medium", "high")   # the shorter the reasoning, the more questions fit
BRANCHES = 4            # questions side by side after a past turn of a conversation
LATER_SHARE = 0.5       # of the questions to read that come after other turns
FOLLOWUP_SHARE, OTHER_SHARE, BOTH_LANGUAGES_SHARE = 0.35, 0.27, 0.15


class Turn:
    """A question as typed, with what is to be thought and answered; `asked` is its subject as its words alone tell it."""

    def __init__(self, subject, lang, question, said, answer, asked=None):
        self.subject, self.lang, self.question, self.said, self.answer = subject, lang, question, said, answer
        self.asked = asked or subject


class Examples:
    def __init__(self, corpus, tokenizer, seed):
        self.corpus, self.tokenizer, self.rng = corpus, tokenizer, random.Random(seed)
        self.subjects = [*corpus.topics, "other", SHORT]

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
        line = self.corpus.fill(self.rng.choice(lines), lang, self.rng, held=False)
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

    def batch(self, rows, length, window, turns, answers):
        """`answers` is the share of examples that go on to the answer: once known, answers teach little."""
        effort = self.rng.choice(EFFORT_SHARES)
        system = harmony.system(self.tokenizer, effort, self.rng.randrange(harmony.DAYS))
        packs = []
        for _ in range(rows):
            pack, misses = Pack(length, len(system)), 0
            while misses < 3:
                misses += not self.place(pack, self.rng.choice(turns), effort, answers)
            packs.append(pack)
        return batch(system, packs, window)

    def questions(self, rows, length, window):
        """Questions only, to learn what is asked before learning to speak: many fit where one conversation would."""
        system = harmony.system(self.tokenizer, self.rng.choice(harmony.EFFORTS), self.rng.randrange(harmony.DAYS))
        packs = []
        for _ in range(rows):
            pack = Pack(length, len(system))
            if self.rng.random() < LATER_SHARE + 0.25:   # a past turn takes room from the questions behind it
                self.later_questions(pack)
            while self.ask(pack, -1, self.single(self.rng.choice(LANGUAGES))) is not None:
                pass
            packs.append(pack)
        return batch(system, packs, window)

    def later_questions(self, pack):
        """One to three past turns, and behind the last of them many questions side by side."""
        parent, lang = -1, self.rng.choice(LANGUAGES)
        for _ in range(self.rng.choice((1, 1, 1, 2, 2, 3))):
            last = self.single(lang)
            past = harmony.past_answer(self.tokenizer, last.answer)
            if pack.room() < len(past) + 100:
                break
            parent = pack.add(self.ask(pack, parent, last), past, [0.0] * len(past))
            if self.rng.random() < BOTH_LANGUAGES_SHARE:
                lang = LANGUAGES[1 - LANGUAGES.index(lang)]
        while self.ask(pack, parent, self.after(last, lang)) is not None:
            pass

    def after(self, last, lang):
        """A question after another turn: understood from it, or on a subject of its own."""
        if self.rng.random() < BOTH_LANGUAGES_SHARE:
            lang = LANGUAGES[1 - LANGUAGES.index(lang)]
        return (self.rng.random() < FOLLOWUP_SHARE and self.followup(lang, last)) or self.single(lang)

    def ask(self, pack, parent, turn):
        """The place of the question in the tree, or None where there is no room."""
        ids = harmony.user(self.tokenizer, turn.question)
        if len(ids) > pack.room():
            return None
        place = pack.add(parent, ids, [0.0] * len(ids))
        pack.asked.append((pack.used - 1, self.subjects.index(turn.asked), LANGUAGES.index(turn.lang)))
        return place

    def place(self, pack, turns, effort, answers):
        """One conversation as a tree: every past turn is followed by several questions side by side, so that it pays for its room."""
        parent, lang, last = -1, self.rng.choice(LANGUAGES), None
        for number in range(turns):
            for _ in range(1 if last is None else BRANCHES):
                turn = self.after(last, lang) if last else self.single(lang)
                asked = self.place_turn(pack, parent, turn, effort, answers)
                if asked is None:
                    return number > 0
            past = harmony.past_answer(self.tokenizer, turn.answer)
            if number == turns - 1 or pack.room() < len(past) + 60:
                return True
            parent, last, lang = pack.add(asked, past, [0.0] * len(past)), turn, turn.lang
        return True

    def place_turn(self, pack, parent, turn, effort, answers):
        """Question, reasoning and perhaps the answer; the place of the question, or None where there is no room."""
        thought, weights, lead, named = harmony.reasoning(self.tokenizer, turn.said, turn.lang, effort)
        if pack.room() < len(harmony.user(self.tokenizer, turn.question)) + len(thought):
            return None
        asked = self.ask(pack, parent, turn)
        pack.told.append((pack.used + lead - 1, self.subjects.index(turn.subject)))
        final, final_weights = harmony.final(self.tokenizer, turn.answer)
        if self.rng.random() < answers and pack.room() >= len(thought) + len(final):
            pack.add(pack.add(asked, thought, weights), final, final_weights)
        elif self.rng.random() < 0.7:
            pack.add(asked, thought[:named], weights[:named])   # the subject is named: what follows is known by heart
        else:
            pack.add(asked, thought, weights)
        return asked


def follow(corpus, chosen, lang, last, question):
    if chosen.same_as != SHORT:
        said = corpus.topics[chosen.same_as][lang]
        return Turn(chosen.same_as, lang, question, said, said.answer)
    said = corpus.topics[last.subject][lang]
    brief = dataclasses.replace(said, about=said.about + {"fr": ", en bref", "en": ", in short"}[lang])
    return Turn(last.subject, lang, question, brief, said.short, SHORT)

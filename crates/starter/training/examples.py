"""Draws conversations from the corpus: single questions, declined ones, several turns with follow-ups."""
import dataclasses
import random

import harmony
from corpus import LANGUAGES, SHORT
from packing import Pack, batch
from phrasing import typed

EFFORT_SHARES = ("low", "low", "medium", "high")   # the shorter the reasoning, the more questions fit
LATER_SHARE = 0.5                   # of what is drawn that comes after other turns
DECLINED_WHOLE = 0.3                # of the share that goes on to the end: there is but one answer that declines


@dataclasses.dataclass
class Shares:
    """How often a question is out of scope, is understood from the turn before, asks for that in short, is in the other language."""
    other: float
    followup: float
    short: float
    switch: float


TO_READ, TO_SPEAK = Shares(0.27, 0.35, 0.0, 0.15), Shares(0.30, 0.45, 0.35, 0.3)


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

    def single(self, lang, shares):
        return self.other(lang) if self.rng.random() < shares.other else self.topic(lang)

    def followup(self, lang, last, shares):
        """A question that is understood from the one before, or None where no such question fits."""
        fitting = [f for f in self.corpus.followups if (not f.after and not last.subject.startswith("other")) or last.subject in f.after]
        if not fitting:
            return None
        short = [f for f in fitting if f.same_as == SHORT]
        chosen = self.rng.choice(short if short and self.rng.random() < shares.short else fitting)
        return self.asked(chosen, lang, last, self.rng.choice(chosen.asks[lang][0]), self.rng)

    def asked(self, chosen, lang, last, line, rng, plain=False):
        line = self.corpus.fill(line, lang, rng)
        return follow(self.corpus, chosen, lang, last, line if plain else typed(line, lang, rng))

    def batch(self, rows, length, window, whole):
        """Conversations to speak: single questions, or a past one and questions behind it, side by side. The share `whole` of them goes on
        to the end of the answer."""
        effort = self.rng.choice(EFFORT_SHARES)
        system = harmony.system(self.tokenizer, effort, self.rng.randrange(harmony.DAYS))
        packs = []
        for _ in range(rows):
            pack, parent, last, misses = Pack(length, len(system)), -1, None, 0
            if self.rng.random() < LATER_SHARE:
                last = self.single(self.rng.choice(LANGUAGES), TO_SPEAK)
                question = harmony.user(self.tokenizer, last.question)
                parent = pack.add(-1, question, [0.0] * len(question))
            while misses < 3:
                turn = self.after(last, last.lang, TO_SPEAK) if last else self.single(self.rng.choice(LANGUAGES), TO_SPEAK)
                misses += not self.place(pack, parent, turn, effort, whole)
            packs.append(pack)
        return batch(system, packs, window)

    def questions(self, rows, length, window):
        """Questions only, to learn what is asked before learning to speak: many fit where one conversation would."""
        system = harmony.system(self.tokenizer, self.rng.choice(harmony.EFFORTS), self.rng.randrange(harmony.DAYS))
        packs = []
        for _ in range(rows):
            pack = Pack(length, len(system))
            if self.rng.random() < LATER_SHARE:
                self.later_questions(pack)
            while self.ask(pack, -1, self.single(self.rng.choice(LANGUAGES), TO_READ)) is not None:
                pass
            packs.append(pack)
        return batch(system, packs, window)

    def later_questions(self, pack):
        """A past question, and behind it many side by side."""
        last = self.single(self.rng.choice(LANGUAGES), TO_READ)
        parent = self.ask(pack, -1, last)
        while self.ask(pack, parent, self.after(last, last.lang, TO_READ)) is not None:
            pass

    def after(self, last, lang, shares):
        """A question after another turn: understood from it, or on a subject of its own."""
        if self.rng.random() < shares.switch:
            lang = LANGUAGES[1 - LANGUAGES.index(lang)]
        return (self.rng.random() < shares.followup and self.followup(lang, last, shares)) or self.single(lang, shares)

    def ask(self, pack, parent, turn):
        """The place of the question in the tree, or None where there is no room."""
        ids = harmony.user(self.tokenizer, turn.question)
        if len(ids) > pack.room():
            return None
        place = pack.add(parent, ids, [0.0] * len(ids))
        pack.asked.append((pack.used - 1, self.subjects.index(turn.asked), LANGUAGES.index(turn.lang)))
        return place

    def place(self, pack, parent, turn, effort, whole):
        """Question, reasoning and perhaps the answer; false where there is no room."""
        thought, weights, lead, named = harmony.reasoning(self.tokenizer, turn.said, turn.lang, effort)
        if pack.room() < len(harmony.user(self.tokenizer, turn.question)) + len(thought):
            return False
        asked = self.ask(pack, parent, turn)
        # From the first word of the reasoning on it is known what will be named.
        pack.told += [(at, self.subjects.index(turn.subject)) for at in range(pack.used, pack.used + lead)]
        final, final_weights = harmony.final(self.tokenizer, turn.answer)
        whole *= DECLINED_WHOLE if turn.subject == "other" else 1
        if self.rng.random() < whole and pack.room() >= len(thought) + len(final):
            pack.add(pack.add(asked, thought, weights), final, final_weights)
        elif self.rng.random() < 0.7:
            pack.add(asked, thought[:named], weights[:named])   # the subject is named: what follows is known by heart
        else:
            pack.add(asked, thought, weights)
        return True


def follow(corpus, chosen, lang, last, question):
    if chosen.same_as != SHORT:
        said = corpus.topics[chosen.same_as][lang]
        return Turn(chosen.same_as, lang, question, said, said.answer)
    said = corpus.topics[last.subject][lang]
    brief = dataclasses.replace(said, about=said.about + {"fr": ", en bref", "en": ", in short"}[lang])
    return Turn(last.subject, lang, question, brief, said.short, SHORT)

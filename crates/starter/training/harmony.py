"""The exact tokens of a conversation: special tokens by number, every text between two of them encoded for itself, as the app does."""
import datetime

from tokens import CHANNEL, END, MESSAGE, RETURN, START

EFFORTS = ("low", "medium", "high")
ABOUT = {"fr": {"low": "La question porte sur {about}.", "medium": "La question est en français et porte sur {about}."},
         "en": {"low": "The question is about {about}.", "medium": "The question is in English and is about {about}."}}
PLAN = {"fr": " Je réponds en quelques phrases simples et exactes.", "en": " I will answer in a few plain and exact sentences."}
FIRST_DAY, DAYS = datetime.date(2025, 1, 1), 4017


def system(tokenizer, effort, day):
    date = (FIRST_DAY + datetime.timedelta(days=day)).isoformat()
    text = ("You are ChatGPT, a large language model trained by OpenAI.\nKnowledge cutoff: 2024-06\n"
            f"Current date: {date}\n\nReasoning: {effort}\n\n"
            "# Valid channels: analysis, commentary, final. Channel must be included for every message.")
    return [START, *tokenizer.encode_kept("system"), MESSAGE, *tokenizer.encode(text), END]


def user(tokenizer, text):
    return [START, *tokenizer.encode_kept("user"), MESSAGE, *tokenizer.encode(text), END]


def prompt(tokenizer):
    return [START, *tokenizer.encode_kept("assistant")]


def analysis_text(said, lang, effort):
    head, about, tail = analysis_parts(said, lang, effort)
    return head + about + tail


def analysis_parts(said, lang, effort):
    """Before, during and after the words that name the subject: training weighs the middle part most."""
    head, tail = ABOUT[lang]["low" if effort == "low" else "medium"].split("{about}")
    if effort != "low" and said.think:
        tail += " " + said.think
    return head, said.about, tail + (PLAN[lang] if effort == "high" else "")


def reasoning(tokenizer, said, lang, effort):
    """Tokens and weights of the reasoning message, up to the header of the answer, and where the subject's name begins and ends."""
    head, about, tail = analysis_parts(said, lang, effort)
    start = [*prompt(tokenizer)]
    before = [CHANNEL, *tokenizer.encode_kept("analysis"), MESSAGE]
    text = tokenizer.encode_kept(head + about + tail)
    lead = len(tokenizer.encode_kept(head.rstrip()))
    subject = len(tokenizer.encode_kept(head + about)) - lead
    weights = [0.0] * len(start) + [0.3] * len(before)
    weights += [0.5] * lead + [2.0] * min(subject, 6) + [1.0] * max(0, subject - 6)
    weights += [0.6] * (len(start) + len(before) + len(text) - len(weights)) + [0.5]
    return start + before + text + [END], weights, len(start) + len(before) + lead, len(start) + len(before) + lead + subject + 1


def final(tokenizer, text):
    start = [*prompt(tokenizer), CHANNEL, *tokenizer.encode_kept("final"), MESSAGE]
    body = [*tokenizer.encode_kept(text), RETURN]
    return start + body, [0.2] * len(start) + [1.0] * min(4, len(body)) + [0.7] * max(0, len(body) - 4)

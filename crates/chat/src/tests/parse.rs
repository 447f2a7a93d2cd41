use super::support::{Heard, Tiny};
use crate::harmony::Ending::{self, Call, Cut, EndOfText, Return};
use crate::harmony::{Event, Parser, Part};

const ANALYSIS: &str = "<|channel|>analysis<|message|>Hm.<|end|>";
const ANSWER: &str = "<|start|>assistant<|channel|>final<|message|>Four.<|return|>";

fn heard(input: &str) -> Heard {
    let tiny = Tiny::new();
    Heard::of(&tiny.read(input), &tiny, tiny.markers())
}

/// Reasoning, preamble, answer, calls, ending.
type Expected<'a> = (&'a str, &'a str, &'a str, &'a [(&'a str, &'a str)], Ending);

fn check(input: &str, expected: Expected<'_>) {
    let (reasoning, preamble, answer, calls, ending) = expected;
    let calls = calls.iter().map(|(to, content)| ((*to).to_owned(), (*content).to_owned())).collect();
    let expected = Heard {
        reasoning: reasoning.to_owned(),
        preamble: preamble.to_owned(),
        answer: answer.to_owned(),
        calls,
        ending: Some(ending),
    };
    assert_eq!(heard(input), expected, "{input}");
}

#[test]
fn turns_as_the_format_has_them() {
    check(&format!("{ANALYSIS}{ANSWER}"), ("Hm.", "", "Four.", &[], Return));
    check("<|channel|>final<|message|>Four.<|return|>", ("", "", "Four.", &[], Return));
    check("<|channel|>final<|message|>Fo", ("", "", "Fo", &[], Cut));
    check("<|channel|>final<|message|>Fo<|endoftext|>", ("", "", "Fo", &[], EndOfText));
    check("", ("", "", "", &[], Cut));
    check("<|return|>", ("", "", "", &[], Return));
    let call = [("functions.weather", r#"{"in":"Lyon"}"#)];
    check(
        r#"<|channel|>analysis<|message|>Look.<|end|><|start|>assistant<|channel|>commentary to=functions.weather <|constrain|>json<|message|>{"in":"Lyon"}<|call|>"#,
        ("Look.", "", "", &call, Call),
    );
    check(
        r#"<|channel|>commentary<|message|>I look.<|end|><|start|>assistant to=functions.weather<|channel|>commentary <|constrain|>json<|message|>{"in":"Lyon"}<|call|>"#,
        ("", "I look.", "", &call, Call),
    );
    check(
        "<|channel|>analysis to=browser.search code<|message|>{}<|call|>",
        ("", "", "", &[("browser.search", "{}")], Call),
    );
}

#[test]
fn parts_in_several_messages_are_joined_by_a_blank_line() {
    check(
        "<|channel|>analysis<|message|>One.<|end|><|start|>assistant<|channel|>analysis<|message|><|end|>\
         <|start|>assistant<|channel|>analysis<|message|>Two.<|end|>",
        ("One.\n\nTwo.", "", "", &[], Cut),
    );
}

#[test]
fn malformed_headers_do_not_cost_the_turn() {
    let rest = format!("<|end|><|start|>assistant{ANALYSIS}{ANSWER}");
    for header in [
        "<|channel|>??",
        "<|channel|>commentary?",
        "<|channel|>commentary 2?",
        "<|channel|>commentary?commentary?",
        "<|channel|>commentary to=assistant<|channel|>commentary?",
        "<|channel|>I think we should",
        "<|channel|>",
        " some words",
        "<|start|><|start|>assistant<|channel|>",
    ] {
        check(&format!("{header}{rest}"), ("Hm.", "", "Four.", &[], Return));
        let resumed = format!("{header}<|channel|>final<|message|>Four.<|return|>");
        assert_eq!(heard(&resumed).answer, if header.contains("assistant<|channel|>commentary") { "" } else { "Four." });
    }
}

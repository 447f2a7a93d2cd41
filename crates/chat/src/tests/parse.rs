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
        check(&format!("{header}<|channel|>final<|message|>Four.<|return|>"), ("", "", "Four.", &[], Return));
    }
}

#[test]
fn lost_markers_do_not_lose_text() {
    // Without <|message|>.
    check("<|channel|>final Four.<|return|>", ("", "", "Four.", &[], Return));
    check("<|channel|>final\nFour.<|end|>", ("", "", "Four.", &[], Cut));
    check(r#"<|channel|>final{"n":4}<|return|>"#, ("", "", r#"{"n":4}"#, &[], Return));
    check(&format!("<|channel|>analysis Hm.<|end|>{ANSWER}"), ("Hm.", "", "Four.", &[], Return));
    check("<|channel|>We think<|return|>", ("We think", "", "", &[], Return));
    check("Four.<|return|>", ("Four.", "", "", &[], Return));
    let long = "long ".repeat(100);
    check(&format!("<|channel|>final {long}"), ("", "", &long, &[], Cut));
    check(&format!("<|channel|>{long}{ANSWER}"), (&long, "", "Four.", &[], Return));
    check(
        &format!("<|channel|>commentary to=functions.x {long}"),
        (&format!("commentary to=functions.x {long}"), "", "", &[], Cut),
    );
    assert_eq!(heard(&" ".repeat(1000)).answer, "");
    // Without <|end|>, <|start|> or the role.
    check(
        "<|channel|>analysis<|message|>Hm.<|channel|>final<|message|>Four.<|return|>",
        ("Hm.", "", "Four.", &[], Return),
    );
    check(&format!("<|channel|>analysis<|message|>Hm.{ANSWER}"), ("Hm.", "", "Four.", &[], Return));
    check(&format!("{ANALYSIS}assistant<|channel|>final<|message|>Four."), ("Hm.", "", "Four.", &[], Cut));
    check(&format!("{ANALYSIS}noise<|channel|>final<|message|>Four."), ("Hm.", "", "Four.", &[], Cut));
    check(&format!("{ANALYSIS}<|start|><|channel|>final<|message|>Four."), ("Hm.", "", "Four.", &[], Cut));
    check(&format!("{ANALYSIS}noise{ANSWER}"), ("Hm.", "", "Four.", &[], Return));
    check(&format!("{ANALYSIS}{{}}<|return|>"), ("Hm.\n\n{}", "", "", &[], Return));
    // One marker too many.
    check(
        "<|channel|>final<|message|><|message|>Fo<|constrain|>ur.<|return|>",
        ("", "", "Four.", &[], Return),
    );
    check("<|channel|>final<|message|>Four.<|return|>Five.<|start|>", ("", "", "Four.", &[], Return));
}

#[test]
fn what_is_not_surely_an_answer_is_reasoning() {
    for header in [
        "",
        "<|channel|>",
        "<|channel|>thoughts",
        "<|channel|>fina",
        "<|channel|>commentary?",
        "<|channel|>commentary to=assistant",
        "<|start|>user",
        "<|start|>user<|channel|>final",
        "<|start|>functions.weather to=assistant<|channel|>commentary",
        "<|channel|>final<|channel|>analysis",
    ] {
        check(&format!("{header}<|message|>Hm.<|end|>"), ("Hm.", "", "", &[], Cut));
    }
    for header in
        ["<|channel|>final", "<|channel|> final ", "<|channel|>finalx", "<|channel|>analysis<|channel|>final"]
    {
        check(&format!("{header}<|message|>Four.<|end|>"), ("", "", "Four.", &[], Cut));
    }
    check("<|channel|>final to=user<|message|>Four.<|end|>", ("", "", "Four.", &[], Cut));
}

#[test]
fn tool_calls_are_whole_or_nothing() {
    for header in [
        " to=functions.x<|channel|>commentary json",
        "<|channel|>commentary to=functions.x<|constrain|>json",
        "<|channel|>commentary to=functions.x to=functions.x",
        "<|channel|>commentary to=functions.x<|channel|>commentary json",
        "<|channel|>commentary functions.x",
        "<|channel|>analysis to=functions.x",
        "<|channel|>commentary to=functions.x<\\|constrain|>json",
        "<|start|> to=functions.x<|channel|>commentary",
    ] {
        let call = [("functions.x", "{}")];
        check(&format!("{header}<|message|>{{}}<|call|>"), ("", "", "", &call, Call));
        check(&format!("{header}<|message|>{{}}<|end|>"), ("", "", "", &call, Cut));
        check(&format!("{header}<|message|>{{}}"), ("", "", "", &[], Cut));
        check(&format!("{header}<|message|>{{}}{ANSWER}"), ("", "", "Four.", &[], Return));
        check(&format!("{header} {{}}<|call|>"), ("", "", "", &[], Call));
    }
    check("<|channel|>commentary to=<|message|>Look.<|end|>", ("", "Look.", "", &[], Cut));
}

#[test]
fn markers_spelled_out_are_taken_out() {
    let answer = |text: &str| heard(&format!("<|channel|>final<|message|>{text}")).answer;
    for (text, expected) in [
        ("a<\\|start|>b", "ab"),
        ("<\\|end|><\\|return|>", ""),
        ("<\\|st<\\|channel|>art|>b", "b"),
        ("<<\\|st<\\|end|>art|>|end|>b", "b"),
        ("a < b <\\| c <\\|start|", "a < b <| c <|start|"),
        ("<\\|starting|>", "<|starting|>"),
        ("<<\\|start|>", "<"),
        ("<\\|st<|message|>art|>b", "b"),
        ("<\\|startoftext|><\\|endofprompt|>", ""),
        ("vec<u8> <b>", "vec<u8> <b>"),
    ] {
        assert_eq!(answer(text), expected, "{text}");
    }
    let calls = heard("<|channel|>commentary to=x<|message|>[\"<\\|call|>\"]<|call|>").calls;
    assert_eq!(calls, [("x".to_owned(), "[\"\"]".to_owned())]);
    let parts = "<|channel|>final<|message|><\\|st<|end|><|channel|>final<|message|>art|>";
    assert_eq!(heard(parts).answer, "<|st\n\nart|>");
}

#[test]
fn characters_come_whole() {
    let tiny = Tiny::new();
    let mut parser = Parser::new(tiny.markers());
    let mut texts = Vec::new();
    let mut tokens = tiny.read("<|channel|>final<|message|>é€");
    tokens.extend([0xff, b'a', 0xe2, 0x82, b'b', 0xf0, 0x9f].map(u32::from));
    let events = tokens.into_iter().flat_map(|t| parser.push(t, &tiny)).collect::<Vec<_>>();
    for event in events.into_iter().chain(parser.finish()) {
        if let Event::Text(_, text) = event {
            texts.push(text);
        }
    }
    assert_eq!(texts, ["é", "€", "\u{fffd}", "a", "\u{fffd}b", "\u{fffd}"]);
}

#[test]
fn events_come_as_soon_as_they_are_sure() {
    let tiny = Tiny::new();
    let mut parser = Parser::new(tiny.markers());
    let mut after = |text: &str| {
        let tokens = tiny.read(text);
        tokens.into_iter().flat_map(|t| parser.push(t, &tiny)).collect::<Vec<_>>()
    };
    let text = |part, text: &str| Event::Text(part, text.to_owned());
    assert_eq!(after("<|channel|>analysis"), []);
    assert_eq!(after("<|message|>"), [Event::Started(Part::Reasoning)]);
    assert_eq!(after("H"), [text(Part::Reasoning, "H")]);
    assert_eq!(after("<"), []);
    assert_eq!(after("3"), [text(Part::Reasoning, "<3")]);
    assert_eq!(after("<|end|>"), [Event::Ended(Part::Reasoning)]);
    assert_eq!(after("<|start|>assistant<|channel|>final<|message|>"), [Event::Started(Part::Answer)]);
    assert_eq!(
        after("4<|return|>"),
        [text(Part::Answer, "4"), Event::Ended(Part::Answer), Event::EndOfTurn(Return)]
    );
    assert_eq!(parser.finish(), []);
    let mut parser = Parser::new(tiny.markers());
    let lost = tiny.read(&format!("<|channel|>final {}", "long ".repeat(100)));
    let events: Vec<Event> = lost.into_iter().flat_map(|t| parser.push(t, &tiny)).collect();
    assert!(events.len() > 300, "text that lost its <|message|> is shown while it comes");
}

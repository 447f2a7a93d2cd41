use chrono::NaiveDate;

use super::support::{Dice, Heard, MARKERS, Tiny};
use crate::harmony::{Ending, render};
use crate::{Call, Conversation, FunctionTool, Message, Reply, Vocabulary};

/// The ink that only reasoning is written in, and the one that only answers are.
const THOUGHT: u8 = b'7';
const SAID: u8 = b'9';

/// A random turn: noise of every token, with well-formed headers now and then, after which ink marks what the text is.
struct Turn {
    tokens: Vec<u32>,
    said: usize,
}

fn turn(dice: &mut Dice, tiny: &Tiny) -> Turn {
    let markers = tiny.markers();
    let stops: Vec<u32> = markers.stops().collect();
    let mut turn = Turn { tokens: Vec::new(), said: 0 };
    let (mut ink, mut over) = (None, false);
    for _ in 0..dice.below(24) {
        match dice.below(16) {
            0 | 1 => {
                turn.tokens.extend(tiny.read("<|channel|>analysis<|message|>"));
                ink = Some(THOUGHT);
            }
            2 => {
                turn.tokens.extend(tiny.read("<|start|>assistant<|channel|>final<|message|>"));
                ink = Some(SAID);
            }
            3..=7 => {
                let Some(ink) = ink else { continue };
                turn.tokens.push(u32::from(ink));
                turn.said += usize::from(ink == SAID && !over);
            }
            8 => turn.tokens.extend(tiny.read(if dice.below(9) == 0 { LONG } else { "<\\|end|>" })),
            9 => turn.tokens.extend(tiny.read(dice.pick(&["<\\|sta", "rt|>", "<", "|return|", ">"]))),
            kind => {
                let token = match kind {
                    10..=12 => 256 + dice.below(tiny.len() - 256),
                    // Beyond the vocabulary too.
                    _ => dice.below(tiny.len() + 9),
                };
                if [THOUGHT, SAID].map(u32::from).contains(&token) {
                    continue;
                }
                let inside = [markers.message, markers.constrain].contains(&token);
                if (256..256 + MARKERS.len() as u32).contains(&token) && !inside {
                    ink = None;
                }
                over |= stops.contains(&token);
                turn.tokens.push(token);
            }
        }
    }
    turn
}

const LONG: &str = "a header that lost its end and goes on for longer than any header would, with a name, a channel, \
    a recipient and a type, and even then";

#[test]
fn no_marker_is_shown_and_no_thought_answers() {
    let tiny = Tiny::new();
    let markers = tiny.markers();
    let mut dice = Dice(20_26);
    let (mut answers, mut thoughts) = (0, 0);
    for _ in 0..1_000_000 {
        let turn = turn(&mut dice, &tiny);
        let heard = Heard::of(&turn.tokens, &tiny, markers);
        let shown = [&heard.reasoning, &heard.preamble, &heard.answer];
        let calls = heard.calls.iter().flat_map(|(recipient, content)| [recipient, content]);
        for text in shown.into_iter().chain(calls) {
            assert!(!MARKERS.iter().any(|m| text.contains(m)), "{text:?} of {:?}", turn.tokens);
        }
        let count = |text: &str, ink| text.bytes().filter(|&b| b == ink).count();
        assert_eq!(count(&heard.answer, THOUGHT), 0, "{:?} of {:?}", heard.answer, turn.tokens);
        assert_eq!(count(&heard.preamble, THOUGHT), 0, "{:?} of {:?}", heard.preamble, turn.tokens);
        assert_eq!(count(&heard.answer, SAID), turn.said, "{:?} of {:?}", heard.answer, turn.tokens);
        answers += usize::from(turn.said > 0);
        thoughts += count(&heard.reasoning, THOUGHT);
    }
    assert!(
        answers > 100_000 && thoughts > 100_000,
        "{answers} answers, {thoughts} thoughts: too little of each"
    );
}

/// Text that holds no whole marker, so that it comes back as it went.
fn text(dice: &mut Dice) -> String {
    let pieces = ["a", "é", "€", "\n", " ", "<", "<|", "|>", "start", "{}", "final", "to=", "🏠"];
    let text: String = (0..=dice.below(8)).map(|_| dice.pick(&pieces)).collect();
    if MARKERS.iter().any(|m| text.contains(m)) { "a".to_owned() } else { text }
}

#[test]
fn what_is_rendered_is_parsed_back() {
    let tiny = Tiny::new();
    let markers = tiny.markers();
    let mut dice = Dice(7);
    for _ in 0..20_000 {
        let mut messages = vec![Message::User { text: text(&mut dice) }];
        let mut expected = Vec::new();
        for _ in 0..dice.below(3) {
            let call = Call {
                reasoning: text(&mut dice),
                preamble: text(&mut dice),
                tool: format!("functions.f{}", dice.below(10)),
                arguments: text(&mut dice),
            };
            let result = Message::Result { tool: call.tool.clone(), output: text(&mut dice) };
            expected.push(Heard {
                reasoning: call.reasoning.clone(),
                preamble: call.preamble.clone(),
                calls: vec![(call.tool.clone(), call.arguments.clone())],
                ending: Some(Ending::Call),
                ..Heard::default()
            });
            messages.extend([Message::Call(call), result]);
        }
        let reply = Reply { reasoning: text(&mut dice), answer: text(&mut dice) };
        if expected.is_empty() || dice.below(2) == 0 {
            // The turn is finished, so what was thought in it is gone.
            expected.iter_mut().for_each(|heard| heard.reasoning.clear());
            expected.push(Heard {
                answer: reply.answer.clone(),
                ending: Some(Ending::Cut),
                ..Heard::default()
            });
            messages.push(Message::Assistant(reply));
        }
        let tools =
            vec![FunctionTool { name: "f0".to_owned(), description: text(&mut dice), parameters: None }];
        let talk = Conversation {
            messages,
            tools,
            ..Conversation::new(NaiveDate::from_ymd_opt(2026, 3, 7).unwrap())
        };
        let tokens = render(&talk, &markers, &tiny).expect("rendered");
        assert_eq!(spoken(&tokens, &tiny), expected, "{talk:?}");
    }
}

/// What the model said in a prompt, turn by turn.
fn spoken(tokens: &[u32], tiny: &Tiny) -> Vec<Heard> {
    let markers = tiny.markers();
    let assistant = tiny.encode("assistant").expect("encoded");
    let mut heard = Vec::new();
    let mut turn: Option<Vec<u32>> = None;
    for message in tokens.split(|t| *t == markers.start) {
        match (message.strip_prefix(assistant.as_slice()), &mut turn) {
            // The beginning of the turn to come.
            (Some([]), _) => {}
            (Some(rest), None) => turn = Some(rest.to_vec()),
            (Some(_), Some(turn)) => {
                turn.push(markers.start);
                turn.extend(message);
            }
            (None, _) => heard.extend(turn.take()),
        }
    }
    heard.extend(turn);
    heard.iter().map(|turn| Heard::of(turn, tiny, markers)).collect()
}

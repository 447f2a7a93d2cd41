use history::{Attachment, Ending, History, HistoryError, Message, Role, State, Timing};

use super::{begin, complete, texts, turn};

fn place(messages: &[Message], text: &str) -> (u32, u32) {
    let message = messages.iter().find(|message| message.text == text).unwrap();
    assert_eq!(message.sibling_ids.len(), message.siblings as usize);
    assert_eq!(message.sibling_ids[message.sibling as usize - 1], message.id);
    (message.sibling, message.siblings)
}

#[test]
fn a_question_and_its_answer_are_kept_with_all_that_belongs_to_them() {
    let history = History::in_memory().unwrap();
    let conversation = begin(&history, "Bread");
    let attachments = [
        Attachment { name: "flour.txt".to_owned(), text: "T65".to_owned() },
        Attachment { name: "oven.txt".to_owned(), text: "240 °C".to_owned() },
    ];
    let question = history.ask(conversation, None, "How do I bake bread?", &attachments).unwrap();
    let answer = history.begin_answer(question, "large").unwrap();
    history.write(answer, "Hm", "").unwrap();
    let thread = history.thread(conversation).unwrap();
    assert_eq!((thread[1].state, thread[1].reasoning.as_str()), (State::Writing, "Hm"));

    let timing = Timing {
        first_token_s: 0.25,
        reasoning_s: 1.5,
        total_s: 4.0,
        prompt_tokens: 80,
        tokens: 200,
        context_tokens: 280,
        context_size: 4096,
    };
    let ending = Ending {
        reasoning: "Hmm".to_owned(),
        text: "With time.".to_owned(),
        state: State::Length,
        timing: Some(timing),
        problem: Some("{\"code\":\"length\"}".to_owned()),
    };
    history.finish(answer, &ending).unwrap();

    let thread = history.thread(conversation).unwrap();
    assert_eq!(thread, history.path(answer).unwrap());
    assert_eq!(thread[0].attachments, attachments);
    assert_eq!((thread[0].role, thread[0].state, thread[0].parent), (Role::Person, State::Complete, None));
    let last = &thread[1];
    assert_eq!((last.id, last.parent, last.role), (answer, Some(question), Role::Model));
    assert_eq!((last.text.as_str(), last.reasoning.as_str()), ("With time.", "Hmm"));
    assert_eq!(
        (last.state, last.timing, last.model.as_deref()),
        (State::Length, Some(timing), Some("large"))
    );
    assert_eq!(last.problem, ending.problem);
    assert!(history.row(conversation).unwrap().updated >= last.created);
}

#[test]
fn edited_questions_and_other_answers_are_branches_and_the_last_shown_one_comes_back() {
    let history = History::in_memory().unwrap();
    let conversation = begin(&history, "Branches");
    let (question, one) = turn(&history, conversation, None, "q", "a1");
    let (_, deep) = turn(&history, conversation, Some(one), "q2", "a2");
    turn(&history, conversation, Some(deep), "q3", "a3");
    assert_eq!(texts(&history, conversation), ["q", "a1", "q2", "a2", "q3", "a3"]);

    // Another answer to the first question.
    let two = history.begin_answer(question, "small").unwrap();
    history.finish(two, &complete("b1")).unwrap();
    assert_eq!(texts(&history, conversation), ["q", "b1"]);
    let thread = history.thread(conversation).unwrap();
    assert_eq!((place(&thread, "q"), place(&thread, "b1")), ((1, 1), (2, 2)));

    // Back to the first one, with all that followed it.
    history.show(one).unwrap();
    assert_eq!(texts(&history, conversation), ["q", "a1", "q2", "a2", "q3", "a3"]);

    // The second question, edited.
    let (edited, _) = turn(&history, conversation, Some(one), "q2 edited", "c2");
    assert_eq!(texts(&history, conversation), ["q", "a1", "q2 edited", "c2"]);
    assert_eq!(place(&history.thread(conversation).unwrap(), "q2 edited"), (2, 2));

    // Away and back: the edited one is what was shown there last.
    history.show(two).unwrap();
    history.show(one).unwrap();
    assert_eq!(texts(&history, conversation), ["q", "a1", "q2 edited", "c2"]);
    history.show(deep).unwrap();
    assert_eq!(texts(&history, conversation).last().unwrap(), "a3");

    // The first question, edited: another root.
    turn(&history, conversation, None, "other", "d1");
    assert_eq!(texts(&history, conversation), ["other", "d1"]);
    assert_eq!(place(&history.thread(conversation).unwrap(), "other"), (2, 2));
    history.show(edited).unwrap();
    assert_eq!(texts(&history, conversation), ["q", "a1", "q2 edited", "c2"]);
    let path: Vec<_> = history.path(deep).unwrap().into_iter().map(|message| message.text).collect();
    assert_eq!(path, ["q", "a1", "q2", "a2"]);
}

#[test]
fn an_answer_that_failed_before_it_said_anything_makes_room() {
    let history = History::in_memory().unwrap();
    let conversation = begin(&history, "Again");
    let question = history.ask(conversation, None, "q", &[]).unwrap();
    let failed = |text: &str| Ending { state: State::Failed, ..complete(text) };
    for text in ["", "half"] {
        let answer = history.begin_answer(question, "small").unwrap();
        history.finish(answer, &failed(text)).unwrap();
    }
    let answer = history.begin_answer(question, "small").unwrap();
    history.finish(answer, &complete("whole")).unwrap();
    let thread = history.thread(conversation).unwrap();
    assert_eq!(place(&thread, "whole"), (2, 2), "what said half of it is kept");
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let history = History::in_memory().unwrap();
    let (one, other) = (begin(&history, "One"), begin(&history, "Other"));
    let (question, answer) = turn(&history, one, None, "q", "a");
    let missing =
        |outcome: history::Result<i64>| assert!(matches!(outcome, Err(HistoryError::NotFound { .. })));
    missing(history.ask(one, Some(question), "after a question", &[]));
    missing(history.ask(other, Some(answer), "in another conversation", &[]));
    missing(history.ask(99, None, "nowhere", &[]));
    missing(history.begin_answer(answer, "small"));
    missing(history.begin_answer(99, "small"));
    assert!(history.show(99).is_err() && history.path(99).is_err());
    assert!(history.finish(question, &complete("no answer")).is_err());
    assert_eq!(texts(&history, one), ["q", "a"]);
    assert!(history.thread(other).unwrap().is_empty());
}

#[test]
fn a_question_can_be_where_the_model_begins_to_read() {
    let history = History::in_memory().unwrap();
    let conversation = begin(&history, "Long");
    let (_, answer) = turn(&history, conversation, None, "q", "a");
    let (question, later) = turn(&history, conversation, Some(answer), "q2", "a2");
    history.set_reads_from(question, true, Some("They greeted each other.")).unwrap();
    let message = &history.thread(conversation).unwrap()[2];
    assert!(message.reads_from);
    assert_eq!(message.summary.as_deref(), Some("They greeted each other."));
    history.set_reads_from(question, false, None).unwrap();
    assert!(!history.thread(conversation).unwrap()[2].reads_from);
    assert!(history.set_reads_from(later, true, None).is_err());
}

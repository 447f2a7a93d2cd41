//! What somebody does in front of the window, and what they see.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::webdriver::Window;
use crate::words::Words;
use crate::{MODEL, PATIENCE, kept};

/// What the model from the hub is called here.
const NAME: &str = "talker";

pub(crate) fn front_door(window: &Window, words: &Words) {
    window.wait_for("the front door", "return find('welcome-guide')");
    assert_eq!(window.title(), "Domicile");
    window.wait_for("what this computer can run", "return find('offer')");
    window.screenshot(&kept(words, "1-welcome.png"));
    window.click("welcome-guide");
    window.wait_for("the composer", "return find('composer')");
    assert_eq!(window.run("return find('model-name').textContent"), words.guide);
    assert_eq!(window.run("return find('send').textContent"), words.send);
    assert_eq!(window.run("return find('send').disabled"), true, "there is nothing to send yet");
    assert_eq!(window.run("return turns().length"), 0);
    window.screenshot(&kept(words, "2-threshold.png"));
}

pub(crate) fn first_question(window: &Window, words: &Words) {
    window.run(WATCH);
    ask(window, words.question);
    assert_eq!(window.run("return last().dataset.state"), "complete");
    assert_eq!(window.run("return find('question').textContent.replace(/\\s/g, ' ')"), words.question);
    assert_ne!(window.run("return within(last(), 'answer').textContent.trim()"), "");
    assert_eq!(window.run("return find('composer').value"), "");
    let seen = window.run("return window.seen");
    let open_while_thinking = |glimpse: &Value| {
        glimpse["state"] == "reasoning" && glimpse["open"] == true && glimpse["thoughts"].as_u64() > Some(0)
    };
    assert!(seen.as_array().unwrap().iter().any(open_while_thinking), "the reasoning was not seen: {seen}");
    window.screenshot(&kept(words, "3-answer.png"));
}

pub(crate) fn unfolding(window: &Window, words: &Words) {
    let open = "return within(last(), 'reasoning-toggle').getAttribute('aria-expanded')";
    assert_eq!(window.run(open), "false", "the reasoning is folded once there is an answer");
    window.click("reasoning-toggle");
    window.wait_for("the reasoning", "return thoughts(last()).checkVisibility()");
    assert_eq!(window.run(open), "true");
    window.screenshot(&kept(words, "4-reasoning.png"));
}

/// The window survives its engine, and the next question is answered.
pub(crate) fn the_engine_ended(window: &Window, words: &Words) {
    let ended = Command::new("pkill").args(["-9", "-f", "domicile-app --engine-process"]).status().unwrap();
    assert!(ended.success(), "the engine is a process of its own");
    let before = window.run("return turns().length").as_u64();
    ask(window, words.question);
    assert_eq!(window.run("return last().dataset.state"), "complete");
    let after = window.run("return turns().length").as_u64();
    assert_eq!(after, before.map(|turns| turns + 1), "what was said stays");
}

/// The model may be through before the stop reaches it: then the question is asked again.
pub(crate) fn stopping(window: &Window, words: &Words) {
    for _ in 0..5 {
        window.type_into("composer", words.second);
        window.run_until_done(STOP_WHILE_THINKING);
        if window.run("return last().dataset.state") == "stopped" {
            assert_ne!(window.run("return thoughts(last()).textContent"), "", "what was said is kept");
            assert_eq!(window.run("return within(last(), 'note').textContent"), words.stopped);
            window.screenshot(&kept(words, "5-stopped.png"));
            return;
        }
        assert_eq!(window.run("return last().dataset.state"), "complete");
    }
    panic!("five answers, and none could be stopped");
}

/// A model of the hub, named by hand.
pub(crate) fn download(window: &Window, words: &Words) {
    window.click("go-models");
    window.wait_for("the models", "return model('gpt-oss-20b')");
    window.screenshot(&kept(words, "6-models.png"));
    window.click("add");
    window.click_on("the way to name one", &item(words.by_name));
    window.wait_for("the field", "return find('add-name')");
    window.type_into("add-name", MODEL);
    window.click("add-go");
    window
        .wait_for("the model", &format!("const card = model('{NAME}'); return card && within(card, 'use')"));
    window.screenshot(&kept(words, "7-downloaded.png"));
}

/// It answers after one click.
pub(crate) fn another_model(window: &Window, words: &Words) {
    window.click_on("the button", &format!("return within(model('{NAME}'), 'use')"));
    window.wait_for("the switch", &format!("return within(model('{NAME}'), 'current')"));
    window.click("new-conversation");
    window.wait_for("an empty page", "return find('composer') && turns().length === 0");
    window.wait_for("its name", &format!("return find('model-name').textContent === '{NAME}'"));
    ask(window, words.second);
    assert_eq!(window.run("return last().dataset.state"), "complete");
    window.screenshot(&kept(words, "8-another-model.png"));
}

/// Another answer is a branch beside the first one, and so is another question.
pub(crate) fn branches(window: &Window, words: &Words) {
    window.run("last().scrollIntoView(); within(last(), 'another').focus(); return true");
    window.click("another");
    wait_for_the_end(window);
    let branch = "return last() && within(last(), 'branch')?.textContent.replace(/\\s/g, '')";
    assert_eq!(window.run(branch), "2/2");
    window.click("previous-branch");
    window.wait_for("the first answer", &format!("{branch} === '1/2'"));
    window.screenshot(&kept(words, "9-branches.png"));
}

/// What was said is found from every place, and shown where it stands.
pub(crate) fn search(window: &Window, words: &Words) {
    window.click("new-conversation");
    window.wait_for("an empty page", "return find('composer') && turns().length === 0");
    window.type_into("search", words.sought);
    window.wait_for("something found", "return find('hit')?.querySelector('mark')");
    window.screenshot(&kept(words, "10-search.png"));
    window.click("hit");
    window.wait_for("the conversation", "return turns().length > 0");
    let question = window.run("return find('question').textContent.replace(/\\s/g, ' ')");
    assert!([words.question, words.second].contains(&question.as_str().unwrap()), "{question}");
}

/// The conversation is saved where the system's own dialog is told to.
pub(crate) fn a_file(window: &Window, words: &Words) {
    let file = window.home().join("conversation.md");
    window.click("conversation-more");
    window.click_on("the way to a file", &item(words.to_file));
    window.wait_for("the question how", "return find('export-save')");
    window.click("export-save");
    window.type_into_dialog(words.where_to_save, file.to_str().unwrap());
    let begun = Instant::now();
    while !file.exists() {
        assert!(begun.elapsed() < PATIENCE, "there is no {}", file.display());
        std::thread::sleep(Duration::from_millis(100));
    }
    let saved = std::fs::read_to_string(file).unwrap();
    assert!(saved.contains(words.question) || saved.contains(words.second), "{saved}");
    window.wait_for("the word on it", "return find('note-line').textContent.includes('conversation.md')");
}

/// Everything in the list, and a draft for what has not begun.
pub(crate) fn everything(window: &Window) -> Value {
    window.click("new-conversation");
    window.wait_for("an empty page", "return turns().length === 0");
    window.type_into("composer", "…");
    // It is kept a moment after the last key.
    std::thread::sleep(Duration::from_millis(800));
    titles(window)
}

/// After a restart all of it is there: the list, the model, the draft.
pub(crate) fn the_next_start(window: &Window, words: &Words, before: &Value) {
    window.wait_for("the composer", "return find('composer')");
    window.wait_for("the list", "return find('conversation')");
    assert_eq!(titles(window), *before);
    assert!(before.as_array().unwrap().len() >= 2, "{before}");
    assert_eq!(window.run("return find('model-name').textContent"), NAME);
    assert_eq!(window.run("return find('composer').value"), "…", "what was being written stays");
    window.click_on("a conversation", "return find('conversation').querySelector('button')");
    window.wait_for("what was said", "return turns().length > 0");
    window.screenshot(&kept(words, "11-next-start.png"));
}

fn titles(window: &Window) -> Value {
    window.run(
        "return [...document.querySelectorAll('[data-testid=conversation]')].map((row) => row.dataset.id)",
    )
}

/// A thing to do in the open menu, by the beginning of its name.
fn item(name: &str) -> String {
    format!("return items().find((item) => item.textContent.replace('✓', '').trim().startsWith({name:?}))")
}

fn ask(window: &Window, question: &str) {
    window.type_into("composer", question);
    window.click("send");
    wait_for_the_end(window);
}

fn wait_for_the_end(window: &Window) {
    let ended = "return last() && ['complete', 'stopped', 'failed'].includes(last().dataset.state)";
    window.wait_for("the end of the answer", ended);
    let problem = window.run("return find('problem')?.textContent ?? null");
    assert_eq!(problem, json!(null), "a problem is shown");
}

/// Keeps in `window.seen` what the last turn looked like after each change: a fast model is through before it could
/// be asked from outside.
const WATCH: &str = "
    window.seen = [];
    const look = () => {
        const turn = last();
        if (!turn) return;
        const open = within(turn, 'reasoning-toggle')?.getAttribute('aria-expanded') === 'true';
        window.seen.push({ state: turn.dataset.state, open, thoughts: thoughts(turn)?.textContent.length ?? 0 });
    };
    const everything = { subtree: true, childList: true, attributes: true, characterData: true };
    new MutationObserver(look).observe(document.body, everything);
";

/// Sends, stops at the first thought, and waits for the end.
const STOP_WHILE_THINKING: &str = "
    const before = turns().length;
    let stopped = false;
    const look = () => {
        const turn = last();
        if (turns().length === before || !turn) return;
        if (!stopped && turn.dataset.state === 'reasoning' && find('stop')) {
            stopped = true;
            find('stop').click();
        }
        if (['complete', 'stopped', 'failed'].includes(turn.dataset.state)) {
            watch.disconnect();
            done(true);
        }
    };
    const watch = new MutationObserver(look);
    watch.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    find('send').click();
";

//! What goes to standard output and standard error. Nowhere else does this program print.

use std::io::{self, ErrorKind, Write};
use std::process;

use app::{Language, Problem};
use serde::Serialize;
use serde_json::json;

use crate::text;

/// Writes to standard output at once. A reader that has gone away (`domicile chat | head`) ends the program quietly.
pub(crate) fn print(text: &str) {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => process::exit(0),
        // There is no better place to say that the output cannot be written.
        _ => {}
    }
}

/// One JSON object on a line of its own.
pub(crate) fn print_json(value: &impl Serialize) {
    if let Ok(line) = serde_json::to_string(value) {
        print(&(line + "\n"));
    }
}

/// Writes to standard error, where what is not part of the answer goes.
pub(crate) fn note(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Says what went wrong and what to do.
pub(crate) fn report(problem: &Problem, json: bool) {
    let said = text::problem(Language::of_system(), problem);
    if json {
        let error = json!({"error": {"code": problem.code, "message": said.happened, "hint": said.todo}});
        note(&format!("{error}\n"));
    } else {
        note(&format!("{}\n{}\n", said.happened, said.todo));
    }
}

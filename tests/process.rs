//! The engine in a process of its own: what it answers, and what is left when it dies.
//!
//! This program is its own child: the child is the real engine, which does itself harm at a given moment.

#[cfg(unix)]
#[path = "process/faults.rs"]
mod faults;
#[cfg(unix)]
#[path = "process/onnx.rs"]
mod onnx;
#[cfg(unix)]
#[path = "process/running.rs"]
mod running;
#[cfg(unix)]
#[path = "process/trials.rs"]
mod trials;

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    if engine_process::served(|| vec![Box::new(faults::Faulty::from_arguments())], starter::files) {
        return ExitCode::SUCCESS;
    }
    if std::env::args().nth(1).as_deref() == Some(trials::PARENT) {
        trials::be_a_parent();
        return ExitCode::SUCCESS;
    }
    // One after the other: a trial knows its children by their being new, and one of them stops the whole program.
    let mut arguments = libtest_mimic::Arguments::from_args();
    arguments.test_threads = Some(1);
    libtest_mimic::run(&arguments, trials::all()).exit_code()
}

/// Signals and limits are those of Unix; on Windows `cargo xtask windows` kills the engine.
#[cfg(not(unix))]
fn main() -> ExitCode {
    ExitCode::SUCCESS
}

//! `cargo xtask run`.

use crate::processor::Need;
use crate::shell::{self, Result, command};
use crate::{cargo, npm, onnxruntime, system};

/// Opens the window; without a display, starts the conversation in the terminal.
pub(crate) fn run() -> Result {
    if let Err(problem) = onnxruntime::prepare(Need::WherePossible) {
        println!("Without ONNX Runtime this time: {problem}");
    }
    if !system::has_display() {
        println!("{}", no_display());
        return shell::run(&mut command(cargo::program("domicile")?, ["chat"]));
    }
    system::prepare()?;
    npm::install()?;
    npm::build()?;
    shell::run(&mut command(cargo::program("domicile-app")?, [""; 0]))
}

fn no_display() -> &'static str {
    if system::speaks_french() {
        "Il n’y a pas d’écran ici : la conversation a lieu dans le terminal."
    } else {
        "There is no display here: the conversation takes place in the terminal."
    }
}

//! The developer's commands: `cargo xtask run`, `test`, `bundle` and those beside them.
//!
//! This package knows nothing of models or windows: it starts the tools that do, installs what they need, and checks
//! what it fetched, for which alone it has dependencies.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what this program says, it says to a terminal"
)]

mod bindings;
mod bundle;
mod cargo;
mod catalog;
mod compare;
mod folder;
mod integrity;
mod licences;
mod npm;
mod onnxruntime;
mod packages;
mod processor;
mod run;
mod screenshots;
mod shell;
mod software_vulkan;
mod system;
mod test;
mod visual_c;
mod wheel;
mod windows;

use std::path::Path;
use std::process::ExitCode;

const HELP: &str = "\
The commands of Domicile's developers

cargo xtask run                  build what has changed and open the window; without a display, talk in the terminal
cargo xtask test [--no-window]   every check; --no-window leaves out the journey in the real window
cargo xtask screenshots          put a picture of every screen into target/screenshots
cargo xtask windows [--check]    build domicile.exe on Linux and run it under Wine; --check only builds it
cargo xtask arm                  run the kernels of Arm processors, imitated by qemu, on Linux
cargo xtask onnxruntime [--for PLATFORM]
                                 fetch the libraries of ONNX Runtime, for cards and for the processor, into
                                 target/onnxruntime, this computer's also beside the programs; PLATFORM
                                 is windows-x64, windows-arm64, macos-arm64, linux-x64 or linux-arm64
cargo xtask software-vulkan      say with what a test of WebGPU runs without a graphics card, and fetch it where it must be
cargo xtask bundle [OPTION…]     pack the window for people to install, with those libraries and their licences; OPTION is
                                 one of `tauri build`, such as --bundles deb
cargo xtask compare FOLDER [--short]
                                 the speed of the models in FOLDER with Domicile and with others in turn: onnxruntime-genai
                                 on those that tests/onnx/speed.py makes, llama.cpp on those of tests/speed/llama.py;
                                 --short leaves out the context of 32,768 tokens, which takes as long as all the rest
cargo xtask bindings             write ui/src/bindings/commands.ts anew from crates/app/src/wire.rs
cargo xtask catalog [--newest]   write sizes, commits and hashes from the hub into crates/catalog/catalog.json, and compare
                                 what is pinned there; --newest pins the newest commits

run, test and bundle install what is missing, and say so.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["run"] => run::run(),
        ["test"] => test::test(test::Window::Opened),
        ["test", "--no-window"] => test::test(test::Window::LeftOut),
        ["bindings"] => bindings::write(),
        ["catalog"] => catalog::refresh(catalog::Commits::Pinned),
        ["catalog", "--newest"] => catalog::refresh(catalog::Commits::Newest),
        ["screenshots"] => screenshots::take(),
        ["onnxruntime"] => onnxruntime::prepare(processor::Need::WherePossible),
        ["onnxruntime", "--for", name] => onnxruntime::fetch(name),
        ["software-vulkan"] => software_vulkan::say(),
        ["bundle", ref options @ ..] => bundle::bundle(options),
        ["compare", folder] => compare::compare(Path::new(folder), compare::Length::Full),
        ["compare", folder, "--short"] => compare::compare(Path::new(folder), compare::Length::Short),
        ["windows"] => windows::windows(),
        ["windows", "--check"] => windows::check(),
        ["arm"] => windows::arm(),
        ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        _ => {
            eprintln!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("\n{problem}");
            ExitCode::FAILURE
        }
    }
}

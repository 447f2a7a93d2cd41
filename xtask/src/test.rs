//! `cargo xtask test`: every check, the quick ones first, up to the first that fails.

use std::time::{Duration, Instant};

use crate::cargo::cargo;
use crate::processor::Need;
use crate::shell::{self, Result};
use crate::{npm, onnxruntime, packages, screenshots, software_vulkan, system};

/// Whether the journey in the real window is part of it.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Window {
    /// It is.
    Opened,
    /// It is not.
    LeftOut,
}

/// A check and its name.
type Check = (&'static str, fn() -> Result);

const CHECKS: &[Check] = &[
    ("format", || shell::run(&mut cargo(&["fmt", "--all", "--check"]))),
    ("what the window needs", system::prepare),
    ("interface: packages", npm::install),
    ("interface: types", || npm::script("check")),
    ("interface: tests", || npm::script("test")),
    ("interface: build", npm::build),
    ("interface: the walk in a browser", screenshots::walk),
    ("clippy", || {
        let lint = [
            "clippy",
            "--locked",
            "--workspace",
            "--all-targets",
            "--features",
            "engine-candle/bench",
            "--",
            "--deny",
            "warnings",
        ];
        shell::run(&mut cargo(&lint))
    }),
    ("what the hub's official client needs", || {
        let there = shell::probe("python3", &["-c", "import ensurepip, venv"]).is_some();
        if there || !cfg!(target_os = "linux") { Ok(()) } else { packages::install(packages::PYTHON) }
    }),
    ("ONNX Runtime's libraries", || match onnxruntime::Platform::here() {
        Ok(_) => onnxruntime::prepare(Need::Always),
        // The program does without on such a computer, and so do its tests.
        Err(none) => {
            println!("{none}");
            Ok(())
        }
    }),
    ("what WebGPU computes on without a graphics card", || software_vulkan::prepare().map(drop)),
    // Among them: who depends on whom, tidiness, the generated bindings, the command.
    ("tests", || {
        let mut tests = cargo(&["test", "--locked", "--workspace"]);
        match software_vulkan::prepare()? {
            Some(manifest) => tests.env(software_vulkan::VARIABLE, manifest),
            None => tests.env_remove(software_vulkan::VARIABLE),
        };
        shell::run(&mut tests)
    }),
];

const JOURNEY: &[Check] = &[
    ("what the journey needs", || packages::install(packages::JOURNEY)),
    ("journey in the real window", || {
        let journey = ["test", "--locked", "--workspace", "--test", "journey"];
        shell::run(cargo(&journey).env("DOMICILE_JOURNEY", "1"))
    }),
];

/// Runs every check.
pub(crate) fn test(window: Window) -> Result {
    let start = Instant::now();
    let mut times = Vec::new();
    let journey = if window == Window::Opened && cfg!(target_os = "linux") { JOURNEY } else { &[] };
    for &(name, check) in CHECKS.iter().chain(journey) {
        println!("\n── {name}");
        let start = Instant::now();
        check().map_err(|problem| format!("✗ {name}: {problem}"))?;
        println!("── {name}: {}", shown(start.elapsed()));
        times.push((name, start.elapsed()));
    }
    println!("\nEverything passes:");
    for (name, time) in times {
        println!("{:>9}  {name}", shown(time));
    }
    println!("{:>9}  in all", shown(start.elapsed()));
    match (window, cfg!(target_os = "linux")) {
        (Window::Opened, true) => {}
        (Window::Opened, false) => println!("The journey in the real window was left out: it runs on Linux."),
        (Window::LeftOut, _) => println!("The journey in the real window was left out, as asked."),
    }
    Ok(())
}

fn shown(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

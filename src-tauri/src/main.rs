//! The window of Domicile: adapters between Tauri and [`app`].
//!
//! No decision is made here, and nothing here knows of models, prompts or files.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod desktop;
mod engines;
mod program;
#[cfg(target_os = "linux")]
mod waiting;
mod window;
mod words;

use std::error::Error;
use std::sync::Arc;

use tauri::{AppHandle, Manager as _};

use crate::desktop::System;
use crate::program::Program;

fn main() -> Result<(), Box<dyn Error>> {
    if engines::served() {
        return Ok(());
    }
    let system = Arc::new(System::default());
    let mut shell = tauri::Builder::default();
    // First of all: a second start hands over what it was asked, and ends.
    shell = shell.plugin(tauri_plugin_single_instance::init(|shell, arguments, _| {
        window::to_the_front(shell);
        follow(shell, arguments);
    }));
    shell
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(window::place_remembered())
        .invoke_handler(tauri::generate_handler![commands::call])
        .setup(move |shell| {
            system.is(shell.handle());
            shell.manage(Program::begin(system.clone()));
            follow(shell.handle(), std::env::args().collect());
            Ok(window::open(shell)?)
        })
        .run(tauri::generate_context!())?;
    Ok(())
}

/// Opens the conversation that a link among the arguments names; the window does not wait for it.
fn follow(shell: &AppHandle, arguments: Vec<String>) {
    let program = shell.state::<Program>().inner().clone();
    let links: Vec<_> =
        arguments.into_iter().filter(|argument| argument.starts_with("domicile://")).collect();
    if links.is_empty() {
        return;
    }
    tauri::async_runtime::spawn_blocking(move || {
        // Where it could not begin, the window says so.
        let Ok(app) = program.get() else { return };
        links.iter().for_each(|link| app.follow_link(link));
    });
}

//! The window of Domicile: adapters between Tauri and [`app`].
//!
//! No decision is made here, and nothing here knows of models, prompts or files.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod desktop;
mod engines;
mod window;
mod words;

use std::error::Error;
use std::sync::Arc;

use app::{App, DataFolder};
use tauri::{AppHandle, Manager as _};

use crate::desktop::System;

fn main() -> Result<(), Box<dyn Error>> {
    if engines::served() {
        return Ok(());
    }
    let system = Arc::new(System::default());
    let mut shell = tauri::Builder::default();
    // First of all: a second start hands over what it was asked, and ends.
    shell = shell.plugin(tauri_plugin_single_instance::init(|shell, arguments, _| {
        window::to_the_front(shell);
        follow(shell, &arguments);
    }));
    shell
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(window::place_remembered())
        .invoke_handler(tauri::generate_handler![commands::call])
        .setup(move |shell| {
            system.is(shell.handle());
            let app = App::start(
                engines::equipment(),
                engines::RUNS,
                DataFolder::of_this_computer(),
                system.clone(),
            )?;
            shell.manage(app);
            let arguments: Vec<_> = std::env::args().collect();
            follow(shell.handle(), &arguments);
            Ok(window::open(shell)?)
        })
        .run(tauri::generate_context!())?;
    Ok(())
}

/// Opens the conversation that a link among the arguments names.
fn follow(shell: &AppHandle, arguments: &[String]) {
    let app = shell.state::<Arc<App>>();
    for link in arguments.iter().filter(|argument| argument.starts_with("domicile://")) {
        app.follow_link(link);
    }
}

//! The window of Domicile: adapters between Tauri and [`app`].
//!
//! No decision is made here, and nothing here knows of models, prompts or files.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod engines;
mod window;

use std::sync::Arc;

fn main() -> tauri::Result<()> {
    if engines::served() {
        return Ok(());
    }
    let app = Arc::new(app::App::start(engines::equipment(), app::DataFolder::of_this_computer()));
    tauri::Builder::default()
        .manage(app)
        .invoke_handler(tauri::generate_handler![
            commands::welcome,
            commands::prospect,
            commands::ask,
            commands::stop,
            commands::new_conversation,
        ])
        .setup(|shell| Ok(window::open(shell)?))
        .run(tauri::generate_context!())
}

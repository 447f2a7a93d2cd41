//! The one command of the page: each of `app::COMMANDS` passes through it, off the main thread, which draws the window.

use app::{Problem, ProblemCode};
use serde_json::Value;
use tauri::State;
use tauri::async_runtime::spawn_blocking;
use tauri::ipc::Channel;

use crate::program::Program;

#[tauri::command]
pub(crate) async fn call(
    program: State<'_, Program>,
    name: String,
    request: Value,
    on_event: Channel<Value>,
) -> Result<Value, Problem> {
    let program = program.inner().clone();
    let done = spawn_blocking(move || {
        program.get()?.call(&name, request, Box::new(move |event| on_event.send(event).is_ok()))
    });
    let broken = |error: tauri::Error| Problem::new(ProblemCode::EngineFailed, error.to_string());
    done.await.map_err(broken)?
}

//! The one command of the page: each of `app::COMMANDS` passes through it, off the main thread, which draws the window.

use std::sync::Arc;

use app::{App, Problem, ProblemCode};
use serde_json::Value;
use tauri::State;
use tauri::async_runtime::spawn_blocking;
use tauri::ipc::Channel;

#[tauri::command]
pub(crate) async fn call(
    app: State<'_, Arc<App>>,
    name: String,
    request: Value,
    on_event: Channel<Value>,
) -> Result<Value, Problem> {
    let app = Arc::clone(&app);
    let done =
        spawn_blocking(move || app.call(&name, request, Box::new(move |event| on_event.send(event).is_ok())));
    let broken = |error: tauri::Error| Problem::new(ProblemCode::EngineFailed, error.to_string());
    done.await.map_err(broken)?
}

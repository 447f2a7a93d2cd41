//! The commands of `app::COMMANDS`, a line each. All of them run off the main thread, which draws the window.

use std::sync::Arc;

use app::{App, AskRequest, ChatEvent, Prospect, StopRequest, Welcome};
use tauri::State;
use tauri::async_runtime::spawn_blocking;
use tauri::ipc::Channel;

type Shared<'a> = State<'a, Arc<App>>;

#[tauri::command(async)]
pub(crate) fn welcome(app: Shared<'_>) -> Welcome {
    app.welcome()
}

#[tauri::command(async)]
pub(crate) fn prospect(app: Shared<'_>) -> Option<Prospect> {
    app.prospect()
}

#[tauri::command]
pub(crate) async fn ask(
    app: Shared<'_>,
    request: AskRequest,
    on_event: Channel<ChatEvent>,
) -> tauri::Result<()> {
    let (app, turn) = (Arc::clone(&app), request.turn);
    spawn_blocking(move || {
        app.ask(request, &mut |event| {
            // A window that is gone needs no answer.
            if on_event.send(event).is_err() {
                app.stop(StopRequest { turn });
            }
        });
    })
    .await
}

#[tauri::command(async)]
pub(crate) fn stop(app: Shared<'_>, request: StopRequest) {
    app.stop(request);
}

#[tauri::command(async)]
pub(crate) fn new_conversation(app: Shared<'_>) {
    app.new_conversation();
}

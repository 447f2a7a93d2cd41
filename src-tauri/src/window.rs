//! The one window. It is shown once it has the background of its theme, so that it is never white, and says the name
//! where the system lets it.

use tauri::plugin::TauriPlugin;
use tauri::webview::PageLoadEvent;
use tauri::window::Color;
use tauri::{
    App, AppHandle, DragDropEvent, Manager as _, Theme, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    WindowEvent, Wry,
};
use tauri_plugin_window_state::StateFlags;

use crate::program::Program;

/// The name by which the capability and the place know it.
const NAME: &str = "main";

/// The colour behind the page: `--ground` of `ui/src/styles/tokens.css`.
const fn ground(theme: Theme) -> Color {
    match theme {
        Theme::Dark => Color(0x1c, 0x18, 0x15, 0xff),
        _ => Color(0xfb, 0xf7, 0xf1, 0xff),
    }
}

/// What is written on it: `--ink` there.
#[cfg(target_os = "linux")]
const fn ink(theme: Theme) -> Color {
    match theme {
        Theme::Dark => Color(0xf1, 0xe9, 0xdf, 0xff),
        _ => Color(0x2d, 0x25, 0x20, 0xff),
    }
}

/// Remembers where the window was, and how large; never that it was hidden.
pub(crate) fn place_remembered() -> TauriPlugin<Wry> {
    let flags = StateFlags::POSITION | StateFlags::SIZE | StateFlags::MAXIMIZED;
    tauri_plugin_window_state::Builder::default().with_state_flags(flags).build()
}

pub(crate) fn open(shell: &App) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(shell, NAME, WebviewUrl::default())
        .title("Domicile")
        .inner_size(1180.0, 780.0)
        .min_inner_size(420.0, 480.0)
        .center()
        .visible(false)
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Finished {
                // Without it words are typed as well.
                let _ = check_spelling(&window);
            }
        })
        .build()?;
    let theme = window.theme()?;
    window.set_background_color(Some(ground(theme)))?;
    #[cfg(target_os = "linux")]
    crate::waiting::say_the_name(&window, ground(theme), ink(theme))?;
    hear_what_is_dropped(&window);
    window.show()
}

/// Brings the window before the others, where somebody wants to start the program once more.
pub(crate) fn to_the_front(shell: &AppHandle) {
    if let Some(window) = shell.get_webview_window(NAME) {
        // A system that does not allow it leaves the window where it is.
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
}

fn hear_what_is_dropped(window: &WebviewWindow) {
    let program = window.state::<Program>().inner().clone();
    window.on_window_event(move |event| {
        let WindowEvent::DragDrop(event) = event else { return };
        // Where it could not begin, nothing is heard.
        let Ok(app) = program.get() else { return };
        match event {
            DragDropEvent::Enter { .. } => app.dragging(true),
            DragDropEvent::Leave => app.dragging(false),
            DragDropEvent::Drop { paths, .. } => {
                let paths = paths.clone();
                // Files are read, and may be slow.
                tauri::async_runtime::spawn_blocking(move || app.dropped(&paths));
            }
            _ => {}
        }
    });
}

/// Other systems check what is typed by themselves; this web view wants to be asked. It reads its dictionaries at once,
/// for which the window does not wait.
#[cfg(target_os = "linux")]
fn check_spelling(window: &WebviewWindow) -> tauri::Result<()> {
    window.with_webview(|view| {
        use webkit2gtk::{WebContextExt as _, WebViewExt as _};
        if let Some(context) = view.inner().context() {
            context.set_spell_checking_languages(&["fr_FR", "en_US"]);
            context.set_spell_checking_enabled(true);
        }
    })
}

#[cfg(not(target_os = "linux"))]
fn check_spelling(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

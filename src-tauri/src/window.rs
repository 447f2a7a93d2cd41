//! The one window. It is shown once it has the background of its theme, so that it is never white.

use tauri::window::Color;
use tauri::{App, Theme, WebviewUrl, WebviewWindowBuilder};

/// The colour behind the page: `--ground` of `ui/src/styles/tokens.css`.
const fn ground(theme: Theme) -> Color {
    match theme {
        Theme::Dark => Color(0x1c, 0x18, 0x15, 0xff),
        _ => Color(0xfb, 0xf7, 0xf1, 0xff),
    }
}

pub(crate) fn open(shell: &App) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(shell, "main", WebviewUrl::default())
        .title("Domicile")
        .inner_size(960.0, 720.0)
        .min_inner_size(420.0, 480.0)
        .center()
        .visible(false)
        .build()?;
    window.set_background_color(Some(ground(window.theme()?)))?;
    window.show()
}

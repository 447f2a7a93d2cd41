//! The name of the program in its window until the page is there: the web view takes longer to begin than the window.

use gtk::cairo::{self, Context, FontSlant, FontWeight};
use gtk::gdk::RGBA;
use gtk::glib::Propagation;
use gtk::prelude::*;
use tauri::WebviewWindow;
use tauri::window::Color;
use webkit2gtk::WebViewExt as _;

/// As the page says it while it is loaded (`ui/index.html`), in the same place.
const NAME: &str = "Domicile";
const SIZE: f64 = 20.0;

/// Writes the name behind the web view, which is clear as long as it has no page; the page itself is not.
pub(crate) fn say_the_name(window: &WebviewWindow, ground: Color, ink: Color) -> tauri::Result<()> {
    window.with_webview(move |view| {
        let view = view.inner();
        view.set_background_color(&RGBA::new(0.0, 0.0, 0.0, 0.0));
        let Some(behind) = view.parent() else { return };
        behind.connect_draw(move |behind, cairo| {
            let size = (f64::from(behind.allocated_width()), f64::from(behind.allocated_height()));
            // What cannot be drawn is waited for without it.
            let _ = draw(cairo, size, ground, ink);
            Propagation::Proceed
        });
    })
}

fn draw(cairo: &Context, (width, height): (f64, f64), ground: Color, ink: Color) -> Result<(), cairo::Error> {
    let choose = |Color(red, green, blue, _): Color| {
        let part = |part: u8| f64::from(part) / 255.0;
        cairo.set_source_rgb(part(red), part(green), part(blue));
    };
    choose(ground);
    cairo.paint()?;
    choose(ink);
    cairo.select_font_face("sans-serif", FontSlant::Normal, FontWeight::Normal);
    cairo.set_font_size(SIZE);
    let extents = cairo.text_extents(NAME)?;
    cairo.move_to((width - extents.width()) / 2.0, (height + extents.height()) / 2.0);
    cairo.show_text(NAME)
}

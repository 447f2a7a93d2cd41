//! The name of the program in its window until the page is there: the web view takes longer to begin than the window.

use std::cell::Cell;
use std::rc::Rc;

use gtk::cairo::{self, Context, FontSlant, FontWeight};
use gtk::prelude::*;
use tauri::WebviewWindow;
use tauri::window::Color;
use webkit2gtk::{LoadEvent, WebViewExt as _};

/// As the page says it while it is loaded (`ui/index.html`), in the same place.
const NAME: &str = "Domicile";
const SIZE: f64 = 20.0;

/// Draws the name in this colour over what the web view draws, which is nothing at first.
pub(crate) fn say_the_name(window: &WebviewWindow, ink: Color) -> tauri::Result<()> {
    window.with_webview(move |view| {
        let view = view.inner();
        let waiting = Rc::new(Cell::new(true));
        let page = Rc::clone(&waiting);
        view.connect_load_changed(move |view, event| {
            if event == LoadEvent::Finished && page.replace(false) {
                view.queue_draw();
            }
        });
        view.connect_local("draw", true, move |values| {
            if let [view, cairo] = values
                && let (Ok(view), Ok(cairo)) = (view.get::<gtk::Widget>(), cairo.get::<Context>())
                && waiting.get()
            {
                // What cannot be drawn is waited for without it.
                let _ =
                    draw(&cairo, f64::from(view.allocated_width()), f64::from(view.allocated_height()), ink);
            }
            // Others may draw too.
            Some(false.to_value())
        });
    })
}

fn draw(
    cairo: &Context,
    width: f64,
    height: f64,
    Color(red, green, blue, _): Color,
) -> Result<(), cairo::Error> {
    let part = |part: u8| f64::from(part) / 255.0;
    cairo.set_source_rgb(part(red), part(green), part(blue));
    cairo.select_font_face("sans-serif", FontSlant::Normal, FontWeight::Normal);
    cairo.set_font_size(SIZE);
    let extents = cairo.text_extents(NAME)?;
    cairo.move_to((width - extents.width()) / 2.0, (height + extents.height()) / 2.0);
    cairo.show_text(NAME)
}

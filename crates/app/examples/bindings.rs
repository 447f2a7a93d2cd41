//! Writes the window's TypeScript to standard output, for `cargo xtask bindings`.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    io::stdout().write_all(app::bindings().as_bytes())
}

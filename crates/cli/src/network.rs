//! `domicile network`: what went over the network, and the switch.

use app::{Language, Problem};
use clap::Args;
use serde_json::json;

use crate::models::library;
use crate::output;
use crate::text::{models as words, size};

#[derive(Args)]
pub(crate) struct Network {
    /// Ask nothing of any other computer, until it is switched on again
    #[arg(long, conflicts_with = "on")]
    off: bool,
    /// Allow downloads again
    #[arg(long)]
    on: bool,
    /// One JSON object for each connection
    #[arg(long)]
    pub(crate) json: bool,
}

impl Network {
    pub(crate) fn run(&self) -> Result<(), Problem> {
        let mut library = library()?;
        let words = words(Language::of_system());
        if self.off || self.on {
            library.switch_network_off(self.off);
            let state = if self.off { words.network_off } else { words.network_on };
            if self.json {
                output::print_json(&json!({"offline": self.off}));
            } else {
                output::print(&format!("{state}\n"));
            }
            return Ok(());
        }
        let connections = library.connections();
        if connections.is_empty() && !self.json {
            output::print(&format!("{}\n", words.no_connections));
        }
        for connection in connections {
            if self.json {
                output::print_json(&connection);
            } else {
                let language = Language::of_system();
                let received =
                    connection.received.map_or_else(|| "?".to_owned(), |bytes| size(bytes, language));
                let when = app::time_of(connection.at);
                let (host, about) = (connection.host, connection.about);
                output::print(&format!("{when}  {host:<28} {about:<28} {received:>12}\n"));
            }
        }
        Ok(())
    }
}

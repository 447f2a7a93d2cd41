//! `domicile network`: what went over the network, and the switch.

use std::io::{self, IsTerminal as _};

use app::{Language, Problem, ProblemCode, token};
use clap::Args;
use serde_json::json;

use crate::models::library;
use crate::output;
use crate::text::{ModelWords, models as words, size};

#[derive(Args)]
pub(crate) struct Network {
    /// Ask nothing of any other computer, until it is switched on again
    #[arg(long, group = "change")]
    off: bool,
    /// Allow downloads again
    #[arg(long, group = "change")]
    on: bool,
    /// Read an access key (token) of the hub from standard input and keep it in the key store of the system
    // Never as an argument: others can see those.
    #[arg(long, group = "change")]
    token: bool,
    /// Forget the access key
    #[arg(long, group = "change")]
    forget_token: bool,
    /// One JSON object for each connection
    #[arg(long)]
    pub(crate) json: bool,
}

impl Network {
    pub(crate) fn run(&self) -> Result<(), Problem> {
        let words = words(Language::of_system());
        if self.token || self.forget_token {
            return self.change_token(words);
        }
        let library = library()?;
        if self.off || self.on {
            library.switch_network_off(self.off)?;
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

    fn change_token(&self, words: &ModelWords) -> Result<(), Problem> {
        let (state, said) = if self.forget_token {
            token::forget()?;
            ("forgotten", words.token_forgotten)
        } else {
            if io::stdin().is_terminal() && !self.json {
                output::note(words.token_asked);
            }
            let mut given = String::new();
            io::stdin()
                .read_line(&mut given)
                .map_err(|error| Problem::new(ProblemCode::NetworkSettings, error.to_string()))?;
            token::keep(&given)?;
            ("kept", if token::OUTLASTS_RESTART { words.token_kept } else { words.token_kept_for_now })
        };
        if self.json {
            output::print_json(&json!({"token": state}));
        } else {
            output::print(&format!("{said}\n"));
        }
        Ok(())
    }
}

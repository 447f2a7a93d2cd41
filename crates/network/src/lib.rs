//! The one place that opens network connections.
//!
//! Whatever goes out of this computer goes through a [`Network`]: it notes each connection in the [`Ledger`], where a
//! person can read it, and refuses all of them while it is switched off. It knows nothing of models or hubs, and a
//! test sees to it that nothing else in this repository knows how to open a connection.

mod ledger;
mod metered;
mod request;
mod settings;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

pub use ledger::{Connection, Ledger, Purpose};
pub use metered::is_metered;
pub use request::{Answer, Request};
pub use settings::{NetworkSettings, Proxy};

/// Nothing heard for so long while a connection is made or while an answer is awaited is a failure.
const PATIENCE: Duration = Duration::from_secs(30);
/// A connection that is not used is kept for so long.
const KEPT: Duration = Duration::from_secs(60);

/// What can go wrong on the way to another computer.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The person has switched the network off.
    #[error("the network is switched off")]
    SwitchedOff,
    /// What was given as an address, a proxy or a header is none.
    #[error("{what} cannot be used: {detail}")]
    Invalid {
        /// What it was given as.
        what: &'static str,
        /// Why.
        detail: String,
    },
    /// The other computer cannot be reached: no network, no such name, refused.
    #[error("{host} cannot be reached: {detail}")]
    Unreachable {
        /// Its name.
        host: String,
        /// Why.
        detail: String,
    },
    /// Its certificate is not trusted on this computer.
    #[error("the certificate of {host} is not trusted: {detail}")]
    Untrusted {
        /// Its name.
        host: String,
        /// Why.
        detail: String,
    },
    /// It was reached, and then nothing more came.
    #[error("{host} stopped sending: {detail}")]
    Interrupted {
        /// Its name.
        host: String,
        /// Why.
        detail: String,
    },
    /// It sent us from one address to the next without end, or to one that is none.
    #[error("{host} sends from one address to the next")]
    Redirected {
        /// Its name.
        host: String,
    },
}

/// The network of this program. Clones are the same network.
#[derive(Debug, Clone)]
pub struct Network {
    client: reqwest::Client,
    off: Arc<watch::Sender<bool>>,
    ledger: Ledger,
}

impl Network {
    /// Through the proxy that the settings name, with the certificates that this computer trusts; what it does is
    /// noted in `ledger`.
    ///
    /// # Errors
    /// [`NetworkError::Invalid`] for a proxy that is none.
    pub fn new(settings: &NetworkSettings, ledger: Ledger) -> Result<Self, NetworkError> {
        // The first one to come decides for the process, and all of them are the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent(concat!("domicile/", env!("CARGO_PKG_VERSION")))
            // Where an answer leads is followed by hand, so that each host stands in the ledger.
            .redirect(reqwest::redirect::Policy::none())
            // Several parts of a file are only faster side by side on connections of their own.
            .http1_only()
            .connect_timeout(PATIENCE)
            .pool_idle_timeout(KEPT);
        let client = settings.proxy.apply(client)?.build();
        let client = client
            .map_err(|error| NetworkError::Invalid { what: "the network", detail: request::told(&error) })?;
        Ok(Self { client, off: Arc::new(watch::Sender::new(settings.offline)), ledger })
    }

    /// Switches the network off or on. What is under way when it is switched off ends with
    /// [`NetworkError::SwitchedOff`].
    pub fn switch_off(&self, off: bool) {
        self.off.send_replace(off);
    }

    /// Whether it is switched off.
    #[must_use]
    pub fn is_off(&self) -> bool {
        *self.off.borrow()
    }

    /// What it has done.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }
}

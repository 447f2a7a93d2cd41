//! What a person can say about the network.

use serde::{Deserialize, Serialize};

use crate::NetworkError;

/// The settings. What is not said is as by default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NetworkSettings {
    /// Nothing is asked of any other computer.
    pub offline: bool,
    /// What stands between this computer and the others.
    pub proxy: Proxy,
}

/// What stands between this computer and the others, as in companies.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Proxy {
    /// What the environment (`HTTPS_PROXY`, `NO_PROXY`, …) or else the system says.
    #[default]
    System,
    /// Nothing, whatever they say.
    None,
    /// This one: `http://name:password@host:port`.
    Address(String),
}

impl Proxy {
    pub(crate) fn apply(
        &self,
        client: reqwest::ClientBuilder,
    ) -> Result<reqwest::ClientBuilder, NetworkError> {
        match self {
            Self::System => Ok(client),
            Self::None => Ok(client.no_proxy()),
            Self::Address(address) => match reqwest::Proxy::all(address) {
                Ok(proxy) => Ok(client.proxy(proxy)),
                // The address may hold a password: it is not repeated.
                Err(_) => Err(NetworkError::Invalid {
                    what: "the proxy",
                    detail: "it should be like http://host:port".to_owned(),
                }),
            },
        }
    }
}

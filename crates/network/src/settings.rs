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
            Self::Address(address) => {
                let proxy = server(address).and_then(|url| reqwest::Proxy::all(url).ok());
                // The address may hold a password: it is not repeated.
                let proxy = proxy.ok_or_else(|| NetworkError::Invalid {
                    what: "the proxy",
                    detail: "it should be like http://host:port".to_owned(),
                })?;
                Ok(client.proxy(proxy))
            }
        }
    }
}

/// The address of a proxy, `http` where it does not say how it is spoken to. `None` where it is none: the client would
/// pass over a proxy of another kind without a word, and connect by itself.
fn server(address: &str) -> Option<reqwest::Url> {
    let address =
        if address.contains("://") { address.to_owned() } else { format!("http://{}", address.trim()) };
    let url = reqwest::Url::parse(&address).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::{NetworkSettings, Proxy, server};

    #[test]
    fn a_proxy_is_written_as_people_write_it() {
        let read = |text: &str| serde_json::from_str::<NetworkSettings>(text).unwrap().proxy;
        assert_eq!(read("{}"), Proxy::System);
        assert_eq!(read(r#"{"proxy": "none"}"#), Proxy::None);
        assert_eq!(read(r#"{"proxy": {"address": "proxy:80"}}"#), Proxy::Address("proxy:80".to_owned()));
    }

    #[test]
    fn a_proxy_that_would_be_passed_over_is_none() {
        for address in ["http://proxy:3128", "https://name:word@proxy", "proxy.example:8080", " 10.0.0.1:80"]
        {
            assert!(server(address).is_some(), "{address}");
        }
        for address in ["", "http://", "ftp://proxy", "socks5://proxy:1080", "name:word@:::", "two words"] {
            assert!(server(address).is_none(), "{address}");
        }
    }
}

//! The hub of models: which files a repository has, and where they are.
//!
//! The endpoints are those of the Hugging Face hub, <https://huggingface.co/docs/hub/api>. They are asked here rather
//! than through the crate hf-hub: its listing drops the SHA-256 of a file (it looks for `sha256` where the hub writes
//! `oid`), and it opens connections of its own, past the proxy, the ledger and the switch of [`Network`].

use network::{Answer, Network, Purpose, Request};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::{CatalogError, Digest, ListedFile, Result};

/// Where the hub is, unless `HF_ENDPOINT` says otherwise.
const ENDPOINT: &str = "https://huggingface.co";
/// A page of a listing is never longer (bytes).
const LONGEST_PAGE: usize = 64 << 20;
/// A repository with more pages of files is none that a model needs.
const MOST_PAGES: usize = 200;
/// What may stand in a path as it is (RFC 3986, unreserved, and `/`).
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The hub of models.
#[derive(Debug, Clone)]
pub struct Hub {
    network: Network,
    endpoint: String,
    token: Option<String>,
}

/// What the hub says of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// The commit.
    pub revision: String,
    /// Whether its terms have to be accepted first.
    pub gated: bool,
    /// Its licence, as the hub abbreviates it.
    pub licence: Option<String>,
}

#[derive(Deserialize)]
struct Info {
    sha: String,
    #[serde(default)]
    gated: serde_json::Value,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Deserialize)]
struct TreeEntry {
    #[serde(rename = "type")]
    kind: String,
    path: String,
    #[serde(default)]
    size: u64,
    oid: String,
    lfs: Option<Large>,
}

#[derive(Deserialize)]
struct Large {
    oid: String,
    size: u64,
}

impl Hub {
    /// The hub that `HF_ENDPOINT` names, or else Hugging Face; `token` is shown to it alone.
    #[must_use]
    pub fn new(network: Network, token: Option<String>) -> Self {
        let endpoint = std::env::var("HF_ENDPOINT").ok().filter(|endpoint| !endpoint.is_empty());
        Self::at(network, &endpoint.unwrap_or_else(|| ENDPOINT.to_owned()), token)
    }

    /// The hub at this address: a mirror.
    #[must_use]
    pub fn at(network: Network, endpoint: &str, token: Option<String>) -> Self {
        Self { network, endpoint: endpoint.trim_end_matches('/').to_owned(), token }
    }

    /// Its address.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// What it says of a repository; `revision` is a commit or a branch.
    ///
    /// # Errors
    /// [`CatalogError`].
    pub async fn describe(&self, repository: &str, revision: &str) -> Result<Repository> {
        let url = format!("{}/api/models/{repository}/revision/{}", self.endpoint, encoded(revision));
        let (info, _): (Info, _) = self.json(&url, repository).await?;
        if info.sha.is_empty() || !info.sha.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(self.nonsense("a commit that is none"));
        }
        let licence = info.tags.iter().find_map(|tag| tag.strip_prefix("license:")).map(str::to_owned);
        let gated = !matches!(info.gated, serde_json::Value::Null | serde_json::Value::Bool(false));
        Ok(Repository { revision: info.sha, gated, licence })
    }

    /// The files of a repository at a commit.
    ///
    /// # Errors
    /// [`CatalogError`].
    pub async fn files(&self, repository: &str, revision: &str) -> Result<Vec<ListedFile>> {
        let mut files = Vec::new();
        let first =
            format!("{}/api/models/{repository}/tree/{}?recursive=true", self.endpoint, encoded(revision));
        let mut next = Some(first);
        for _ in 0..MOST_PAGES {
            let Some(url) = next else { return Ok(files) };
            let (page, link): (Vec<TreeEntry>, _) = self.json(&url, repository).await?;
            files.extend(page.into_iter().filter(|entry| entry.kind == "file").map(listed));
            next = link;
        }
        Err(self.nonsense("a listing without end"))
    }

    /// The address of a file.
    #[must_use]
    pub fn address(&self, repository: &str, revision: &str, path: &str) -> String {
        format!("{}/{repository}/resolve/{}/{}", self.endpoint, encoded(revision), encoded(path))
    }

    /// Asks it something, and shows it the token. An answer that says no is an answer: see [`Self::refused`].
    pub(crate) async fn ask(&self, request: Request) -> Result<Answer> {
        Ok(self.network.send(request.token(self.token.as_deref())).await?)
    }

    /// The network that it is asked over.
    pub(crate) fn network(&self) -> &Network {
        &self.network
    }

    async fn json<T: DeserializeOwned>(&self, url: &str, repository: &str) -> Result<(T, Option<String>)> {
        let request = Request::get(url, Purpose::ModelListing, repository);
        let answer = self.ask(request).await?;
        if let Some(error) = self.refused(&answer, repository) {
            return Err(error);
        }
        let next = answer.header("link").and_then(following);
        // The token is shown to whoever is asked: only the hub itself is.
        let next = next.filter(|next| next.starts_with(&self.endpoint));
        let body = answer.body(LONGEST_PAGE).await?;
        let value = serde_json::from_slice(&body).map_err(|error| self.nonsense(&error.to_string()))?;
        Ok((value, next))
    }

    pub(crate) fn nonsense(&self, detail: &str) -> CatalogError {
        CatalogError::Nonsense { host: self.endpoint.clone(), detail: detail.to_owned() }
    }

    /// What an answer that says no means.
    pub(crate) fn refused(&self, answer: &Answer, repository: &str) -> Option<CatalogError> {
        let repository = repository.to_owned();
        let reason = answer.header("x-error-code").or_else(|| answer.first_header("x-error-code"));
        let retry_after = answer.header("retry-after").and_then(|seconds| seconds.trim().parse().ok());
        let busy = |status| Some(CatalogError::Busy { host: host(answer.url()), status, retry_after });
        match (answer.status(), reason) {
            (200..=299, _) => None,
            // Only the hub itself decides who may have what: where it leads to is in trouble, or the address too old.
            (status, None) if !answer.url().starts_with(&self.endpoint) => busy(status),
            (_, Some("GatedRepo")) | (403, _) => Some(CatalogError::Gated { repository }),
            (401 | 404 | 410, _) => Some(CatalogError::NoSuchRepository { repository }),
            (status @ (408 | 425 | 429 | 500..=599), _) => busy(status),
            (status, _) => {
                Some(CatalogError::Nonsense { host: host(answer.url()), detail: format!("status {status}") })
            }
        }
    }
}

fn encoded(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

/// The host of an address, for people.
pub(crate) fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or(rest).to_owned()
}

fn listed(entry: TreeEntry) -> ListedFile {
    match entry.lfs {
        Some(large) => {
            ListedFile { path: entry.path, size: large.size, digest: Some(Digest::Sha256(large.oid)) }
        }
        None => ListedFile { path: entry.path, size: entry.size, digest: Some(Digest::GitBlob(entry.oid)) },
    }
}

/// The next page, of a `Link` header (RFC 8288).
fn following(link: &str) -> Option<String> {
    link.split(',').find_map(|link| {
        let (address, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
        parameters.replace('"', "").contains("rel=next").then(|| address.to_owned())
    })
}

/// The repository that a person means who gives its name or its address; `None` where it is neither.
#[must_use]
pub fn repository_of(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('/');
    let path = match text.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        None => text.strip_prefix("huggingface.co/").unwrap_or(text),
    };
    let path = path.split(['?', '#']).next()?;
    let mut parts = path.split('/');
    let (owner, name) = (parts.next()?, parts.next()?);
    // Behind the name of an address may stand /tree/main and the like; behind a bare name nothing may.
    if !text.contains("huggingface.co") && !text.contains("://") && parts.next().is_some() {
        return None;
    }
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    (plain(owner) && plain(name)).then(|| format!("{owner}/{name}"))
}

#[cfg(test)]
mod tests {
    use super::{following, repository_of};

    #[test]
    fn a_repository_is_meant_by_its_name_or_its_address() {
        let meant = Some("openai/gpt-oss-20b".to_owned());
        for text in [
            "openai/gpt-oss-20b",
            " openai/gpt-oss-20b/ ",
            "huggingface.co/openai/gpt-oss-20b",
            "https://huggingface.co/openai/gpt-oss-20b",
            "https://huggingface.co/openai/gpt-oss-20b/tree/main?x=y#z",
            "https://hf-mirror.com/openai/gpt-oss-20b",
        ] {
            assert_eq!(repository_of(text), meant, "{text}");
        }
        for text in
            ["gpt-oss-20b", "", "a/b/c", "../x", "/a", "a//b", "a/b c", "http://host", "./x/y", "C:\\a/b"]
        {
            assert_eq!(repository_of(text), None, "{text}");
        }
    }

    #[test]
    fn the_next_page_is_found_among_other_links() {
        let link = "<https://hub/a>; rel=\"prev\", <https://hub/b?cursor=1>; rel=\"next\"";
        assert_eq!(following(link).as_deref(), Some("https://hub/b?cursor=1"));
        assert_eq!(following("<https://hub/a>; rel=\"prev\""), None);
        assert_eq!(following("nonsense"), None);
    }
}

//! A request, and its answer as it comes.

use std::error::Error;
use std::io;
use std::ops::Range;
use std::time::Instant;

use bytes::Bytes;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode, Url};
use tokio::sync::watch;

use crate::{Ledger, Network, NetworkError, PATIENCE, Purpose};

/// How often an answer may lead to another address.
const MOST_REDIRECTS: usize = 8;
/// Bytes of an answer that is not wanted that are read all the same: more take longer than a new connection.
const LITTLE: usize = 16 << 10;

/// What is asked of another computer.
#[derive(Debug, Clone)]
pub struct Request {
    method: Method,
    url: String,
    headers: HeaderMap,
    purpose: Purpose,
    about: String,
}

impl Request {
    /// Asks for what is at an address; `about` is the name of the model that it is about.
    #[must_use]
    pub fn get(url: impl Into<String>, purpose: Purpose, about: impl Into<String>) -> Self {
        let (url, about) = (url.into(), about.into());
        Self { method: Method::GET, url, headers: HeaderMap::new(), purpose, about }
    }

    /// Asks for the headers alone.
    #[must_use]
    pub fn head(self) -> Self {
        Self { method: Method::HEAD, ..self }
    }

    /// Asks for these bytes only; where the file is no longer the one with this ETag, for all of it.
    #[must_use]
    pub fn part(self, range: &Range<u64>, etag: Option<&str>) -> Self {
        let asked =
            self.with(header::RANGE, &format!("bytes={}-{}", range.start, range.end.saturating_sub(1)));
        match etag {
            // A weak one cannot be compared (RFC 9110, 13.1.5).
            Some(etag) if !etag.starts_with("W/") => asked.with(header::IF_RANGE, etag),
            _ => asked,
        }
    }

    /// Shows a token, to this host only.
    #[must_use]
    pub fn token(self, token: Option<&str>) -> Self {
        match token {
            Some(token) => self.with(header::AUTHORIZATION, &format!("Bearer {token}")),
            None => self,
        }
    }

    fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(mut value) = HeaderValue::from_str(value) {
            value.set_sensitive(name == header::AUTHORIZATION);
            self.headers.insert(name, value);
        }
        self
    }
}

impl Network {
    /// Sends a request, and follows where the answer leads.
    ///
    /// # Errors
    /// [`NetworkError`]. An answer that says no is an answer: look at its status.
    pub async fn send(&self, request: Request) -> Result<Answer, NetworkError> {
        let mut url = address(&request.url)?;
        let mut headers = request.headers.clone();
        let mut first: Option<HeaderMap> = None;
        for _ in 0..=MOST_REDIRECTS {
            let mut answer = self.send_once(&request, url.clone(), headers.clone()).await?;
            let Some(next) = answer.leads_to(&url)? else {
                answer.first = first.unwrap_or_else(|| answer.headers.clone());
                return Ok(answer);
            };
            if next.host_str() != url.host_str() || next.scheme() != url.scheme() {
                headers.remove(header::AUTHORIZATION);
            }
            first.get_or_insert_with(|| answer.headers.clone());
            answer.pass_over().await;
            url = next;
        }
        Err(NetworkError::Redirected { host: host(&url) })
    }

    async fn send_once(
        &self,
        request: &Request,
        url: Url,
        headers: HeaderMap,
    ) -> Result<Answer, NetworkError> {
        let mut off = self.off.subscribe();
        if *off.borrow_and_update() {
            return Err(NetworkError::SwitchedOff);
        }
        let mut entry = Entry::begin(&self.ledger, &host(&url), request);
        let sent = self.client.request(request.method.clone(), url.clone()).headers(headers).send();
        let response = tokio::select! {
            sent = tokio::time::timeout(PATIENCE, sent) => sent,
            () = switched_off(&mut off) => return Err(NetworkError::SwitchedOff),
        };
        let response =
            response.map_err(|_| entry.interrupted("no answer"))?.map_err(|error| entry.failure(&error))?;
        entry.status = Some(response.status());
        let headers = response.headers().clone();
        Ok(Answer { url, first: HeaderMap::new(), headers, response, off, entry })
    }
}

fn address(text: &str) -> Result<Url, NetworkError> {
    let url = Url::parse(text);
    let url =
        url.map_err(|error| NetworkError::Invalid { what: "the address", detail: error.to_string() })?;
    match (url.scheme(), url.host_str()) {
        ("http" | "https", Some(_)) => Ok(url),
        _ => Err(NetworkError::Invalid { what: "the address", detail: "no http or https".to_owned() }),
    }
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

/// Comes back when the network is switched off.
async fn switched_off(off: &mut watch::Receiver<bool>) {
    // Without a sender there is nobody left who could switch it off.
    if off.wait_for(|off| *off).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The answer of another computer, whose body comes piece by piece.
#[derive(Debug)]
pub struct Answer {
    url: Url,
    first: HeaderMap,
    headers: HeaderMap,
    response: reqwest::Response,
    off: watch::Receiver<bool>,
    entry: Entry,
}

impl Answer {
    /// HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// The address that gave it in the end.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// A header of it.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// A header of the first address that was asked, before it led elsewhere.
    #[must_use]
    pub fn first_header(&self, name: &str) -> Option<&str> {
        self.first.get(name).and_then(|value| value.to_str().ok())
    }

    /// How many bytes the body has, as it says.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.header("content-length").and_then(|length| length.parse().ok())
    }

    /// The next piece of the body; `None` at its end.
    ///
    /// # Errors
    /// [`NetworkError::Interrupted`] also where nothing comes for long, and [`NetworkError::SwitchedOff`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, NetworkError> {
        let chunk = tokio::select! {
            chunk = tokio::time::timeout(PATIENCE, self.response.chunk()) => chunk,
            () = switched_off(&mut self.off) => return Err(NetworkError::SwitchedOff),
        };
        match chunk {
            Ok(Ok(chunk)) => {
                self.entry.received += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
                Ok(chunk)
            }
            Ok(Err(error)) => Err(self.entry.interrupted(&told(&error))),
            Err(_) => Err(self.entry.interrupted("nothing comes")),
        }
    }

    /// The whole body, which must not be longer than `most` bytes.
    ///
    /// # Errors
    /// As [`Self::chunk`].
    pub async fn body(mut self, most: usize) -> Result<Vec<u8>, NetworkError> {
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            if body.len() + chunk.len() > most {
                return Err(self.entry.interrupted("the answer is longer than it can be"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// Reads what is left, if it is little, so that the connection can be used again.
    async fn pass_over(&mut self) {
        let mut left = LITTLE;
        while let Ok(Some(chunk)) = self.chunk().await {
            left = left.saturating_sub(chunk.len());
            if left == 0 {
                return;
            }
        }
    }

    fn leads_to(&self, from: &Url) -> Result<Option<Url>, NetworkError> {
        if !self.response.status().is_redirection() || self.response.status() == StatusCode::NOT_MODIFIED {
            return Ok(None);
        }
        let next = self.header(header::LOCATION.as_str()).and_then(|location| from.join(location).ok());
        match next {
            // From a connection that nobody can read to one that everybody can: no.
            Some(next) if from.scheme() == "https" && next.scheme() != "https" => {
                Err(NetworkError::Redirected { host: host(from) })
            }
            Some(next) => Ok(Some(next)),
            None => Err(NetworkError::Redirected { host: host(from) }),
        }
    }
}

/// A connection that is going on; its end is noted when it is dropped.
#[derive(Debug)]
struct Entry {
    ledger: Ledger,
    id: u64,
    host: String,
    began: Instant,
    status: Option<StatusCode>,
    received: u64,
}

impl Entry {
    fn begin(ledger: &Ledger, host: &str, request: &Request) -> Self {
        let id = ledger.began(host, request.purpose, &request.about);
        let (ledger, host) = (ledger.clone(), host.to_owned());
        Self { ledger, id, host, began: Instant::now(), status: None, received: 0 }
    }

    fn interrupted(&self, detail: &str) -> NetworkError {
        NetworkError::Interrupted { host: self.host.clone(), detail: detail.to_owned() }
    }

    fn failure(&self, error: &reqwest::Error) -> NetworkError {
        let (host, detail) = (self.host.clone(), told(error));
        if is_untrusted(error) {
            NetworkError::Untrusted { host, detail }
        } else if error.is_connect() {
            NetworkError::Unreachable { host, detail }
        } else {
            NetworkError::Interrupted { host, detail }
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let status = self.status.map(|status| status.as_u16());
        self.ledger.ended(self.id, status, self.received, self.began.elapsed().as_secs_f64());
    }
}

/// Whether a certificate is what the error is about.
fn is_untrusted(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
            return true;
        }
        // An error of input and output does not name the one that it was made of as its cause, but that one's.
        let within = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        cause = within.map(|error| error as &dyn Error).or_else(|| error.source());
    }
    false
}

/// An error with its causes, without the address: that may hold a signature.
pub(crate) fn told(error: &reqwest::Error) -> String {
    let mut told = String::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        if !told.is_empty() {
            told.push_str(": ");
        }
        told.push_str(&error.to_string());
        cause = error.source();
    }
    if told.is_empty() { "no further word".to_owned() } else { told }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio::sync::Notify;

    use super::Request;
    use crate::{Ledger, Network, NetworkError, NetworkSettings, Proxy, Purpose};

    fn network(ledger: Ledger) -> Network {
        Network::new(&NetworkSettings { proxy: Proxy::None, ..NetworkSettings::default() }, ledger).unwrap()
    }

    fn request(url: String) -> Request {
        Request::get(url, Purpose::ModelFile, "model")
    }

    /// A server that answers each connection with the same bytes, and then waits.
    async fn server(answer: &'static str) -> (u16, Arc<Notify>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, asked) = (listener.local_addr().unwrap().port(), Arc::new(Notify::new()));
        let notify = Arc::clone(&asked);
        tokio::spawn(async move {
            let mut kept = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut asked = [0; 4096];
                let _ = stream.read(&mut asked).await;
                let _ = stream.write_all(answer.as_bytes()).await;
                notify.notify_one();
                kept.push(stream);
            }
        });
        (port, asked)
    }

    #[tokio::test]
    async fn while_it_is_off_nothing_is_opened_and_what_is_under_way_ends() {
        let (port, asked) = server("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc").await;
        let folder = tempfile::tempdir().unwrap();
        let network = network(Ledger::at(&folder.path().join("ledger")));
        let mut answer = network.send(request(format!("http://127.0.0.1:{port}/"))).await.unwrap();
        asked.notified().await;
        assert_eq!(answer.chunk().await.unwrap().unwrap(), "abc");
        let switch = network.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            switch.switch_off(true);
        });
        assert!(matches!(answer.chunk().await, Err(NetworkError::SwitchedOff)));
        drop(answer);
        let refused = network.send(request(format!("http://127.0.0.1:{port}/"))).await;
        assert!(matches!(refused, Err(NetworkError::SwitchedOff)));
        let list = network.ledger().read();
        assert_eq!(list.len(), 1, "what was refused is no connection");
        assert_eq!(
            (list[0].received, list[0].status, list[0].host.as_str()),
            (Some(3), Some(200), "127.0.0.1")
        );
    }

    #[tokio::test]
    async fn a_chain_of_addresses_ends() {
        let (port, _) =
            server("HTTP/1.1 302 Found\r\nlocation: /\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
                .await;
        let end = network(Ledger::default()).send(request(format!("http://127.0.0.1:{port}/"))).await;
        assert!(matches!(end, Err(NetworkError::Redirected { .. })), "{end:?}");
    }

    #[tokio::test]
    async fn what_is_no_address_or_nobody_s_is_an_error() {
        let network = network(Ledger::default());
        for address in ["", "file:///etc/hosts", "hub", "http://"] {
            let error = network.send(request(address.to_owned())).await.unwrap_err();
            assert!(matches!(error, NetworkError::Invalid { .. }), "{address}: {error}");
        }
        let closed = { TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap() };
        let error = network.send(request(format!("http://{closed}/secret?signature=x"))).await.unwrap_err();
        assert!(matches!(error, NetworkError::Unreachable { .. }), "{error}");
        assert!(!error.to_string().contains("secret"));
    }

    #[test]
    fn a_proxy_that_is_none_is_an_error_without_its_password() {
        let proxy = Proxy::Address("http://name:word@:::".to_owned());
        let error = Network::new(&NetworkSettings { proxy, offline: false }, Ledger::default()).unwrap_err();
        assert!(!error.to_string().contains("word@"), "{error}");
    }
}

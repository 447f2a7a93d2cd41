//! What companies put between their computers and the others: a proxy, and one that reads along with a certificate of
//! its own.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// The first line of a message and its headers.
struct Head(Vec<String>);

impl Head {
    fn read(from: &mut impl BufRead) -> io::Result<Self> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if from.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            match line.trim_end() {
                "" => return Ok(Self(lines)),
                line => lines.push(line.to_owned()),
            }
        }
    }

    fn write(&self, to: &mut impl Write) -> io::Result<()> {
        to.write_all((self.0.join("\r\n") + "\r\n\r\n").as_bytes())?;
        to.flush()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let headers = self.0.iter().skip(1).filter_map(|line| line.split_once(':'));
        let mut found = headers.filter(|(header, _)| header.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.trim())
    }
}

/// Passes on the answer to what was asked, in which `change` may write something else.
fn pass_on(
    asked: &Head,
    from: &mut impl BufRead,
    to: &mut impl Write,
    change: impl Fn(&mut String),
) -> io::Result<()> {
    let mut head = Head::read(from)?;
    head.0.iter_mut().for_each(change);
    head.write(to)?;
    let length = head.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    if !asked.0[0].starts_with("HEAD ") {
        let passed = io::copy(&mut from.take(length), to)?;
        if passed < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    to.flush()
}

/// Serves each connection to a new port on a thread of its own, until the test program ends.
fn listen(serve: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = Arc::clone(&serve);
            // A client that goes away is none of our business.
            thread::spawn(move || drop(serve(stream)));
        }
    });
    port
}

/// A proxy, which knows how many requests it was given.
pub(crate) struct Proxy {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// One that everybody may use, or only who gives this `name:password`.
    pub(crate) fn start(member: Option<&str>) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        let member = member.map(|member| format!("Basic {}", BASE64_STANDARD.encode(member)));
        let port = listen(move |stream| serve_proxy(stream, member.as_deref(), &seen));
        Self { port, asked }
    }

    /// Where it is.
    pub(crate) fn place(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The first lines of what it was asked and has passed on.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve_proxy(stream: TcpStream, member: Option<&str>, seen: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut client = BufReader::new(stream);
    loop {
        let mut asked = Head::read(&mut client)?;
        if member.is_some() && asked.header("proxy-authorization") != member {
            let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n";
            client.get_mut().write_all(refusal.as_bytes())?;
            continue;
        }
        seen.lock().unwrap().push(asked.0[0].clone());
        let words: Vec<&str> = asked.0[0].split(' ').collect();
        if let ["CONNECT", place, _] = words[..] {
            let server = TcpStream::connect(place)?;
            client.get_mut().write_all(b"HTTP/1.1 200 Connected\r\n\r\n")?;
            return tunnel(client.into_inner(), server);
        }
        let [method, target, version] = words[..] else { return Err(io::ErrorKind::InvalidData.into()) };
        let split = target.strip_prefix("http://").and_then(|target| target.split_once('/'));
        let (place, path) = split.ok_or(io::ErrorKind::InvalidData)?;
        let mut server = BufReader::new(TcpStream::connect(place)?);
        asked.0[0] = format!("{method} /{path} {version}");
        asked.0.retain(|line| !line.to_ascii_lowercase().starts_with("proxy-authorization:"));
        asked.write(server.get_mut())?;
        pass_on(&asked, &mut server, client.get_mut(), |_| {})?;
    }
}

/// Passes on everything in both directions.
fn tunnel(mut client: TcpStream, mut server: TcpStream) -> io::Result<()> {
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        let _ = io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Write);
    });
    let _ = io::copy(&mut server, &mut client);
    client.shutdown(Shutdown::Both)
}

/// Who gives out certificates in a company.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    /// A new one, which nobody trusts yet.
    pub(crate) fn new() -> Self {
        let mut about = CertificateParams::default();
        about.distinguished_name.push(DnType::CommonName, "A company");
        about.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        about.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        Self(CertifiedIssuer::self_signed(about, KeyPair::generate().unwrap()).unwrap())
    }

    /// Its certificate, as computers that trust it have it.
    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    /// What a server of this computer shows.
    fn server(&self) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let names = ["localhost", "127.0.0.1"].map(str::to_owned);
        let mut about = CertificateParams::new(names).unwrap();
        about.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = about.signed_by(&key, &self.0).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap()
    }

    /// A front of a server that speaks plain HTTP, on a port of its own. In the headers of answers the one address is
    /// replaced by the other.
    pub(crate) fn front(&self, behind: &str, replaced: Option<(&str, String)>) -> u16 {
        let behind = behind.strip_prefix("http://").unwrap().to_owned();
        let replaced = replaced.map(|(old, new)| (old.to_owned(), new));
        let server = Arc::new(self.server());
        listen(move |stream| {
            let connection = ServerConnection::new(Arc::clone(&server)).map_err(io::Error::other)?;
            let mut client = BufReader::new(StreamOwned::new(connection, stream));
            let mut server = BufReader::new(TcpStream::connect(&behind)?);
            loop {
                let asked = Head::read(&mut client)?;
                asked.write(server.get_mut())?;
                pass_on(&asked, &mut server, client.get_mut(), |line| {
                    if let Some((old, new)) = &replaced {
                        *line = line.replace(old, new);
                    }
                })?;
            }
        })
    }
}

//! Downloads where a company stands between the computer and the network, and what is kept in the key store.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tests::hub::{Hub, Repository};

use crate::front::{Authority, Proxy};
use crate::house::{House, MIB, MODEL, NAME, Run, repository};

/// A hub with a model, and a person without it.
fn hub_and_house() -> (Repository, Hub, House) {
    let repository = repository(&[3 * MIB]);
    let hub = Hub::start([repository.clone()]);
    let house = House::new(&hub);
    (repository, hub, house)
}

/// A command about which the environment says nothing of the network.
fn command(house: &House, arguments: &[&str]) -> Command {
    let mut command = house.command(arguments);
    for name in ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"] {
        command.env_remove(name);
    }
    command
}

fn pulling(house: &House) -> Command {
    command(house, &["models", "pull", MODEL])
}

fn run(command: &mut Command) -> Run {
    House::end(command.spawn().unwrap())
}

/// Runs a command that waits for something to pass, and stops it there; returns for what, and all that it said.
fn until_it_waits(command: &mut Command) -> (String, String) {
    let mut child = command.spawn().unwrap();
    let mut said = String::new();
    let mut reason = None;
    for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
        said += &line;
        let line: Value = serde_json::from_str(&line).unwrap();
        if let Some(waits) = line["waiting"]["reason"].as_str() {
            reason = Some(waits.to_owned());
            break;
        }
    }
    let _ = child.kill();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    child.wait().unwrap();
    (reason.unwrap_or_else(|| panic!("it did not wait: {said}")), said)
}

/// What the person has set about the network.
fn set_network(house: &House, network: &Value) {
    fs::create_dir_all(&house.home).unwrap();
    fs::write(house.home.join("settings.json"), json!({"network": network}).to_string()).unwrap();
}

fn set_proxy(house: &House, address: &str) {
    set_network(house, &json!({"proxy": {"address": address}}));
}

#[test]
fn the_proxy_of_the_environment_is_used_for_everything() {
    let (repository, hub, house) = hub_and_house();
    let proxy = Proxy::start(None);
    run(pulling(&house).env("HTTP_PROXY", format!("http://{}", proxy.place()))).well();
    assert!(house.is_ready(&repository));
    let asked = proxy.asked();
    assert_eq!(asked.len(), hub.requests().len());
    for place in [hub.endpoint(), hub.cdn()] {
        assert!(asked.iter().any(|line| line.starts_with(&format!("GET {place}/"))), "{asked:?}");
    }
}

#[test]
fn a_proxy_that_was_set_is_used_with_its_password() {
    let (repository, hub, house) = hub_and_house();
    let proxy = Proxy::start(Some("name:w@rd"));
    set_proxy(&house, &format!("http://name:w%40rd@{}", proxy.place()));
    // It is the person who decides, not the environment.
    let pulled = run(pulling(&house).env("HTTP_PROXY", "http://127.0.0.1:9")).well();
    assert!(house.is_ready(&repository));
    assert_eq!(proxy.asked().len(), hub.requests().len());
    let ledger = run(&mut command(&house, &["network"])).well();
    assert!(!format!("{pulled:?}{ledger:?}").contains("rd@"));
}

#[test]
fn a_proxy_that_is_none_is_said_without_its_password() {
    let (_, hub, house) = hub_and_house();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for address in ["http://name:w%40rd@:::", "socks5://name:w%40rd@localhost:1080", ""] {
        set_proxy(&house, address);
        let refused = run(&mut pulling(&house));
        assert_eq!(refused.code(), "network_settings", "{address}");
        let said = format!("{refused:?}");
        assert!(!said.contains("w%40rd") && !said.contains("w@rd"), "{said}");
    }
    set_proxy(&house, &format!("http://name:w%40rd@{nobody}"));
    let (reason, said) = until_it_waits(&mut pulling(&house));
    assert_eq!(reason, "no_connection");
    assert!(!said.contains("w%40rd") && !said.contains("w@rd"), "{said}");
    assert!(hub.requests().is_empty());
}

#[test]
fn no_proxy_means_none_whatever_the_environment_says() {
    let (repository, _hub, house) = hub_and_house();
    let proxy = Proxy::start(None);
    set_network(&house, &json!({"proxy": "none"}));
    run(pulling(&house).env("HTTP_PROXY", format!("http://{}", proxy.place()))).well();
    assert!(house.is_ready(&repository));
    assert!(proxy.asked().is_empty());
}

#[test]
fn a_certificate_that_this_computer_does_not_know_is_refused_at_once() {
    let (_, hub, house) = hub_and_house();
    let (company, other) = (Authority::new(), Authority::new());
    let trusted = house.home.with_extension("pem");
    fs::write(&trusted, other.pem()).unwrap();
    let endpoint = format!("https://localhost:{}", company.front(hub.endpoint(), None));
    let refused = run(pulling(&house).env("HF_ENDPOINT", endpoint).env("SSL_CERT_FILE", &trusted));
    assert_eq!(refused.code(), "certificate_untrusted", "{refused:?}");
    assert!(hub.requests().is_empty());
}

/// Elsewhere the system's store cannot be told for one command whom to trust.
#[cfg(target_os = "linux")]
#[test]
fn a_company_s_certificate_that_the_system_trusts_is_trusted() {
    let (repository, hub, house) = hub_and_house();
    let company = Authority::new();
    let trusted = house.home.with_extension("pem");
    fs::write(&trusted, company.pem()).unwrap();

    // From what nobody can read along to what everybody can: it does not go there, with no byte.
    let half = format!("https://localhost:{}", company.front(hub.endpoint(), None));
    let waits = until_it_waits(pulling(&house).env("HF_ENDPOINT", half).env("SSL_CERT_FILE", &trusted));
    assert_eq!(waits.0, "somebody_else");
    assert!(hub.requests().iter().all(|request| !request.path.starts_with("/cdn/")));

    let cdn = format!("https://127.0.0.1:{}", company.front(hub.cdn(), None));
    let endpoint = format!("https://localhost:{}", company.front(hub.endpoint(), Some((hub.cdn(), cdn))));
    run(pulling(&house).env("HF_ENDPOINT", &endpoint).env("SSL_CERT_FILE", &trusted)).well();
    assert!(house.is_ready(&repository));

    // And both at once, as companies have it.
    run(&mut command(&house, &["models", "remove", NAME])).well();
    let proxy = Proxy::start(Some("name:word"));
    set_proxy(&house, &format!("name:word@{}", proxy.place()));
    run(pulling(&house).env("HF_ENDPOINT", &endpoint).env("SSL_CERT_FILE", &trusted)).well();
    assert!(house.is_ready(&repository));
    let asked = proxy.asked();
    assert!(asked.iter().any(|line| line.starts_with("CONNECT localhost:")), "{asked:?}");
    assert!(asked.iter().any(|line| line.starts_with("CONNECT 127.0.0.1:")), "{asked:?}");
}

/// Forgets the token also where the test fails: key stores outlast it.
struct Forgotten<'a>(&'a House);

impl Drop for Forgotten<'_> {
    fn drop(&mut self) {
        let _ = self.0.command(&["network", "--forget-token"]).output();
    }
}

fn keep(house: &House, token: &str) -> Run {
    let mut child = house.command(&["network", "--token"]).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(token.as_bytes()).unwrap();
    House::end(child)
}

/// Has the commands of this test begin with an empty keyring, as after somebody has logged in: that of who runs the
/// tests stays as it is, and there may be none.
#[cfg(target_os = "linux")]
fn begin_session() {
    /// `KEYCTL_JOIN_SESSION_KEYRING` of linux/keyctl.h.
    const JOIN: libc::c_int = 1;
    // SAFETY: this operation reads no memory but the name, and without one makes a new keyring.
    let keyring = unsafe { libc::syscall(libc::SYS_keyctl, JOIN, std::ptr::null::<libc::c_char>()) };
    if keyring < 0 {
        println!("no session of its own: {}", std::io::Error::last_os_error());
    }
}

#[test]
fn a_token_is_kept_in_the_key_store_until_it_is_forgotten() {
    let mut repository = repository(&[MIB]);
    repository.gated = Some("hf_kept".to_owned());
    let hub = Hub::start([repository.clone()]);
    let house = House::new(&hub);
    #[cfg(target_os = "linux")]
    begin_session();
    let kept = keep(&house, "hf_kept\n");
    if kept.code() == "key_store" {
        println!("skipped: this system gives no key store: {:?}", kept.error);
        return;
    }
    let forgotten = Forgotten(&house);
    let kept = kept.well();
    let pulled = house.pull().well();
    assert!(house.is_ready(&repository));
    assert!(!format!("{kept:?}{pulled:?}").contains("hf_kept"));
    for file in ["settings.json", "connections.jsonl"] {
        assert!(!fs::read_to_string(house.home.join(file)).unwrap_or_default().contains("hf_kept"));
    }
    house.run(&["models", "remove", NAME]).well();
    let given = House::at(&house.home, &hub).with_token("hf_wrong");
    assert_eq!(given.pull().code(), "model_gated", "the one of the environment is the one that is shown");
    assert_eq!(House::new(&hub).pull().code(), "model_gated", "each data folder has its own");
    assert_eq!(keep(&house, "two words\n").code(), "network_settings");
    assert_eq!(keep(&house, "\n").code(), "network_settings");
    drop(forgotten);
    assert_eq!(house.pull().code(), "model_gated");
    house.run(&["network", "--forget-token"]).well();
}

//! The window, through the WebDriver protocol.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;

use crate::PATIENCE;
use crate::display::Display;

/// The name of an element in an answer, fixed by the standard.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// What every script may use.
const PRELUDE: &str = "
    const within = (place, id) => place.querySelector(`[data-testid=${id}]`);
    const find = (id) => within(document, id);
    const turns = () => [...document.querySelectorAll('[data-testid=turn]')];
    const last = () => turns().at(-1);
    const model = (id) => find(`model-${id}`);
    const items = () => [...document.querySelectorAll('[role=menuitem]')];
    const thoughts = (turn) => {
        const toggle = within(turn, 'reasoning-toggle');
        return toggle && document.getElementById(toggle.getAttribute('aria-controls'));
    };
";

/// Domicile in its window, which closes with this value.
pub(crate) struct Window {
    agent: Agent,
    /// The address of the session.
    session: String,
    driver: Child,
    home: Home,
    display: Display,
}

/// A person's folders, which outlive their windows.
pub(crate) type Home = Arc<TempDir>;

impl Window {
    /// Starts the program as somebody would whose system has this locale and whose models come from this hub. What it
    /// writes to standard error goes to `log`.
    pub(crate) fn open(program: &Path, locale: &str, home: Home, hub: &str, log: File) -> Self {
        let display = Display::open();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut driver = Command::new("WebKitWebDriver");
        for name in ["LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANGUAGE", "WAYLAND_DISPLAY"] {
            driver.env_remove(name);
        }
        let driver = driver
            .args([format!("--port={port}"), "--host=127.0.0.1".to_owned()])
            // The driver starts the program, which inherits all of this.
            .envs([("LANG", locale), ("DISPLAY", &display.name), ("GDK_BACKEND", "x11")])
            .envs([("TAURI_WEBVIEW_AUTOMATION", "true"), ("NO_AT_BRIDGE", "1")])
            .env("HF_ENDPOINT", hub)
            .envs(["DOMICILE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"].map(|name| (name, home.path())))
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| {
                panic!("WebKitWebDriver (package webkit2gtk-driver) does not start: {error}")
            });
        let config = Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false);
        let mut window = Self {
            agent: config.build().into(),
            session: format!("http://127.0.0.1:{port}"),
            driver,
            home,
            display,
        };
        window.begin(program);
        window
    }

    fn begin(&mut self, program: &Path) {
        let start = Instant::now();
        while self.agent.get(format!("{}/status", self.session)).call().is_err() {
            assert!(start.elapsed() < PATIENCE, "the driver does not answer");
            sleep(Duration::from_millis(50));
        }
        let options = json!({"webkitgtk:browserOptions": {"binary": program, "args": []}});
        let session = self.post("/session", &json!({"capabilities": {"alwaysMatch": options}}));
        let id = session["sessionId"].as_str().unwrap();
        self.session += &format!("/session/{id}");
        let patience = PATIENCE.as_millis() as u64;
        self.post("/timeouts", &json!({"script": patience, "pageLoad": patience}));
    }

    /// The title of the page.
    pub(crate) fn title(&self) -> Value {
        self.get("/title")
    }

    /// Runs a script, and gives what it returns.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({"script": format!("{PRELUDE}{script}"), "args": []}))
    }

    /// Runs a script that calls `done` when it is through.
    pub(crate) fn run_until_done(&self, script: &str) -> Value {
        let script = format!("{PRELUDE}const done = arguments[arguments.length - 1];{script}");
        self.post("/execute/async", &json!({"script": script, "args": []}))
    }

    /// Waits until a script returns something true.
    pub(crate) fn wait_for(&self, what: &str, script: &str) {
        let start = Instant::now();
        while matches!(self.run(script), Value::Null | Value::Bool(false)) {
            assert!(start.elapsed() < PATIENCE, "{what} does not come");
            sleep(Duration::from_millis(20));
        }
    }

    /// The folders of the person in front of it.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Types into the system's own dialog, which is no page: the keys of the keyboard, then Enter.
    pub(crate) fn type_into_dialog(&self, title: &str, text: &str) {
        let keys = |arguments: &[&str]| {
            let done = Command::new("xdotool").args(arguments).env("DISPLAY", &self.display.name).output();
            done.unwrap_or_else(|error| panic!("xdotool (package xdotool) does not start: {error}"))
        };
        let found = keys(&["search", "--sync", "--onlyvisible", "--name", title]);
        let window = String::from_utf8_lossy(&found.stdout).lines().next().unwrap_or_default().to_owned();
        assert!(!window.is_empty(), "no dialog \"{title}\"");
        // Without a window manager nobody else gives it the keyboard.
        keys(&["windowfocus", "--sync", &window]);
        sleep(Duration::from_millis(500));
        keys(&["key", "ctrl+a"]);
        keys(&["type", "--delay", "20", text]);
        sleep(Duration::from_millis(300));
        keys(&["key", "Return"]);
    }

    /// Clicks what a script returns, as a person does.
    pub(crate) fn click_on(&self, what: &str, script: &str) {
        self.wait_for(what, script);
        let found = self.run(script);
        self.click_element(found[ELEMENT].as_str().unwrap());
    }

    /// A menu is there before it has found its place: a person would wait as well.
    fn click_element(&self, element: &str) {
        let start = Instant::now();
        let path = format!("/element/{element}/click");
        while let Err(error) = self.send(&path, &json!({})) {
            let too_early = error["error"] == "element not interactable";
            assert!(too_early && start.elapsed() < Duration::from_secs(10), "{path}: {error:#}");
            sleep(Duration::from_millis(50));
        }
    }

    /// Types as a person does.
    pub(crate) fn type_into(&self, id: &str, text: &str) {
        let element = self.element(id);
        self.post(&format!("/element/{element}/value"), &json!({"text": text}));
    }

    /// Clicks as a person does.
    pub(crate) fn click(&self, id: &str) {
        self.click_element(&self.element(id));
    }

    /// Keeps a picture, once what has changed is painted and has faded in.
    pub(crate) fn screenshot(&self, file: &Path) {
        self.run_until_done(
            "requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(true), 500)));",
        );
        let picture = STANDARD.decode(self.get("/screenshot").as_str().unwrap()).unwrap();
        fs::write(file, picture).unwrap();
    }

    fn element(&self, id: &str) -> String {
        let selector = json!({"using": "css selector", "value": format!("[data-testid={id}]")});
        self.post("/element", &selector)[ELEMENT].as_str().unwrap().to_owned()
    }

    fn get(&self, path: &str) -> Value {
        let answer = answered(self.agent.get(format!("{}{path}", self.session)).call(), path);
        answer.unwrap_or_else(|error| panic!("{path}: {error:#}"))
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.send(path, body).unwrap_or_else(|error| panic!("{path}: {error:#}"))
    }

    /// The answer, or what the driver refuses it with.
    fn send(&self, path: &str, body: &Value) -> Result<Value, Value> {
        answered(self.agent.post(format!("{}{path}", self.session)).send_json(body), path)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // The program ends with its session; where there is no session, there is no program.
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn answered(
    answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    path: &str,
) -> Result<Value, Value> {
    let mut answer: Value = answer
        .and_then(|mut answer| answer.body_mut().read_json())
        .unwrap_or_else(|error| panic!("{path}: {error}"));
    let value = answer["value"].take();
    if value.get("error").is_some() { Err(value) } else { Ok(value) }
}

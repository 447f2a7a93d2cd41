//! What this computer has: a display, Node.js, a web view. That it has a linker is known, or this program were not.

use std::env;

use crate::packages;
use crate::shell::{Result, probe};

/// The oldest Node.js that builds the interface.
const NODE: (u32, u32) = (20, 19);

/// WebView2 in the registry, where its installer writes its version: for everyone, and for one person.
const WEBVIEW2: [&str; 2] = [
    r"HKLM\SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}",
    r"HKCU\Software\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}",
];

/// Whether a window can be opened here.
pub(crate) fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Whether the person's system speaks French.
pub(crate) fn speaks_french() -> bool {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| env::var(name).ok().filter(|v| !v.is_empty()));
    locale.is_some_and(|locale| locale.split(['_', '-', '.']).next() == Some("fr"))
}

/// Makes sure of all that building the window needs, or says what is missing and where it comes from.
pub(crate) fn prepare() -> Result {
    let missing: Vec<String> = [node(), web_view()].into_iter().flatten().collect();
    if !missing.is_empty() {
        return Err(format!(
            "Missing:\n- {}\n\nWithout them, `cargo run -p cli -- chat` talks in the terminal.",
            missing.join("\n- ")
        ));
    }
    if cfg!(target_os = "linux") { packages::install(packages::WINDOW) } else { Ok(()) }
}

fn node() -> Option<String> {
    let (major, minor) = NODE;
    let how = if cfg!(windows) {
        "winget install OpenJS.NodeJS.LTS, or https://nodejs.org"
    } else if cfg!(target_os = "macos") {
        "brew install node, or https://nodejs.org"
    } else {
        "your distribution's packages nodejs and npm if they are recent enough, or https://nodejs.org"
    };
    let wanted = format!("Node.js {major}.{minor} or later, with npm");
    let Some(found) = probe("node", &["--version"]) else { return Some(format!("{wanted}: {how}")) };
    if version(&found) < Some(NODE) {
        return Some(format!("{wanted} (here is {found}): {how}"));
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    probe(npm, &["--version"]).is_none().then(|| format!("npm, which belongs to Node.js: {how}"))
}

/// `v20.19.1` is (20, 19).
fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim_start_matches('v').split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

fn web_view() -> Option<String> {
    let here =
        !cfg!(windows) || WEBVIEW2.iter().any(|key| probe("reg", &["query", key, "/v", "pv"]).is_some());
    let how = "winget install Microsoft.EdgeWebView2Runtime, or https://developer.microsoft.com/microsoft-edge/webview2";
    (!here).then(|| format!("WebView2, which shows the window: {how}"))
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_compare_as_numbers() {
        assert_eq!(version("v20.19.1"), Some((20, 19)));
        assert!(version("v20.9.0") < version("v20.19.0"));
        assert!(version("v22.0.0") > version("v20.19.0"));
        assert_eq!(version("nightly"), None);
    }
}

//! The packages of a Linux distribution: Debian's and its relatives' are installed, others' are named.

use std::process::Command;

use crate::shell::{self, Result, command, output, probe};

/// What building the window needs.
pub(crate) const WINDOW: &[&str] = &["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev"];

/// What driving the window in a test needs.
pub(crate) const JOURNEY: &[&str] = &["webkit2gtk-driver", "xvfb", "procps", "xdotool"];

/// What walks through the interface in a test.
pub(crate) const WALK: &[&str] = &["chromium"];

/// What the official client of the hub runs in, with which a test compares ours, and what fetches from Python's index.
pub(crate) const PYTHON: &[&str] = &["python3-venv"];

/// Installs those of the packages that are missing.
pub(crate) fn install(packages: &[&str]) -> Result {
    if probe("dpkg-query", &["--version"]).is_none() {
        return elsewhere(packages);
    }
    let missing: Vec<&str> = packages.iter().copied().filter(|package| !installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("Installing {}, which this computer does not have yet.", missing.join(", "));
    // Where the lists cannot be had anew, those that are here may do.
    let _ = shell::run(&mut as_root(&["apt-get", "update"])?);
    let install = ["apt-get", "install", "--yes", "--no-install-recommends"];
    shell::run(&mut as_root(&[&install, &missing[..]].concat())?)
}

fn installed(package: &str) -> bool {
    probe("dpkg-query", &["--show", "--showformat=${db:Status-Status}", package])
        // One line for each architecture, on computers with several.
        .is_some_and(|status| status.contains("installed") && !status.contains("not-installed"))
}

fn as_root(words: &[&str]) -> Result<Command> {
    let words = [&["env", "DEBIAN_FRONTEND=noninteractive"], words].concat();
    if probe("id", &["-u"]).as_deref() == Some("0") {
        return Ok(command(words[0], &words[1..]));
    }
    if probe("sudo", &["--version"]).is_some() {
        return Ok(command("sudo", words));
    }
    Err(format!("Only an administrator can do this. Ask for:\n  {}", words[2..].join(" ")))
}

/// Where Debian's packages come from here.
pub(crate) fn mirror() -> Result<String> {
    if let Some(address) = known_mirror()? {
        return Ok(address);
    }
    // A fresh image has no lists yet, and apt tells the names of those that it has.
    shell::run(&mut as_root(&["apt-get", "update"])?)?;
    known_mirror()?.ok_or_else(|| "apt knows no mirror of Debian".to_owned())
}

fn known_mirror() -> Result<Option<String>> {
    let lists = output(&mut command(
        "apt-get",
        ["indextargets", "--format", "$(REPO_URI) $(LABEL)", "Created-By: Packages"],
    ))?;
    let debian = lists.lines().filter_map(|line| line.split_once(' ')).find(|(_, label)| *label == "Debian");
    Ok(debian.map(|(address, _)| address.to_owned()))
}

/// On other distributions: looks for what the packages hold, and names what is missing.
fn elsewhere(packages: &[&str]) -> Result {
    let missing: Vec<&str> = packages.iter().copied().filter(|package| !present(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!(
        "Your distribution's counterparts of these Debian packages are missing: {}.\n\
         Fedora: dnf install gcc gcc-c++ pkgconf webkit2gtk4.1-devel xorg-x11-server-Xvfb chromium\n\
         Arch:   pacman -S base-devel webkit2gtk-4.1 xorg-server-xvfb chromium",
        missing.join(", ")
    ))
}

fn present(package: &str) -> bool {
    match package {
        "libwebkit2gtk-4.1-dev" => probe("pkg-config", &["--exists", "webkit2gtk-4.1"]).is_some(),
        "webkit2gtk-driver" => probe("sh", &["-c", "command -v WebKitWebDriver"]).is_some(),
        "xvfb" => probe("sh", &["-c", "command -v Xvfb"]).is_some(),
        "procps" => probe("sh", &["-c", "command -v pkill"]).is_some(),
        "xdotool" => probe("xdotool", &["version"]).is_some(),
        "chromium" => probe("sh", &["-c", "command -v chromium"]).is_some(),
        "pkg-config" => probe("pkg-config", &["--version"]).is_some(),
        // This program could not have been linked without.
        _ => true,
    }
}

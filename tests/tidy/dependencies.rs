//! Who may depend on whom.

use std::process::Command;

use serde_json::Value;
use tests::{root, text};

/// A package and the packages of this repository that it may depend on. A new one says here what it is for.
const MAY_DEPEND_ON: &[(&str, &[&str])] = &[
    ("chat", &[]),
    ("history", &[]),
    ("network", &[]),
    ("catalog", &["network"]),
    ("hardware", &[]),
    ("engine", &["hardware"]),
    ("engine-candle", &["engine", "hardware"]),
    ("engine-onnx", &["engine", "hardware"]),
    ("engine-process", &["engine"]),
    ("starter", &["engine"]),
    ("app", &["chat", "catalog", "engine", "hardware", "history"]),
    ("server", &["app", "engine", "starter"]),
    ("cli", &["app", "engine", "starter", "server", "engine-candle", "engine-onnx", "engine-process"]),
    (
        "domicile-app",
        &["app", "engine", "starter", "server", "engine-candle", "engine-onnx", "engine-process"],
    ),
];

/// What can open a connection to another computer.
const CONNECT: &[&str] = &[
    "attohttpc",
    "curl",
    "hf-hub",
    "hyper",
    "hyper-util",
    "isahc",
    "quinn",
    "reqwest",
    "socket2",
    "tauri-plugin-http",
    "tungstenite",
    "ureq",
];

/// These look at everything.
const FREE: [&str; 2] = ["tests", "xtask"];

fn packages() -> Vec<Value> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn name(value: &Value) -> &str {
    value["name"].as_str().unwrap()
}

#[test]
fn packages_depend_only_on_those_they_may() {
    for package in packages() {
        let package_name = name(&package);
        if FREE.contains(&package_name) {
            continue;
        }
        let Some((_, allowed)) = MAY_DEPEND_ON.iter().find(|(package, _)| *package == package_name) else {
            panic!("tests/tidy/dependencies.rs does not say what {package_name} may depend on");
        };
        for dependency in package["dependencies"].as_array().unwrap() {
            let dependency_name = name(dependency);
            let ours = dependency["path"].is_string();
            let itself = dependency_name == package_name;
            assert!(
                !ours || itself || allowed.contains(&dependency_name),
                "{package_name} must not depend on {dependency_name}"
            );
            assert!(
                !dependency_name.starts_with("tauri") || package_name == "domicile-app",
                "{package_name} must not know Tauri"
            );
        }
    }
}

#[test]
fn one_package_opens_connections() {
    for package in packages() {
        let package_name = name(&package);
        if FREE.contains(&package_name) || package_name == "network" {
            continue;
        }
        for dependency in package["dependencies"].as_array().unwrap() {
            let dependency_name = name(dependency);
            assert!(!CONNECT.contains(&dependency_name), "{package_name} must not know {dependency_name}");
            let features = dependency["features"].as_array().unwrap();
            assert!(
                dependency_name != "tokio"
                    || dependency["kind"] == "dev"
                    || !features.contains(&"net".into()),
                "{package_name} must not open connections with tokio"
            );
        }
    }
}

#[test]
fn packages_are_called_like_their_folders() {
    for package in packages() {
        let manifest = package["manifest_path"].as_str().unwrap().replace('\\', "/");
        let folder = manifest.rsplit('/').nth(1).unwrap();
        assert!(folder == name(&package) || folder == "src-tauri", "{manifest} is called {}", name(&package));
    }
}

#[test]
fn large_dependencies_come_in_one_version_and_from_one_place() {
    let lock = text("Cargo.lock");
    for package in ["candle-core", "reqwest", "tokenizers", "tauri", "windows"] {
        let versions = lock.lines().filter(|line| *line == format!("name = \"{package}\"")).count();
        assert!(versions <= 1, "{versions} versions of {package} in Cargo.lock");
    }
    for source in lock.lines().filter(|line| line.starts_with("source = ")) {
        assert_eq!(source, "source = \"registry+https://github.com/rust-lang/crates.io-index\"");
    }
}

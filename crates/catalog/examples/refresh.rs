//! Writes into a catalog what the hub says of every variant, for `cargo xtask catalog`: `refresh FILE [--newest]`.
//!
//! What is pinned is compared with what the hub has at that commit, and stays; `--newest` pins the newest commit
//! instead. A variant that cannot be had, or that is not what is pinned, is named and left as it is.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what this program says, it says to a terminal"
)]

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, io};

use catalog::network::{Ledger, Network, NetworkSettings};
use catalog::{CatalogError, Hub, ListedFile, Plan, Variant};
use serde::{Deserialize as _, Serialize as _};
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Map, Value};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (file, newest) = match arguments[..] {
        [file] if !file.starts_with('-') => (file, false),
        [file, "--newest"] | ["--newest", file] => (file, true),
        _ => {
            eprintln!("refresh FILE [--newest]");
            return ExitCode::from(2);
        }
    };
    match refresh(Path::new(file), newest).await {
        Ok(0) => ExitCode::SUCCESS,
        Ok(left) => {
            eprintln!("{left} left as they were");
            ExitCode::FAILURE
        }
        Err(problem) => {
            eprintln!("{problem}; {file} is left as it was");
            ExitCode::FAILURE
        }
    }
}

/// Rewrites a catalog, and says how many variants were left as they were.
async fn refresh(file: &Path, newest: bool) -> Result<usize, String> {
    let name = file.display();
    let old = fs::read_to_string(file).map_err(|error| format!("{name} cannot be read: {error}"))?;
    let mut catalog: Value =
        serde_json::from_str(&old).map_err(|error| format!("{name} is no catalog: {error}"))?;
    let network = Network::new(&NetworkSettings::default(), Ledger::default());
    let token = env::var("HF_TOKEN").ok().filter(|token| !token.is_empty());
    let hub = Hub::new(network.map_err(|error| error.to_string())?, token);
    let mut left = 0;
    for model in list(&mut catalog, "models")? {
        let id = model["id"].as_str().unwrap_or_default().to_owned();
        for value in list(model, "variants")? {
            let variant = Variant::deserialize(&*value)
                .map_err(|error| format!("a variant of {id} is none: {error}"))?;
            let Value::Object(fields) = value else { return Err(format!("a variant of {id} is none")) };
            match ask(&hub, &id, &variant, newest).await {
                Ok(plan) => note(fields, &variant, plan)?,
                // Whom nobody reaches has nothing to say of the others either.
                Err(CatalogError::Network(error)) => return Err(error.to_string()),
                Err(error) => {
                    eprintln!("{id} {}: {}", variant.id, reason(&error));
                    left += 1;
                }
            }
        }
    }
    let new = written(&catalog)?;
    catalog::parse(&new).map_err(|error| format!("what the hub said makes no catalog: {error}"))?;
    if new == old {
        println!("{name} is up to date");
    } else {
        replace(file, &new).map_err(|error| format!("{name} cannot be written: {error}"))?;
        println!("{name} is written");
    }
    Ok(left)
}

fn list<'a>(value: &'a mut Value, name: &str) -> Result<&'a mut Vec<Value>, String> {
    let list = value.get_mut(name).and_then(Value::as_array_mut);
    list.ok_or_else(|| format!("a catalog has a list of {name}, and here is none"))
}

/// What a variant consists of, at the commit that is pinned or at the newest.
async fn ask(hub: &Hub, id: &str, variant: &Variant, newest: bool) -> catalog::Result<Plan> {
    if newest {
        let free = Variant { revision: None, listing: Vec::new(), ..variant.clone() };
        return Plan::ask(hub, id, &free).await;
    }
    let plan = Plan::ask(hub, id, variant).await?;
    let Some(pinned) = &variant.revision else { return Ok(plan) };
    if !plan.revision.starts_with(pinned.as_str()) {
        let (host, detail) = (hub.endpoint().to_owned(), format!("commit {} for {pinned}", plan.revision));
        return Err(CatalogError::Nonsense { host, detail });
    }
    // Plan::ask compares what the hub lists. What it lists no longer, while the patterns still name it, is missing.
    let missing = variant.listing.iter().find(|pinned| {
        variant.place(&pinned.path).is_some() && plan.files.iter().all(|file| file.remote != pinned.path)
    });
    match missing {
        Some(pinned) => Err(CatalogError::Changed { file: pinned.path.clone() }),
        None => Ok(plan),
    }
}

/// Why a variant is left as it is.
fn reason(error: &CatalogError) -> String {
    match error {
        CatalogError::Changed { file } => format!("{file} is not the file that is pinned"),
        error => error.to_string(),
    }
}

/// Writes into a variant's fields what the hub says of it.
fn note(fields: &mut Map<String, Value>, variant: &Variant, plan: Plan) -> Result<(), String> {
    let bytes = plan.bytes();
    let listed = plan.files.into_iter();
    let mut listing: Vec<ListedFile> =
        listed.map(|file| ListedFile { path: file.remote, size: file.size, digest: file.digest }).collect();
    // Whatever the order in which the hub lists them, so that a difference between two versions is one of content.
    listing.sort_by(|a, b| a.path.cmp(&b.path));
    if variant.revision.as_ref() != Some(&plan.revision) || variant.listing != listing {
        let files = listing.len();
        println!("{} {}: {files} files, {bytes} bytes, commit {}", plan.id, variant.id, plan.revision);
    }
    let listing = serde_json::to_value(listing).map_err(|error| error.to_string())?;
    for (name, value) in [("revision", plan.revision.into()), ("bytes", bytes.into()), ("listing", listing)] {
        fields.insert(name.to_owned(), value);
    }
    Ok(())
}

/// The text of a catalog, as the file has it: each level is one space further in.
fn written(catalog: &Value) -> Result<String, String> {
    let mut text = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut text, PrettyFormatter::with_indent(b" "));
    catalog.serialize(&mut serializer).map_err(|error| error.to_string())?;
    text.push(b'\n');
    String::from_utf8(text).map_err(|error| error.to_string())
}

/// Writes a file beside itself and then puts it in its place, so that there is never half of one.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let part = file.with_extension("part");
    let written = fs::write(&part, text).and_then(|()| fs::rename(&part, file));
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}

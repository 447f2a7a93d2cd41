//! What a hub answers.

use serde_json::{Value, json};

use super::State;
use super::fault::Fault;
use super::http::{Answer, Asked, encoded, form};
use super::shelf::{Shelf, parent};

/// Which of the two computers of a hub is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Hub,
    Cdn,
}

/// A page as those of networks that want to be logged in to.
const PORTAL: &str = "<!DOCTYPE html><html><head><title>Welcome</title></head><body><h1>Hotel Wi-Fi</h1>\
    <form method=\"post\"><input name=\"room\"><button>Log in</button></form></body></html>";

impl State {
    pub(super) fn answer(&self, place: Place, asked: &Asked) -> Answer {
        let whole =
            |fault: &Fault| matches!(fault, Fault::Portal | Fault::Status { .. } | Fault::RedirectLoop);
        match self.mishaps.take(&asked.decoded_path(), whole) {
            Some(Fault::Portal) => return Answer::new(200, "text/html; charset=utf-8", PORTAL),
            Some(Fault::Status { code, retry_after }) => {
                let answer = Answer::words(code, "Not now.");
                return match retry_after {
                    Some(seconds) => answer.with("Retry-After", seconds.to_string()),
                    None => answer,
                };
            }
            Some(_) => {
                let base = if place == Place::Hub { &self.endpoint } else { &self.cdn };
                return Answer::words(302, "").with("Location", format!("{base}{}", asked.target));
            }
            None => {}
        }
        let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        let read = ["GET", "HEAD"].contains(&asked.method.as_str());
        match (place, &path[..]) {
            (Place::Hub, ["api", "models", owner, name, "paths-info", revision])
                if asked.method == "POST" =>
            {
                self.about(asked, owner, name, revision, |shelf| self.paths(asked, shelf))
            }
            _ if !read => Answer::words(405, "Method not allowed."),
            (Place::Hub, ["api", "models", owner, name]) => {
                self.about(asked, owner, name, "main", |shelf| json_of(&description(shelf)))
            }
            (Place::Hub, ["api", "models", owner, name, "revision", revision]) => {
                self.about(asked, owner, name, revision, |shelf| json_of(&description(shelf)))
            }
            (Place::Hub, ["api", "models", owner, name, "tree", revision, folder @ ..]) => {
                self.about(asked, owner, name, revision, |shelf| {
                    self.tree(asked, shelf, revision, &folder.join("/"))
                })
            }
            (Place::Hub, [owner, name, "resolve", revision, file @ ..]) => {
                self.about(asked, owner, name, revision, |shelf| self.file(asked, shelf, &file.join("/")))
            }
            (Place::Cdn, ["cdn", owner, name, revision, file @ ..]) => {
                if asked.header("authorization").is_some() {
                    return Answer::words(400, "Only one way to authenticate is allowed: the address.");
                }
                let file = file.join("/");
                if asked.method == "GET" {
                    self.change(&format!("{owner}/{name}"), &file);
                }
                self.about(asked, owner, name, revision, |shelf| self.delivery(asked, shelf, &file))
            }
            _ => Answer::words(404, "Nothing is here."),
        }
    }

    /// An answer about a repository, if there is one with this revision.
    fn about(
        &self,
        asked: &Asked,
        owner: &str,
        name: &str,
        revision: &str,
        answer: impl FnOnce(&Shelf) -> Answer,
    ) -> Answer {
        let shelves = self.shelves.read().unwrap();
        let Some(shelf) = shelves.iter().find(|shelf| shelf.id == format!("{owner}/{name}")) else {
            // To somebody without a token it might as well be one that is hidden.
            let status = if asked.header("authorization").is_some() { 404 } else { 401 };
            return refusal(status, "RepoNotFound", "Repository not found");
        };
        if revision != "main" && revision != shelf.revision {
            return refusal(404, "RevisionNotFound", &format!("Invalid rev id: {revision}"));
        }
        answer(shelf)
    }

    fn tree(&self, asked: &Asked, shelf: &Shelf, revision: &str, folder: &str) -> Answer {
        let deep = asked.query("recursive").is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let within = |path: &str| {
            let inside = folder.is_empty()
                || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/') && rest.len() > 1);
            inside && (deep || parent(path).unwrap_or_default() == folder)
        };
        let wanted: Vec<&str> = shelf.paths().into_iter().filter(|path| within(path)).collect();
        if wanted.is_empty() && !folder.is_empty() {
            return refusal(404, "EntryNotFound", &format!("{folder} does not exist on \"{revision}\""));
        }
        let start =
            asked.query("cursor").and_then(|cursor| cursor.parse().ok()).unwrap_or(0).min(wanted.len());
        let page = self.page.load(std::sync::atomic::Ordering::Relaxed).max(1);
        let end = wanted.len().min(start.saturating_add(page));
        let entries =
            shelf.entries(&asked.decoded_path(), &self.mishaps, |path| wanted[start..end].contains(&path));
        let answer = json_of(&Value::Array(entries));
        if end == wanted.len() {
            return answer;
        }
        let kept = asked.query.iter().filter(|(name, _)| name != "cursor");
        let query: String =
            kept.map(|(name, value)| format!("{}={}&", encoded(name), encoded(value))).collect();
        let address = asked.target.split('?').next().unwrap_or_default();
        let next = format!("<{}{address}?{query}cursor={end}>; rel=\"next\"", self.endpoint);
        answer.with("Link", next)
    }

    fn paths(&self, asked: &Asked, shelf: &Shelf) -> Answer {
        let json: Option<Value> = serde_json::from_slice(&asked.body).ok();
        let wanted: Vec<String> = match json.as_ref().map(|json| &json["paths"]) {
            Some(Value::Array(paths)) => {
                paths.iter().filter_map(|path| path.as_str().map(str::to_owned)).collect()
            }
            Some(Value::String(path)) => vec![path.clone()],
            _ => {
                let fields = form(&String::from_utf8_lossy(&asked.body));
                fields.into_iter().filter(|(name, _)| name == "paths").map(|(_, path)| path).collect()
            }
        };
        let asked = asked.decoded_path();
        json_of(
            &shelf.entries(&asked, &self.mishaps, |path| wanted.iter().any(|wanted| wanted == path)).into(),
        )
    }
}

fn description(shelf: &Shelf) -> Value {
    let mut tags = vec!["text-generation".to_owned()];
    tags.extend(shelf.licence.as_ref().map(|licence| format!("license:{licence}")));
    let siblings: Vec<Value> = shelf.files.iter().map(|file| json!({"rfilename": file.path})).collect();
    let mut description = json!({
        "id": shelf.id,
        "modelId": shelf.id,
        "author": parent(&shelf.id),
        "sha": shelf.revision,
        "gated": if shelf.gated.is_some() { json!("manual") } else { json!(false) },
        "private": false,
        "disabled": false,
        "pipeline_tag": "text-generation",
        "tags": tags,
        "cardData": {},
        "siblings": siblings,
    });
    if let Some(licence) = &shelf.licence {
        description["cardData"]["license"] = json!(licence);
    }
    description
}

fn json_of(value: &Value) -> Answer {
    Answer::new(200, "application/json; charset=utf-8", value.to_string())
}

/// An answer that says no, and why, in the words of the hub.
pub(super) fn refusal(status: u16, code: &str, words: &str) -> Answer {
    let answer = Answer::new(status, "application/json; charset=utf-8", json!({"error": words}).to_string());
    answer.with("X-Error-Code", code).with("X-Error-Message", words)
}

//! `domicile models list`, `show`, and what other programs have.

use std::path::PathBuf;

use app::catalog::{self, Entry, Format, Variant};
use app::{Facts, Language, Library, Problem, ProblemCode, Row, RowState};
use serde_json::json;

use crate::output;
use crate::text::{ModelWords, models as words, size};

pub(super) fn list(library: &Library, json: bool) -> Result<(), Problem> {
    let (language, words) = (Language::of_system(), words(Language::of_system()));
    for row in library.rows()? {
        if json {
            output::print_json(&row);
            continue;
        }
        let mark = match row.state {
            RowState::Ready => "●",
            RowState::Partial => "◐",
            RowState::Available | RowState::Unknown => "○",
            RowState::Damaged => "!",
        };
        let bytes = row.bytes.map_or_else(|| words.size_unknown.to_owned(), |bytes| size(bytes, language));
        let id = &row.id;
        output::print(&format!("{mark} {id:<24} {:<36} {bytes:>12}  {}\n", row.title, state(&row, words)));
    }
    Ok(())
}

fn state(row: &Row, words: &ModelWords) -> &'static str {
    match (row.state, row.runnable) {
        (RowState::Ready, _) => words.is_ready,
        (RowState::Partial, _) => words.is_partial,
        (RowState::Unknown, _) => words.is_unknown,
        (RowState::Damaged, _) => words.is_damaged,
        (RowState::Available, Some(false)) => words.not_in_this_version,
        (RowState::Available, _) => "",
    }
}

pub(super) fn show(library: &Library, model: &str, json: bool) -> Result<(), Problem> {
    let stored = library.store().models()?.into_iter().find(|stored| stored.id == model);
    let Some(entry) = catalog::find(model) else {
        let Some(stored) = stored else {
            let facts = Facts { model: Some(model.to_owned()), ..Facts::default() };
            let detail = "no model of this name is known or on this disk".to_owned();
            return Err(Problem { code: ProblemCode::ModelNotFound, facts, detail });
        };
        if json {
            output::print_json(&json!({"id": stored.id, "folder": stored.folder, "bytes": stored.bytes}));
        } else {
            let amount = size(stored.bytes, Language::of_system());
            output::print(&format!("{}  {amount}  {}\n", stored.id, stored.folder.display()));
        }
        return Ok(());
    };
    let runs = |variant: &Variant| library.runs(variant, &entry.architecture);
    if json {
        let variants: Vec<_> =
            entry.variants.iter().map(|variant| described(variant, runs(variant))).collect();
        output::print_json(&json!({
            "id": entry.id, "title": entry.title, "summary": {"fr": entry.summary.fr, "en": entry.summary.en},
            "maker": entry.maker, "licence": entry.licence, "languages": entry.languages, "good_at": entry.good_at,
            "parameters": entry.parameters, "context": entry.context, "gated": entry.gated, "variants": variants,
            "folder": stored.as_ref().map(|stored| &stored.folder), "bytes": stored.as_ref().map(|stored| stored.bytes),
        }));
    } else {
        print_entry(&entry, &runs, stored.map(|stored| stored.folder));
    }
    Ok(())
}

fn described(variant: &Variant, runnable: bool) -> serde_json::Value {
    json!({
        "id": variant.id, "format": variant.format, "precision": variant.precision, "engine": variant.engine,
        "devices": variant.devices, "repository": variant.repository, "bytes": variant.bytes, "runnable": runnable,
    })
}

fn print_entry(entry: &Entry, runs: &dyn Fn(&Variant) -> bool, folder: Option<PathBuf>) {
    let (language, words) = (Language::of_system(), words(Language::of_system()));
    let (colon, licence) = (words.colon, &entry.licence);
    let summary = match language {
        Language::Fr => &entry.summary.fr,
        Language::En => &entry.summary.en,
    };
    output::print(&format!("{} — {}\n{summary}\n", entry.title, entry.maker));
    let commercial = match licence.commercial {
        catalog::Commercial::Yes => words.commercial_yes,
        catalog::Commercial::No => words.commercial_no,
        catalog::Commercial::Conditions => words.commercial_conditions,
    };
    output::print(&format!("{}{colon}{} ({commercial}) {}\n", words.licence, licence.name, licence.link));
    if entry.gated {
        output::print(&format!("{}\n", words.gated));
    }
    if let Some(folder) = folder {
        output::print(&format!("{}{colon}{}\n", words.folder, folder.display()));
    }
    for variant in &entry.variants {
        let format = match variant.format {
            Format::Checkpoint => "safetensors",
            Format::Gguf => "GGUF",
            Format::Onnx => "ONNX",
        };
        let bytes =
            variant.bytes.map_or_else(|| words.size_unknown.to_owned(), |bytes| size(bytes, language));
        let note = if runs(variant) { "" } else { words.not_in_this_version };
        let (id, precision) = (&variant.id, &variant.precision);
        output::print(&format!("  {id:<14} {format:<12} {precision:<8} {bytes:>12}  {note}\n"));
    }
}

pub(super) fn others(json: bool) -> Result<(), Problem> {
    let home = std::env::home_dir().unwrap_or_default();
    for found in catalog::found(&home) {
        if json {
            let name = found.name;
            output::print_json(&json!({"program": found.program, "name": name, "path": found.path}));
        } else {
            output::print(&format!("{}  {}\n", found.name, found.path.display()));
        }
    }
    Ok(())
}

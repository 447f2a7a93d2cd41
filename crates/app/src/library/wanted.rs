//! Which model a person means.

use catalog::{Control, Entry, Report, State, Variant, examine_repository, id_for, patiently, repository_of};

use super::Library;
use crate::{Facts, Problem, ProblemCode};

/// A model that a person wants to have.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What it will be called on this disk.
    pub id: String,
    /// Which of its variants.
    pub variant: Variant,
    /// What the catalog knows of it.
    pub entry: Option<Entry>,
}

pub(super) async fn wanted(
    library: &Library,
    name: &str,
    control: &Control,
    report: &(dyn Fn(Report) + Sync),
) -> Result<Wanted, Problem> {
    let (model, variant) = match name.rsplit_once(':') {
        // The colon of an address is followed by slashes.
        Some((model, variant)) if !variant.starts_with("//") && !variant.contains('/') => {
            (model, Some(variant))
        }
        _ => (name, None),
    };
    if let Some(entry) = catalog::find(model) {
        return known(library, entry, variant);
    }
    let repository = repository_of(model).ok_or_else(|| not_found(name))?;
    if let Some(begun) = begun(library, &repository, variant)? {
        return Ok(begun);
    }
    let hub = library.hub();
    let offered = patiently(control, report, async || examine_repository(&hub, &repository).await).await?;
    let fits = |(candidate, architecture): &&(Variant, String)| match variant {
        Some(variant) => candidate.id == variant,
        None => library.runs(candidate, architecture),
    };
    let chosen = offered.iter().find(fits).or(if variant.is_none() { offered.first() } else { None });
    let (variant, architecture) = chosen.ok_or_else(|| not_found(name))?;
    if !library.runs(variant, architecture) {
        return Err(library.refused(&repository, variant.format, architecture));
    }
    Ok(Wanted { id: id_for(&repository), variant: variant.clone(), entry: None })
}

/// What a model will be called on this disk that is asked for by this name.
pub(super) fn id_of(library: &Library, name: &str) -> String {
    let (model, variant) =
        name.split_once(':').map_or((name, None), |(model, variant)| (model, Some(variant)));
    if let Some(entry) = catalog::find(model) {
        return known(library, entry, variant).map_or_else(|_| model.to_owned(), |wanted| wanted.id);
    }
    repository_of(name).map_or_else(|| name.to_owned(), |repository| id_for(&repository))
}

/// Whether a name can mean anything: what is refused without asking anybody is refused at once.
pub(super) fn may_be_wanted(library: &Library, name: &str) -> Result<(), Problem> {
    let (model, variant) =
        name.split_once(':').map_or((name, None), |(model, variant)| (model, Some(variant)));
    match catalog::find(model) {
        Some(entry) => known(library, entry, variant).map(drop),
        None => repository_of(model).or_else(|| repository_of(name)).map(drop).ok_or_else(|| not_found(name)),
    }
}

/// A variant of a known model: the one that was named, or the first that an engine here runs.
fn known(library: &Library, entry: Entry, variant: Option<&str>) -> Result<Wanted, Problem> {
    let chosen = match variant {
        Some(variant) => {
            entry.variant(variant).ok_or_else(|| not_found(&format!("{}:{variant}", entry.id)))?
        }
        None => library.usual(&entry).ok_or_else(|| not_found(&entry.id))?,
    };
    if !library.runs(chosen, &entry.architecture) {
        return Err(library.refused(&entry.title, chosen.format, &entry.architecture));
    }
    // The usual variant is called as the model is, so that nobody needs to know that there are others.
    let usual = entry.variants.first().is_some_and(|first| first.id == chosen.id);
    let id = if usual { entry.id.clone() } else { format!("{}+{}", entry.id, chosen.id) };
    Ok(Wanted { id, variant: chosen.clone(), entry: Some(entry) })
}

/// A download of this repository that was begun: it goes on without asking anybody what it is.
fn begun(library: &Library, repository: &str, variant: Option<&str>) -> Result<Option<Wanted>, Problem> {
    let plan = library.store().models()?.into_iter().find_map(|model| match model.state {
        State::Partial(Some(plan)) if plan.repository == repository => Some(*plan),
        _ => None,
    });
    let plan = plan.filter(|plan| variant.is_none_or(|variant| plan.variant == variant));
    Ok(plan.map(|plan| Wanted { id: plan.id, variant: plan.source, entry: None }))
}

fn not_found(name: &str) -> Problem {
    let facts = Facts { model: Some(name.to_owned()), ..Facts::default() };
    let detail = format!("no model is called \"{name}\", and it is no repository");
    Problem { code: ProblemCode::ModelNotFound, facts, detail }
}

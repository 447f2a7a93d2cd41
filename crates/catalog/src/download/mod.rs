//! A download that finishes.
//!
//! Files are fetched in parts, several at a time, each over a connection of its own, into a folder beside the place of
//! the model; how far each part is stands in a [`journal`]. While they come, one thread reads them in order and
//! computes what is in them. Whatever may pass is waited for: [`part`] tries again for as long as the person lets it.
//! What does not pass ends a [`round`], and is told here: a file that is another one now is learned anew, and begun
//! again alone.

mod control;
mod journal;
mod part;
mod plan;
mod report;
mod round;
mod site;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use network::{Purpose, Request};

pub use control::Control;
pub use plan::{Plan, PlannedFile};
pub(crate) use plan::{forget, workplace};
pub use report::{Reason, Report, Stage, Waiting};

use crate::notes::sync_folder;
use crate::store::lock;
use crate::{CatalogError, Hub, Manifest, Result, Store, Variant};
pub(crate) use report::Patience;
use round::{End, Round};
use site::Site;

/// Bytes that are fetched to see how fast the line is, and the longest that takes.
const TRIED: u64 = 4 << 20;
const TRYING: Duration = Duration::from_millis(1500);
/// How often a file may turn out to be another one, or to hold other bytes, before it is given up.
const MOST_SURPRISES: u32 = 3;

/// What is asked for, and how.
pub struct Download<'a> {
    /// Where to.
    pub store: &'a Store,
    /// Where from.
    pub hub: &'a Hub,
    /// What the model will be called.
    pub id: &'a str,
    /// Which variant of it.
    pub variant: &'a Variant,
    /// When the computer was started, in seconds since 1970: what was on its way to the disk when it went down is
    /// fetched again.
    pub booted: Option<u64>,
    /// Stops it, and limits its speed.
    pub control: &'a Control,
    /// Is told how far it is, a few times a second, on whatever thread.
    pub report: &'a (dyn Fn(Report) + Sync),
}

/// What a download would take.
#[derive(Debug, Clone)]
pub struct Estimate {
    /// What would be fetched.
    pub plan: Plan,
    /// Bytes that are not on this disk yet.
    pub missing: u64,
    /// Bytes that the disk has room for.
    pub available: u64,
    /// Bytes per second that the line just brought; `None` where nothing came.
    pub speed: Option<f64>,
}

impl Estimate {
    /// What is kept free beside a model: a full disk is no good to anybody.
    #[must_use]
    pub fn margin(&self) -> u64 {
        margin(self.plan.bytes())
    }

    /// How long it would take at that speed, in seconds.
    #[must_use]
    #[expect(clippy::cast_precision_loss)]
    pub fn seconds(&self) -> Option<f64> {
        self.speed.map(|speed| self.missing as f64 / speed)
    }

    /// Whether there is room.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.missing + self.margin() <= self.available
    }
}

fn margin(bytes: u64) -> u64 {
    (bytes / 100).max(16 << 20)
}

impl Download<'_> {
    /// What it would take. Nothing is written, and a few megabytes are fetched to see how fast the line is.
    ///
    /// # Errors
    /// [`CatalogError`].
    pub async fn estimate(&self) -> Result<Estimate> {
        let part = self.store.part(self.id)?;
        let plan = match Plan::read(&part).ok().flatten().filter(|plan| plan.variant == self.variant.id) {
            Some(plan) => plan,
            None => Plan::ask(self.hub, self.id, self.variant).await?,
        };
        let (missing, available) = (site::missing(&plan, &part), available(&part)?);
        let speed = self.measure(&plan).await;
        Ok(Estimate { plan, missing, available, speed })
    }

    /// Bytes per second of the line, tried on the beginning of the largest file.
    async fn measure(&self, plan: &Plan) -> Option<f64> {
        let largest = plan.files.iter().max_by_key(|file| file.size)?;
        let address = self.hub.address(&plan.repository, &plan.revision, &largest.remote);
        let request = Request::get(address, Purpose::ModelFile, self.id);
        let mut answer = self.hub.ask(request.part(&(0..largest.size.min(TRIED)), None)).await.ok()?;
        if self.hub.refused(&answer, &plan.repository).is_some() {
            return None;
        }
        let (began, mut bytes) = (Instant::now(), 0);
        while bytes < TRIED && began.elapsed() < TRYING {
            match tokio::time::timeout(TRYING, answer.chunk()).await {
                Ok(Ok(Some(chunk))) => bytes += chunk.len() as u64,
                _ => break,
            }
        }
        #[expect(clippy::cast_precision_loss)]
        let speed = bytes as f64 / began.elapsed().as_secs_f64().max(1e-3);
        (bytes > 0).then_some(speed)
    }

    /// Fetches it, or goes on where an earlier try ended; returns what lies in its place when it is ready.
    ///
    /// # Errors
    /// [`CatalogError::Stopped`] where it was stopped: what came is kept. Otherwise what does not pass by itself.
    pub async fn run(&self) -> Result<Manifest> {
        let (place, part) = (self.store.place(self.id)?, self.store.part(self.id)?);
        // A folder that somebody put there is not written over.
        if place.exists() && !matches!(Manifest::read(&place), Ok(Some(_))) {
            return Err(CatalogError::Exists { model: self.id.to_owned() });
        }
        fs::create_dir_all(&part).map_err(CatalogError::unwritable(&part))?;
        let lock = lock(&part, self.id)?;
        let plan = self.plan(&part).await?;
        let plan = self.fetch(plan, &part).await?;
        let manifest = manifest(&plan);
        manifest.write(&part)?;
        drop(lock);
        // Windows does not rename a folder in which a file is open.
        let workplace = workplace(&part);
        fs::remove_dir_all(&workplace).map_err(CatalogError::unwritable(&workplace))?;
        self.store.put_in_place(&part, self.id)?;
        (self.report)(Report::of(Stage::Ready, plan.bytes()));
        Ok(manifest)
    }

    /// The plan of the earlier try, or a new one.
    async fn plan(&self, part: &Path) -> Result<Plan> {
        match Plan::read(part) {
            Ok(Some(plan))
                if plan.variant == self.variant.id && plan.repository == self.variant.repository =>
            {
                return Ok(plan);
            }
            // Nothing is known of what lies there: it is fetched anew.
            _ => {
                for entry in fs::read_dir(part).into_iter().flatten().flatten() {
                    if entry.path() != workplace(part) {
                        let path = entry.path();
                        let removed =
                            if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
                        removed.map_err(CatalogError::unwritable(&path))?;
                    }
                }
                site::forget_journals(part);
            }
        }
        let plan = self.patiently(async || Plan::ask(self.hub, self.id, self.variant).await).await?;
        let (needed, available) = (plan.bytes() + margin(plan.bytes()), available(part)?);
        if needed > available {
            let folder = self.store.folder().to_owned();
            forget(part)?;
            return Err(CatalogError::DiskFull { folder, needed, available });
        }
        plan.write(part)?;
        Ok(plan)
    }

    async fn fetch(&self, mut plan: Plan, part: &Path) -> Result<Plan> {
        let mut surprises = vec![0; plan.files.len()];
        loop {
            let site = self.patiently(async || Site::open(&plan, part, self.booted)).await?;
            plan.booted = self.booted;
            plan.write(part)?;
            let round = Round::new(self, site, plan, part);
            let end;
            (plan, end) = round.run().await;
            let (number, unlike) = match end {
                End::Done if plan.all_done() => return Ok(plan),
                // A hasher that ended early ended with an error of its own.
                End::Done => return Err(CatalogError::Stopped),
                End::Failed(error) => return Err(error),
                End::Changed(number) => (number, false),
                End::WrongBytes(number) => (number, true),
            };
            surprises[number] += 1;
            if surprises[number] >= MOST_SURPRISES {
                let file = plan.files[number].path.clone();
                // What was fetched of it is of no use; the next try begins it anew.
                site::forget_file(&plan, number, part)?;
                plan.write(part)?;
                return Err(match unlike {
                    true => CatalogError::WrongBytes { file },
                    false => CatalogError::Changed { file },
                });
            }
            site::forget_file(&plan, number, part)?;
            let listed = self.patiently(async || plan.list(self.hub).await).await?;
            plan.learn_anew(listed, number)?;
            plan.write(part)?;
        }
    }

    async fn patiently<T>(&self, attempt: impl AsyncFn() -> Result<T>) -> Result<T> {
        patiently(self.control, self.report, attempt).await
    }
}

/// Asks the hub until it answers, or until it says no. While it has to wait, `report` is told for what.
///
/// # Errors
/// What does not pass by itself; a network that is switched off, since nothing has begun yet; [`CatalogError::Stopped`].
pub async fn patiently<T>(
    control: &Control,
    report: &(dyn Fn(Report) + Sync),
    attempt: impl AsyncFn() -> Result<T>,
) -> Result<T> {
    let mut patience = Patience::new();
    loop {
        let result = tokio::select! {
            result = attempt() => result,
            () = control.until_stopped() => Err(CatalogError::Stopped),
        };
        match result {
            Err(error) if error.passes() && Reason::of(&error) != Reason::SwitchedOff => {
                let waiting = Some(patience.next(&error));
                report(Report { waiting, ..Report::of(Stage::Listing, 0) });
                patience.rest(&error, control).await?;
            }
            result => return result,
        }
    }
}

/// Bytes that the disk of a folder has room for; the folder need not exist yet.
pub(crate) fn available(folder: &Path) -> Result<u64> {
    let there = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(folder);
    fs4::available_space(there).map_err(CatalogError::unreadable(there))
}

fn manifest(plan: &Plan) -> Manifest {
    let files = plan.files.iter().filter_map(|file| file.done.clone()).collect();
    let mut manifest = Manifest::new(&plan.id, plan.format, files);
    manifest.variant.clone_from(&plan.variant);
    manifest.licence.clone_from(&plan.licence);
    manifest.repository = Some(plan.repository.clone());
    manifest.revision = Some(plan.revision.clone());
    manifest
}

/// Makes sure that a file's name outlasts a power cut.
fn settle(path: &Path) {
    if let Some(folder) = path.parent() {
        sync_folder(folder);
    }
}

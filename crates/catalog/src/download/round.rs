//! A round of a download: everything that is missing is fetched, until all is there or something does not pass.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::part::fetch_parts;
use super::report::{Speed, Waiting};
use super::site::{Site, Target};
use super::{Control, Download, Plan, Report, Stage, settle};
use crate::content::{Digester, read_at};
use crate::{CatalogError, FileRecord, Hub, Result};

/// Connections at once: enough to fill a line on which each of them is slow, and few enough to be polite.
const CONNECTIONS: usize = 6;
/// The same where the person limits the speed.
const CONNECTIONS_LIMITED: usize = 2;
/// How often the person is told.
const TELL: Duration = Duration::from_millis(200);
/// How often it is made sure that what came is on the disk.
const SETTLE: Duration = Duration::from_secs(5);
/// How long the thread that checks sleeps when it has caught up.
const NAP: Duration = Duration::from_millis(2);
/// Bytes that are checked at once.
const PIECE: usize = 1 << 20;

/// How a round ends.
#[derive(Debug)]
pub(super) enum End {
    /// All is there and is right.
    Done,
    /// A file of the plan is another one now.
    Changed(usize),
    /// A file of the plan holds other bytes than the hub says.
    WrongBytes(usize),
    /// Something that does not pass.
    Failed(CatalogError),
}

/// What all tasks of a round see.
pub(super) struct Common {
    pub(super) hub: Hub,
    pub(super) control: Control,
    pub(super) repository: String,
    pub(super) revision: String,
    pub(super) about: String,
    pub(super) site: Site,
    queue: Mutex<VecDeque<(usize, usize)>>,
    waiting: Mutex<Option<Waiting>>,
    end: watch::Sender<bool>,
    outcome: Mutex<Option<End>>,
    checked: AtomicU64,
}

impl Common {
    /// The next part that nobody fetches.
    pub(super) fn next_part(&self) -> Option<(usize, usize)> {
        held(&self.queue).pop_front()
    }

    /// Ends the round; the first reason counts.
    pub(super) fn finish(&self, end: End) {
        held(&self.outcome).get_or_insert(end);
        self.end.send_replace(true);
    }

    fn is_over(&self) -> bool {
        *self.end.borrow() || self.control.is_stopped()
    }

    /// Comes back when the round is over, or when the person stops it.
    pub(super) async fn over(&self) {
        let mut end = self.end.subscribe();
        tokio::select! {
            _ = end.wait_for(|end| *end) => {}
            () = self.control.until_stopped() => {}
        }
    }

    pub(super) fn wait_for(&self, waiting: Option<Waiting>) {
        *held(&self.waiting) = waiting;
    }

    fn report(&self, speed: &mut Speed) -> Report {
        let received = self.site.received();
        let (total, checked) = (self.site.total, self.site.done + self.checked.load(Ordering::Relaxed));
        let speed = speed.at(received);
        #[expect(clippy::cast_precision_loss)]
        let seconds_left =
            speed.filter(|speed| *speed > 0.0).map(|speed| total.saturating_sub(received) as f64 / speed);
        let stage = if received < total { Stage::Fetching } else { Stage::Checking };
        let waiting = held(&self.waiting).clone();
        Report { stage, received, total, checked, speed, seconds_left, waiting }
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A round, ready to begin.
pub(super) struct Round<'a> {
    common: Arc<Common>,
    plan: Plan,
    folder: &'a Path,
    report: &'a (dyn Fn(Report) + Sync),
}

impl<'a> Round<'a> {
    pub(super) fn new(download: &'a Download<'_>, site: Site, plan: Plan, folder: &'a Path) -> Self {
        let common = Common {
            hub: download.hub.clone(),
            control: download.control.clone(),
            repository: plan.repository.clone(),
            revision: plan.revision.clone(),
            about: plan.id.clone(),
            queue: Mutex::new(site.parts().into()),
            site,
            waiting: Mutex::default(),
            end: watch::Sender::new(false),
            outcome: Mutex::default(),
            checked: AtomicU64::new(0),
        };
        Self { common: Arc::new(common), plan, folder, report: download.report }
    }

    /// Returns the plan with what was done of it.
    pub(super) async fn run(self) -> (Plan, End) {
        let Self { common, plan, folder, report } = self;
        let connections =
            if common.control.limited_to().is_some() { CONNECTIONS_LIMITED } else { CONNECTIONS };
        let mut tasks = JoinSet::new();
        for _ in 0..connections {
            tasks.spawn(fetch_parts(Arc::clone(&common)));
        }
        let settler = {
            let common = Arc::clone(&common);
            tokio::task::spawn_blocking(move || settle_often(&common))
        };
        let mut checker = {
            let (common, folder) = (Arc::clone(&common), folder.to_owned());
            let plan = plan.clone();
            tokio::task::spawn_blocking(move || {
                let mut plan = plan;
                let result = check(&common, &mut plan, &folder);
                common.finish(result.unwrap_or_else(End::Failed));
                plan
            })
        };
        let (mut speed, mut ticks) = (Speed::new(), tokio::time::interval(TELL));
        let checked = loop {
            tokio::select! {
                checked = &mut checker => break checked,
                _ = ticks.tick() => report(common.report(&mut speed)),
            }
        };
        tasks.join_all().await;
        let _ = settler.await;
        let mut plan = checked.unwrap_or(plan);
        for target in &common.site.targets {
            // What the next round needs to know that a file is still the one that it was.
            plan.files[target.number].etag = target.source.lock().await.etag.clone();
        }
        let stopped = common.control.is_stopped() && !plan.all_done();
        let outcome = held(&common.outcome).take();
        match outcome {
            _ if stopped => {
                let _ = plan.write(folder);
                (plan, End::Failed(CatalogError::Stopped))
            }
            Some(end) => (plan, end),
            None => (plan, End::Done),
        }
    }
}

/// Makes sure now and then that what came is on the disk, and once more at the end.
fn settle_often(common: &Common) {
    let mut slept = Duration::ZERO;
    loop {
        let over = common.is_over();
        if over || slept >= SETTLE {
            slept = Duration::ZERO;
            for target in &common.site.targets {
                // What cannot be made sure of now is fetched again after a power cut.
                let _ = target.sync();
            }
        }
        if over {
            return;
        }
        thread::sleep(TELL);
        slept += TELL;
    }
}

/// Reads the files in order while they come, and notes those that are right.
fn check(common: &Common, plan: &mut Plan, folder: &Path) -> Result<End> {
    for target in &common.site.targets {
        let Some(found) = read_as_it_comes(common, target)? else { return Ok(End::Done) };
        let Some((sha256, blocks)) = found else { return Ok(End::WrongBytes(target.number)) };
        target.sync().map_err(CatalogError::unwritable(&target.path))?;
        settle(&target.path);
        let file = &mut plan.files[target.number];
        let remote = Some(file.remote.clone()).filter(|remote| *remote != file.path);
        file.done = Some(FileRecord { path: file.path.clone(), remote, size: file.size, sha256, blocks });
        plan.write(folder)?;
    }
    Ok(End::Done)
}

/// What is in a file: `None` where the round was over before all of it came, `Some(None)` where it is not what the hub
/// says.
#[expect(clippy::option_option, reason = "two questions: did all of it come, and is it right")]
fn read_as_it_comes(common: &Common, target: &Target) -> Result<Option<Option<(String, String)>>> {
    let mut digester = Digester::new(target.size, target.digest.as_ref());
    let (mut at, mut buffer) = (0, vec![0; PIECE]);
    while at < target.size {
        if common.is_over() {
            return Ok(None);
        }
        let reached = target.reached(at);
        if reached == at {
            thread::sleep(NAP);
            continue;
        }
        let piece = usize::try_from(reached - at).unwrap_or(PIECE).min(PIECE);
        read_at(&target.file, at, &mut buffer[..piece]).map_err(CatalogError::unreadable(&target.path))?;
        digester.update(&buffer[..piece]);
        at += piece as u64;
        common.checked.fetch_add(piece as u64, Ordering::Relaxed);
    }
    Ok(Some(digester.finish(target.digest.as_ref())))
}

//! What leaves the computer, and what is kept on it.

use std::collections::HashMap;
use std::fs;

use catalog::network::{Connection, Purpose};
use chrono::{DateTime, Local, NaiveDate};

use super::{App, CONVERSATIONS};
use crate::settings::Settings;
use crate::{AboutMe, EraseRequest, Problem, ShownFolder, Visit, VisitPurpose, WhenBusy, token};

impl App {
    /// What was asked of other computers, the newest first: the connections of a day that were made for one reason
    /// together.
    pub(super) fn visits(&self) -> Vec<Visit> {
        let mut visits: Vec<Visit> = Vec::new();
        let mut places: HashMap<(NaiveDate, String, Purpose, String), usize> = HashMap::new();
        for connection in self.library.connections() {
            let Connection { at, host, purpose, about, status, received, .. } = connection;
            let at = i64::try_from(at).unwrap_or(i64::MAX).saturating_mul(1000);
            let key = (day(at), host.clone(), purpose, about.clone());
            let place = *places.entry(key).or_insert_with(|| {
                visits.push(Visit {
                    host,
                    purpose: match purpose {
                        Purpose::ModelListing => VisitPurpose::ModelListing,
                        Purpose::ModelFile => VisitPurpose::ModelFile,
                    },
                    about,
                    from: at,
                    to: at,
                    connections: 0,
                    received: 0,
                    unanswered: 0,
                });
                visits.len() - 1
            });
            let visit = &mut visits[place];
            (visit.from, visit.to) = (visit.from.min(at), visit.to.max(at));
            visit.connections += 1;
            visit.received += received.unwrap_or(0);
            visit.unanswered += u32::from(status.is_none());
        }
        visits
    }

    pub(super) fn about_me(&self) -> Result<AboutMe, Problem> {
        let info = self.history().info()?;
        let models = self.library.store().models()?;
        Ok(AboutMe {
            folder: self.data.folder().map(|folder| folder.display().to_string()).unwrap_or_default(),
            conversations: info.conversations,
            messages: info.messages,
            bytes: info.bytes,
            backups: info.backups,
            models_folder: self.library.store().folder().display().to_string(),
            models_bytes: models.iter().map(|model| model.bytes).sum(),
        })
    }

    /// Erases for good: conversations and their copies, settings, the list of connections, what was measured, the access
    /// key, and models where they are to go too.
    pub(super) fn erase_everything(&self, request: EraseRequest) -> Result<(), Problem> {
        self.turns.stop_all();
        self.aside.raise();
        self.downloads.give_up_all();
        if request.models {
            self.use_model(None, WhenBusy::Replace)?;
            for model in self.library.store().models()? {
                self.library.remove_partial(&model.id)?;
                if let Err(problem) = self.library.remove(&model.id)
                    && problem.code != crate::ProblemCode::ModelNotFound
                {
                    return Err(problem);
                }
            }
        }
        self.history().erase_everything()?;
        token::forget()?;
        let kept = self.settings();
        // Where models are is not about the person, and without it they would be lost.
        let models_folder = kept.models_folder.filter(|_| !request.models);
        let model = kept.model.filter(|_| !request.models);
        self.library
            .change(|settings| *settings = Settings { models_folder, model, ..Settings::default() })?;
        self.library.forget_connections();
        self.forget_the_rest()
    }

    /// The other files of the data folder: what was measured, what went wrong, what was wanted.
    fn forget_the_rest(&self) -> Result<(), Problem> {
        let Some(folder) = self.data.folder() else { return Ok(()) };
        let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let forgotten =
                name.ends_with(".json") && name != crate::settings::FILE && !name.starts_with(CONVERSATIONS);
            if forgotten && entry.file_type().is_ok_and(|kind| kind.is_file()) {
                fs::remove_file(entry.path()).map_err(|error| Problem::unwritable(&entry.path(), &error))?;
            }
        }
        Ok(())
    }

    pub(super) fn show_folder(&self, which: ShownFolder) -> Result<(), Problem> {
        let folder = match which {
            ShownFolder::Data => self.data.folder().map(std::path::Path::to_owned).unwrap_or_default(),
            ShownFolder::Models => self.library.store().folder().to_owned(),
        };
        // The folder of models is made with the first of them.
        let _ = fs::create_dir_all(&folder);
        self.desktop.show_folder(&folder)
    }

    /// Opens an address in the browser. What is no address of a page or of a person is refused: a model may have
    /// written it.
    pub(super) fn open_link(&self, address: &str) -> Result<(), Problem> {
        let safe = ["https://", "http://", "mailto:"].iter().any(|start| {
            address.get(..start.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(start))
        });
        if !safe || address.chars().any(|letter| letter.is_control() || letter.is_whitespace()) {
            return Err(Problem::new(crate::ProblemCode::SystemRefused, "it is no address of a page"));
        }
        self.desktop.open_link(address)
    }
}

fn day(at: i64) -> NaiveDate {
    DateTime::from_timestamp_millis(at).unwrap_or_default().with_timezone(&Local).date_naive()
}

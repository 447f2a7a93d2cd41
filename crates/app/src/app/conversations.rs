//! The conversations, as the window asks for them.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use std::{thread, time};

use history::{Format, History, Page, State, TitleBy};

use super::{App, CONVERSATIONS, doubted};
use crate::{
    Assistant, ConversationChange, ConversationRequest, ConversationRow, Dialog, DraftRequest, Effort,
    ExportFormat, ExportRequest, Exported, FinishReason, FolderChange, FolderRow, Hit, Imported, Language,
    ListRequest, MessageCard, MessageState, Problem, ProblemCode, Role, Thread, Timing, assistants, words,
};

/// Most characters of a title.
const TITLE: usize = 80;
/// Most that is found at once.
const HITS: u32 = 60;
/// What was deleted can be taken back for so long: longer than the window offers it.
const DELETED_FOR: Duration = Duration::from_secs(24 * 3600);
/// How long after the start the conversations are looked after: by then the window is there.
const AFTER_START: Duration = Duration::from_secs(5);

impl App {
    pub(super) fn row_card(&self, conversation: i64) -> Result<ConversationRow, Problem> {
        Ok(row(self.history().row(conversation)?))
    }

    pub(super) fn conversations(&self, request: &ListRequest) -> Result<Vec<ConversationRow>, Problem> {
        let &ListRequest { folder, pinned, after, count } = request;
        let page = Page { folder, pinned: Some(pinned), before: after, count: count.min(500) };
        Ok(self.history().list(page)?.into_iter().map(row).collect())
    }

    pub(super) fn thread(&self, conversation: i64) -> Result<Thread, Problem> {
        let history = self.history();
        let row = row(history.row(conversation)?);
        let messages = history.thread(conversation)?.iter().map(message_card).collect();
        let draft = history.draft(Some(conversation))?.text;
        Ok(Thread { row, messages, draft })
    }

    pub(super) fn show_branch(&self, message: i64) -> Result<Thread, Problem> {
        let conversation = self.history().show(message)?;
        self.thread(conversation)
    }

    pub(super) fn change_conversation(
        &self,
        request: &ConversationRequest,
    ) -> Result<ConversationRow, Problem> {
        let history = self.history();
        match &request.change {
            ConversationChange::Rename { title } => {
                history.rename(request.id, &first_words(title), TitleBy::Person)?;
            }
            ConversationChange::Pin { pinned } => history.pin(request.id, *pinned)?,
            ConversationChange::File { folder } => history.file(request.id, *folder)?,
            ConversationChange::Assistant { id } => history.set_assistant(request.id, id.as_deref())?,
            ConversationChange::Effort { effort } => {
                history.set_effort(request.id, effort.map(Effort::word))?;
            }
        }
        drop(history);
        self.tell_of(request.id);
        self.row_card(request.id)
    }

    pub(super) fn delete_conversations(&self, ids: &[i64]) -> Result<(), Problem> {
        Ok(self.history().delete(ids)?)
    }

    pub(super) fn undelete_conversations(&self, ids: &[i64]) -> Result<(), Problem> {
        self.history().undelete(ids)?;
        for id in ids {
            self.tell_of(*id);
        }
        Ok(())
    }

    pub(super) fn keep_draft(&self, request: &DraftRequest) -> Result<(), Problem> {
        Ok(self.history().keep_draft(request.conversation, &request.text)?)
    }

    pub(super) fn search(&self, sought: &str) -> Result<Vec<Hit>, Problem> {
        let hits = self.history().search(sought, HITS)?;
        let hit = |hit: history::Hit| Hit {
            conversation: hit.conversation,
            title: hit.title,
            message: hit.message,
            at: hit.at,
            snippet: hit.snippet,
        };
        Ok(hits.into_iter().map(hit).collect())
    }

    pub(super) fn folders(&self) -> Result<Vec<FolderRow>, Problem> {
        let folder = |folder: history::Folder| FolderRow {
            id: folder.id,
            name: folder.name,
            conversations: folder.conversations,
        };
        Ok(self.history().folders()?.into_iter().map(folder).collect())
    }

    pub(super) fn change_folders(&self, change: &FolderChange) -> Result<Vec<FolderRow>, Problem> {
        match change {
            FolderChange::Add { name } => drop(self.history().add_folder(name)?),
            FolderChange::Rename { id, name } => self.history().rename_folder(*id, name)?,
            FolderChange::Remove { id } => self.history().remove_folder(*id)?,
        }
        self.folders()
    }

    pub(super) fn assistants(&self) -> Result<Vec<Assistant>, Problem> {
        assistants::all(&self.history(), self.language())
    }

    pub(super) fn keep_assistant(&self, assistant: &Assistant) -> Result<Vec<Assistant>, Problem> {
        // One that comes with Domicile stays as it is: what was made of it is the person's own.
        let new = assistant.id.is_empty() || assistants::is_built_in(&assistant.id);
        let since = time::SystemTime::now().duration_since(time::UNIX_EPOCH).unwrap_or_default();
        let id = if new { format!("own.{}", since.as_nanos()) } else { assistant.id.clone() };
        self.history().keep_assistant(&assistants::to_keep(assistant, id))?;
        self.assistants()
    }

    pub(super) fn remove_assistant(&self, id: &str) -> Result<Vec<Assistant>, Problem> {
        self.history().remove_assistant(id)?;
        self.assistants()
    }

    /// Writes conversations into a file that the person chooses; `None` where they choose none.
    pub(super) fn export_conversations(&self, request: &ExportRequest) -> Result<Option<Exported>, Problem> {
        let language = self.language();
        let (format, ending) = match request.format {
            ExportFormat::Markdown => (Format::Markdown, "md"),
            ExportFormat::Json => (Format::Json, "json"),
            ExportFormat::Page => (Format::Page, "html"),
        };
        let name = format!("{}.{ending}", self.export_name(request, language));
        let dialog = Dialog::PlaceForConversations { name };
        let Some(file) = self.desktop.choose(&dialog, language) else { return Ok(None) };
        let part = file.with_extension(format!("{ending}.part"));
        let unwritable = |error: std::io::Error| Problem::unwritable(&file, &error);
        let written = File::create(&part).map_err(unwritable).and_then(|out| {
            let mut out = BufWriter::new(out);
            let words = words::export_words(language);
            let conversations = self.history().export(request.ids.as_deref(), format, &words, &mut out)?;
            out.flush().map_err(unwritable)?;
            out.get_ref().sync_all().map_err(unwritable)?;
            fs::rename(&part, &file).map_err(unwritable)?;
            Ok(conversations)
        });
        if written.is_err() {
            let _ = fs::remove_file(&part);
        }
        Ok(Some(Exported { file: file.display().to_string(), conversations: written? }))
    }

    /// The title of the one conversation, as far as every system takes it for a name; or a name for all.
    fn export_name(&self, request: &ExportRequest, language: Language) -> String {
        let title = match request.ids.as_deref() {
            Some([id]) => self.history().row(*id).map(|row| row.title).unwrap_or_default(),
            _ => String::new(),
        };
        let forbidden = |letter: char| letter.is_control() || "\\/:*?\"<>|".contains(letter);
        let plain: String =
            title.chars().map(|letter| if forbidden(letter) { ' ' } else { letter }).collect();
        let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        let plain = plain.trim_matches('.').trim();
        if plain.is_empty() { words::file_of_conversations(language).to_owned() } else { plain.to_owned() }
    }

    /// Takes over conversations from a file that the person chooses; `None` where they choose none.
    pub(super) fn import_conversations(&self) -> Result<Option<Imported>, Problem> {
        let Some(file) = self.desktop.choose(&Dialog::ConversationsFile, self.language()) else {
            return Ok(None);
        };
        self.import_from(&file).map(Some)
    }

    fn import_from(&self, file: &Path) -> Result<Imported, Problem> {
        let imported = self.history().import(file).map_err(|error| {
            let mut problem = Problem::from(error);
            problem.facts.file = file.file_name().map(|name| name.to_string_lossy().into_owned());
            problem
        })?;
        let unreadable = imported.left_out.iter().filter(|lost| lost.what == history::Lost::Empty);
        Ok(Imported {
            conversations: imported.conversations,
            messages: imported.messages,
            known: imported.skipped,
            unreadable: unreadable.map(|lost| lost.count).sum(),
        })
    }

    /// Sets a copy aside once a day, lets go of what was deleted, and looks for damage: on a thread of its own, once the
    /// window is there.
    pub(super) fn look_after_conversations(self: &Arc<Self>) {
        let app = Arc::downgrade(self);
        let work = move || {
            thread::sleep(AFTER_START);
            let Some(app) = app.upgrade() else { return };
            let now = chrono::Utc::now().timestamp_millis();
            let deleted_before = now - i64::try_from(DELETED_FOR.as_millis()).unwrap_or(i64::MAX);
            // What cannot be done today is done tomorrow; what is damaged is restored at the next start.
            let _ = app.history().purge(deleted_before);
            if let Some(file) = app.data.file(CONVERSATIONS) {
                match History::check(&file) {
                    Ok(true) => drop(History::backup_of_file(&file, now)),
                    Ok(false) => drop(fs::write(doubted(&file), "")),
                    // Somebody else holds it; it is looked at again at the next start.
                    Err(_) => {}
                }
            }
        };
        let _ = thread::Builder::new().name("conversations".to_owned()).spawn(work);
    }
}

pub(super) fn row(kept: history::Row) -> ConversationRow {
    ConversationRow {
        id: kept.id,
        title: kept.title,
        created: kept.created,
        updated: kept.updated,
        pinned: kept.pinned,
        folder: kept.folder,
        assistant: kept.assistant,
        effort: kept.effort.as_deref().and_then(Effort::of_word),
    }
}

pub(super) fn message_card(message: &history::Message) -> MessageCard {
    let attachment = |given: &history::Attachment| (given.name.clone(), given.text.len() as u64);
    MessageCard {
        id: message.id,
        role: match message.role {
            history::Role::Person => Role::Person,
            history::Role::Model => Role::Model,
        },
        text: message.text.clone(),
        reasoning: message.reasoning.clone(),
        attachments: message.attachments.iter().map(attachment).collect(),
        created: message.created,
        model: message.model.clone(),
        state: match message.state {
            State::Writing => MessageState::Writing,
            State::Complete => MessageState::Complete,
            State::Stopped => MessageState::Stopped,
            State::Length => MessageState::Length,
            State::ContextFull => MessageState::ContextFull,
            State::Failed => MessageState::Failed,
            State::Interrupted => MessageState::Interrupted,
        },
        timing: message.timing.map(Into::into),
        problem: message.problem.as_deref().and_then(|problem| serde_json::from_str(problem).ok()),
        branches: message.sibling_ids.clone(),
        reads_from: message.reads_from,
        summary: message.summary.clone(),
    }
}

pub(super) fn state_of(reason: FinishReason) -> State {
    match reason {
        FinishReason::Complete => State::Complete,
        FinishReason::Stopped => State::Stopped,
        FinishReason::Length => State::Length,
        FinishReason::ContextFull => State::ContextFull,
    }
}

/// The first words of a text, as a title.
pub(super) fn first_words(text: &str) -> String {
    let mut title = String::new();
    for word in text.split_whitespace() {
        if title.chars().count() + word.chars().count() + 1 > TITLE {
            // A first word that is longer than any title is cut.
            if title.is_empty() {
                title = word.chars().take(TITLE - 1).collect();
            }
            title.push('…');
            break;
        }
        if !title.is_empty() {
            title.push(' ');
        }
        title += word;
    }
    title
}

impl From<Timing> for history::Timing {
    fn from(timing: Timing) -> Self {
        Self {
            first_token_s: timing.first_token_s,
            reasoning_s: timing.reasoning_s,
            total_s: timing.total_s,
            prompt_tokens: timing.prompt_tokens,
            tokens: timing.tokens,
            context_tokens: timing.context_tokens,
            context_size: timing.context_size,
        }
    }
}

impl From<history::Timing> for Timing {
    fn from(timing: history::Timing) -> Self {
        Self {
            first_token_s: timing.first_token_s,
            reasoning_s: timing.reasoning_s,
            total_s: timing.total_s,
            prompt_tokens: timing.prompt_tokens,
            tokens: timing.tokens,
            context_tokens: timing.context_tokens,
            context_size: timing.context_size,
        }
    }
}

impl From<history::HistoryError> for Problem {
    fn from(error: history::HistoryError) -> Self {
        use history::HistoryError as Error;
        let detail = error.to_string();
        let file = |file: &Path| Some(file.display().to_string());
        let (code, file) = match &error {
            Error::Newer { .. } => (ProblemCode::ConversationsNewer, None),
            Error::Damaged { .. } | Error::Database(_) => (ProblemCode::ConversationsDamaged, None),
            Error::DiskFull => (ProblemCode::DiskFull, None),
            Error::ReadOnly { .. } | Error::Busy | Error::Export(_) => {
                (ProblemCode::FileUnwritable, Some(CONVERSATIONS.to_owned()))
            }
            Error::NotFound { .. } => (ProblemCode::ConversationNotFound, None),
            Error::FolderExists { .. } => (ProblemCode::FolderExists, None),
            Error::NotAnExport { .. } => (ProblemCode::NotAnExport, None),
            Error::Unreadable { file: at, .. } => (ProblemCode::FileUnreadable, file(at)),
            Error::Unwritable { file: at, .. } => (ProblemCode::FileUnwritable, file(at)),
        };
        let facts = crate::Facts { file, ..crate::Facts::default() };
        Self { code, facts, detail }
    }
}

#[cfg(test)]
mod tests {
    use super::first_words;

    #[test]
    fn a_title_is_made_of_whole_words() {
        assert_eq!(first_words("  Bonjour\nà   tous "), "Bonjour à tous");
        let long = first_words(&"mot ".repeat(60));
        assert!(long.ends_with(" mot…") && long.chars().count() <= 81, "{long}");
        assert_eq!(first_words(&"é".repeat(200)).chars().count(), 80);
    }
}

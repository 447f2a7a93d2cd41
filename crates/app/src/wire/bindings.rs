//! The commands of the window, and the TypeScript made from them and from their types.

use ts_rs::{Config, TS};

use super::*;
use crate::{Facts, Problem, ProblemCode};

/// A command of the window, its types named in TypeScript.
pub struct Command {
    /// Its name.
    pub name: &'static str,
    request: &'static str,
    response: &'static str,
    event: &'static str,
}

const fn command(
    name: &'static str,
    request: &'static str,
    response: &'static str,
    event: &'static str,
) -> Command {
    Command { name, request, response, event }
}

/// Every command of the window: its name, what it takes, what it answers, what it reports on the way.
pub const COMMANDS: &[Command] = &[
    command("welcome", "null", "Welcome", "never"),
    command("recommendation", "null", "Recommendation | null", "never"),
    command("events", "null", "null", "ProgramEvent"),
    command("ask", "AskRequest", "null", "ChatEvent"),
    command("stop", "StopRequest", "null", "never"),
    command("shorten", "ShortenRequest", "Thread", "TaskProgress"),
    command("conversations", "ListRequest", "ConversationRow[]", "never"),
    command("conversation", "number", "Thread", "never"),
    command("show_branch", "number", "Thread", "never"),
    command("change_conversation", "ConversationRequest", "ConversationRow", "never"),
    command("delete_conversations", "number[]", "null", "never"),
    command("undelete_conversations", "number[]", "null", "never"),
    command("keep_draft", "DraftRequest", "null", "never"),
    command("search", "string", "Hit[]", "never"),
    command("folders", "null", "FolderRow[]", "never"),
    command("change_folders", "FolderChange", "FolderRow[]", "never"),
    command("export_conversations", "ExportRequest", "Exported | null", "never"),
    command("import_conversations", "null", "Imported | null", "never"),
    command("assistants", "null", "Assistant[]", "never"),
    command("keep_assistant", "Assistant", "Assistant[]", "never"),
    command("remove_assistant", "string", "Assistant[]", "never"),
    command("models", "null", "ModelRow[]", "never"),
    command("use_model", "string | null", "ModelCard", "never"),
    command("model_task", "ModelTask", "TaskOutcome", "TaskProgress"),
    command("downloads", "null", "DownloadCard[]", "never"),
    command("change_downloads", "DownloadRequest", "DownloadCard[]", "never"),
    command("change_setting", "SettingChange", "SettingsCard", "never"),
    command("visits", "null", "Visit[]", "never"),
    command("about_me", "null", "AboutMe", "never"),
    command("erase_everything", "EraseRequest", "null", "never"),
    command("show_folder", "ShownFolder", "null", "never"),
    command("open_link", "string", "null", "never"),
];

macro_rules! declarations {
    ($config:expr, $($kind:ty),* $(,)?) => { [$(<$kind>::decl($config)),*] };
}

/// The TypeScript file of everything that crosses, and of the commands.
#[must_use]
pub fn bindings() -> String {
    // Every number of the program that crosses is below 2⁵³.
    let config = Config::default().with_large_int("number");
    #[rustfmt::skip]
    let types = declarations!(
        &config,
        Language, Welcome, Restored, ProgramEvent,
        ModelCard, Prospect, Room, Recommendation, ComputerCard, ModelRow, ModelState, LicenceCard, Strength,
        VariantRow, ModelPhase,
        DownloadCard, DownloadState, DownloadStage, DownloadWait, DownloadRequest, DownloadChange, ModelTask,
        ModelWork, TaskProgress, TaskOutcome,
        Effort, AskRequest, Asked, Route, DeviceCard, StopRequest, ChatEvent, FinishReason, Timing, Shortening,
        ShortenRequest,
        ConversationRow, FolderRow, ListRequest, Thread, Role, MessageCard, MessageState, AttachedText,
        ConversationRequest, ConversationChange, DraftRequest, FolderChange, Hit, ExportRequest, ExportFormat,
        Exported, Imported, Assistant,
        SettingsCard, Theme, ProxySetting, SettingChange, Visit, VisitPurpose, AboutMe, EraseRequest, ShownFolder,
        Problem, ProblemCode, Facts,
    );
    let mut file =
        "// Made by `cargo xtask bindings` from crates/app/src/wire. Not to be edited.\n".to_owned();
    for declaration in types {
        file += &format!("\nexport {declaration}\n");
    }
    file +=
        "\n/** Every command of the window: what it takes, what it answers, what it reports on the way. */\n";
    file += "export interface Commands {\n";
    for Command { name, request, response, event } in COMMANDS {
        file += &format!("  {name}: {{ request: {request}; response: {response}; event: {event} }};\n");
    }
    file + "}\n"
}

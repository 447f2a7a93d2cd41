//! The commands of the window, by their names. What the window can do is what stands here, and nothing else.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::App;
use crate::{Problem, ProblemCode, WhenBusy};

/// Hears what happens on the way; says whether anybody still listens.
pub type OnEvent = Box<dyn Fn(Value) -> bool + Send>;

impl App {
    /// Does one of [`crate::COMMANDS`]. It returns when that is done, which may take long: on a thread that may wait.
    ///
    /// # Errors
    /// What the command is refused with; [`ProblemCode::EngineFailed`] where there is no such command, or where the
    /// request is none of its kind.
    pub fn call(&self, name: &str, request: Value, on_event: OnEvent) -> Result<Value, Problem> {
        match name {
            "welcome" => answer(self.welcome()),
            "recommendation" => answer(self.recommendation()),
            "events" => {
                self.listeners.add(Box::new(move |event| on_event(value(event))));
                answer(())
            }
            "ask" => {
                let request: crate::AskRequest = read(request)?;
                let turn = request.turn;
                self.ask(&request, &mut |event| {
                    // A window that is gone needs no answer.
                    if !on_event(value(&event)) {
                        self.stop(crate::StopRequest { turn });
                    }
                })?;
                answer(())
            }
            "stop" => {
                self.stop(read(request)?);
                answer(())
            }
            "shorten" => {
                let tell = |event: crate::TaskProgress| _ = on_event(value(&event));
                answer(self.shorten(&read(request)?, &mut { tell })?)
            }
            "conversations" => answer(self.conversations(&read(request)?)?),
            "conversation" => answer(self.thread(read(request)?)?),
            "show_branch" => answer(self.show_branch(read(request)?)?),
            "change_conversation" => answer(self.change_conversation(&read(request)?)?),
            "delete_conversations" => answer(self.delete_conversations(&read::<Vec<i64>>(request)?)?),
            "undelete_conversations" => answer(self.undelete_conversations(&read::<Vec<i64>>(request)?)?),
            "keep_draft" => answer(self.keep_draft(&read(request)?)?),
            "search" => answer(self.search(&read::<String>(request)?)?),
            "folders" => answer(self.folders()?),
            "change_folders" => answer(self.change_folders(&read(request)?)?),
            "export_conversations" => answer(self.export_conversations(&read(request)?)?),
            "import_conversations" => answer(self.import_conversations()?),
            "assistants" => answer(self.assistants()?),
            "keep_assistant" => answer(self.keep_assistant(&read(request)?)?),
            "remove_assistant" => answer(self.remove_assistant(&read::<String>(request)?)?),
            "models" => answer(self.models()?),
            "use_model" => {
                let name: Option<String> = read(request)?;
                answer(self.use_model(name.as_deref(), WhenBusy::Replace)?)
            }
            "model_task" => {
                let tell = |event: crate::TaskProgress| _ = on_event(value(&event));
                answer(self.model_task(&read(request)?, &mut { tell })?)
            }
            "downloads" => answer(self.downloads()),
            "change_downloads" => answer(self.change_downloads(&read(request)?)?),
            "change_setting" => answer(self.change_setting(read(request)?)?),
            "visits" => answer(self.visits()),
            "about_me" => answer(self.about_me()?),
            "erase_everything" => answer(self.erase_everything(read(request)?)?),
            "show_folder" => answer(self.show_folder(read(request)?)?),
            "open_link" => answer(self.open_link(&read::<String>(request)?)?),
            _ => Err(Problem::new(ProblemCode::EngineFailed, format!("there is no command \"{name}\""))),
        }
    }
}

fn read<T: DeserializeOwned>(request: Value) -> Result<T, Problem> {
    serde_json::from_value(request)
        .map_err(|error| Problem::new(ProblemCode::EngineFailed, format!("the request: {error}")))
}

fn answer(response: impl Serialize) -> Result<Value, Problem> {
    serde_json::to_value(response)
        .map_err(|error| Problem::new(ProblemCode::EngineFailed, format!("the answer: {error}")))
}

fn value(event: &impl Serialize) -> Value {
    serde_json::to_value(event).unwrap_or_default()
}

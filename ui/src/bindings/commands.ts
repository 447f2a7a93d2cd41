// Made by `cargo xtask bindings` from crates/app/src/wire. Not to be edited.

export type Language = "fr" | "en";

export type Welcome = { 
/**
 * The language to speak.
 */
language: Language, 
/**
 * The version of Domicile.
 */
version: string, 
/**
 * The model that answers.
 */
model: ModelCard, 
/**
 * What the person has set.
 */
settings: SettingsCard, 
/**
 * Whether nothing has ever been said or downloaded here.
 */
first: boolean, 
/**
 * What was being typed for a conversation that had not begun.
 */
draft: string, 
/**
 * The conversation to open at once, where the program was started with a link to one.
 */
open: number | null, 
/**
 * What happened to the conversations, where they had to be brought back from an earlier copy.
 */
restored: Restored | null, 
/**
 * What went wrong at the start.
 */
problem: Problem | null, };

export type Restored = { 
/**
 * When the copy was made, in milliseconds since 1970; `None` where there was none.
 */
copy_of: number | null, 
/**
 * How many conversations there are now.
 */
conversations: number, 
/**
 * The damaged file, which is kept, as it is shown to people.
 */
damaged: string, };

export type ProgramEvent = { "kind": "downloads", 
/**
 * All of them, in the order in which they are fetched.
 */
downloads: Array<DownloadCard>, } | { "kind": "models" } | { "kind": "model", 
/**
 * Which one.
 */
model: ModelCard, 
/**
 * Whether it could answer at once.
 */
phase: ModelPhase, } | { "kind": "conversation", 
/**
 * As the list shows it now.
 */
row: ConversationRow, } | { "kind": "open", 
/**
 * Which one.
 */
conversation: number, } | { "kind": "dragging", 
/**
 * Whether it is.
 */
over: boolean, } | { "kind": "dropped", 
/**
 * What is in them.
 */
texts: Array<AttachedText>, 
/**
 * Names of those that are no texts.
 */
refused: Array<string>, } | { "kind": "dropped_model", 
/**
 * Its name.
 */
name: string, };

export type ModelCard = { 
/**
 * Its name; the starter model has none of its own, the interface calls it the guide.
 */
name: string, 
/**
 * Whether it is the starter model, inside the program.
 */
starter: boolean, };

export type Prospect = { 
/**
 * The model's name.
 */
model: string, 
/**
 * Memory of the computer, in bytes.
 */
memory?: number, 
/**
 * The graphics card it would run on; absent for the processor.
 */
card?: string, 
/**
 * Whether it has room.
 */
room: Room, 
/**
 * Bytes that other programs would have to give back.
 */
to_free?: number, 
/**
 * Words per second to expect, the least and the most.
 */
words?: [number, number], };

export type Room = "enough" | "after_closing" | "scarce" | "too_little" | "unknown";

export type Recommendation = { 
/**
 * How it would run here.
 */
prospect: Prospect, 
/**
 * Its name as its maker writes it.
 */
title: string, 
/**
 * Bytes of the download; `None` where that is not known.
 */
bytes: number | null, 
/**
 * Seconds of the download, at the speed that was reached the last time; `None` before any.
 */
seconds: number | null, 
/**
 * What this computer is.
 */
computer: ComputerCard, };

export type ComputerCard = { 
/**
 * The processor.
 */
processor: string | null, 
/**
 * Memory, bytes.
 */
memory: number | null, 
/**
 * Graphics cards: name, and memory of their own in bytes.
 */
cards: Array<[string, number | null]>, 
/**
 * Bytes that are free on the disk where models lie.
 */
disk_free: number | null, };

export type ModelRow = { 
/**
 * What it is called.
 */
id: string, 
/**
 * Its name as its maker writes it.
 */
title: string, 
/**
 * One sentence about it, in the language of the window; `None` for one that is not in the catalog.
 */
summary: string | null, 
/**
 * Who made it.
 */
maker: string | null, 
/**
 * What may be done with it.
 */
licence: LicenceCard | null, 
/**
 * What it is good at, the most characteristic first.
 */
good_at: Array<Strength>, 
/**
 * Languages that its maker names, ISO 639-1.
 */
languages: Array<string>, 
/**
 * Where it stands.
 */
state: ModelState, 
/**
 * Whether it is the one that answers.
 */
current: boolean, 
/**
 * Whether it is the one to begin with on this computer.
 */
recommended: boolean, 
/**
 * Bytes on this disk, or else of the download; `None` where that is not known.
 */
bytes: number | null, 
/**
 * Bytes of the whole, while it is on its way.
 */
total: number | null, 
/**
 * Whether an engine of this version runs it; `None` where nobody knows.
 */
runnable: boolean | null, 
/**
 * Whether the hub gives it only to people who have accepted its terms.
 */
gated: boolean, 
/**
 * How it would run here; `None` where that cannot be said.
 */
prospect: Prospect | null, 
/**
 * The forms in which it can be had, the usual one first.
 */
variants: Array<VariantRow>, };

export type ModelState = "ready" | "partial" | "available" | "unknown" | "damaged";

export type LicenceCard = { 
/**
 * Its name.
 */
name: string, 
/**
 * Where it can be read.
 */
link: string | null, 
/**
 * Whether it may be used to earn money; `None` under conditions or where it is not known.
 */
commercial: boolean | null, };

export type Strength = "conversation" | "reasoning" | "code" | "writing" | "translation" | "summaries" | "maths";

export type VariantRow = { 
/**
 * The name by which it is downloaded: `gpt-oss-20b:onnx-cpu`.
 */
name: string, 
/**
 * What its files are: `checkpoint`, `gguf` or `onnx`.
 */
format: string, 
/**
 * How its weights are kept: `mxfp4`, `bf16`, …
 */
precision: string, 
/**
 * The engine that runs it.
 */
engine: string, 
/**
 * What that engine can run it on.
 */
devices: Array<string>, 
/**
 * Bytes of the download.
 */
bytes: number | null, 
/**
 * Whether an engine of this version runs it.
 */
runnable: boolean, };

export type ModelPhase = { "kind": "resting" } | { "kind": "loading", 
/**
 * Share loaded, 0 to 1.
 */
share: number, } | { "kind": "ready", 
/**
 * Whether it was meant for a card and the processor does a part, which makes it slow.
 */
partly_on_processor: boolean, } | { "kind": "failed", 
/**
 * Why.
 */
problem: Problem, };

export type DownloadCard = { 
/**
 * The model, as it was asked for.
 */
name: string, 
/**
 * The id under which it will be in the list.
 */
model: string, 
/**
 * What becomes of it.
 */
state: DownloadState, };

export type DownloadState = { "kind": "waiting" } | { "kind": "beginning" } | { "kind": "running", 
/**
 * What is being done.
 */
stage: DownloadStage, 
/**
 * Bytes that are here.
 */
received: number, 
/**
 * Bytes of the whole.
 */
total: number, 
/**
 * Bytes per second.
 */
speed: number | null, 
/**
 * Seconds until it is here.
 */
seconds_left: number | null, 
/**
 * What it waits for by itself, if it does.
 */
waiting: DownloadWait | null, } | { "kind": "paused" } | { "kind": "outside_hours" } | { "kind": "metered" } | { "kind": "failed", 
/**
 * Why.
 */
problem: Problem, };

export type DownloadStage = "listing" | "fetching" | "checking" | "ready";

export type DownloadWait = "no_connection" | "switched_off" | "hub_busy" | "interrupted" | "somebody_else" | "disk_full";

export type DownloadRequest = { 
/**
 * The model: one of the catalog, a variant of one, or a repository of the hub by its name or address.
 */
name: string, 
/**
 * What to do.
 */
change: DownloadChange, };

export type DownloadChange = "start" | "pause" | "give_up" | "first";

export type ModelTask = { 
/**
 * A number by which it can be stopped.
 */
turn: number, 
/**
 * What.
 */
work: ModelWork, };

export type ModelWork = { "kind": "verify", 
/**
 * The model.
 */
id: string, } | { "kind": "repair", 
/**
 * The model.
 */
id: string, } | { "kind": "export", 
/**
 * The model.
 */
id: string, } | { "kind": "import_folder" } | { "kind": "import_file" } | { "kind": "import_dropped" } | { "kind": "move" } | { "kind": "remove", 
/**
 * The model.
 */
id: string, };

export type TaskProgress = { 
/**
 * Bytes that are done.
 */
done: number, 
/**
 * Bytes of the whole; `None` where that is not known.
 */
total: number | null, };

export type TaskOutcome = { "kind": "nothing" } | { "kind": "done", 
/**
 * The model, for those that bring one.
 */
id: string | null, 
/**
 * Bytes that were freed, for a removal.
 */
freed: number | null, 
/**
 * The folder, as it is shown to people.
 */
folder: string | null, } | { "kind": "damaged", 
/**
 * How many.
 */
files: number, };

export type Effort = "low" | "medium" | "high";

export type AskRequest = { 
/**
 * A number by which this turn can be stopped.
 */
turn: number, 
/**
 * The conversation; `None` begins one.
 */
conversation: number | null, 
/**
 * What is asked.
 */
what: Asked, 
/**
 * How long to think.
 */
effort: Effort, 
/**
 * Where.
 */
route: Route, 
/**
 * For a conversation that begins: the assistant it is with; `None` is nobody in particular.
 */
assistant: string | null, 
/**
 * For a conversation that begins: the folder it is kept in.
 */
folder: number | null, };

export type Asked = { "kind": "question", 
/**
 * The answer that it follows; `None` at the beginning of the conversation.
 */
after: number | null, 
/**
 * What the person typed.
 */
text: string, 
/**
 * The texts that go with it.
 */
attachments: Array<AttachedText>, 
/**
 * The question of which this one is another wording: the texts that went with that one go with it too.
 */
rewords: number | null, } | { "kind": "again", 
/**
 * The question.
 */
question: number, };

export type Route = "usual" | "next" | "again";

export type DeviceCard = { 
/**
 * Whether it is the processor, and not a graphics card.
 */
processor: boolean, 
/**
 * Its name.
 */
name?: string, };

export type StopRequest = { 
/**
 * The number it was asked with.
 */
turn: number, };

export type ChatEvent = { "kind": "placed", 
/**
 * The conversation, as the list shows it.
 */
conversation: ConversationRow, 
/**
 * The question.
 */
question: MessageCard, 
/**
 * The answer, in which there is nothing yet.
 */
answer: MessageCard, } | { "kind": "queued" } | { "kind": "waiting" } | { "kind": "loading", 
/**
 * Share loaded, 0 to 1.
 */
share: number, } | { "kind": "moved_on", 
/**
 * What happened.
 */
problem: Problem, 
/**
 * Where it goes on.
 */
to: DeviceCard, } | { "kind": "reading", 
/**
 * Share read, 0 to 1.
 */
share: number, } | { "kind": "reasoning", 
/**
 * To append.
 */
text: string, } | { "kind": "answer", 
/**
 * To append.
 */
text: string, } | { "kind": "finished", 
/**
 * Why.
 */
reason: FinishReason, 
/**
 * Its figures.
 */
timing: Timing, } | { "kind": "failed", 
/**
 * What happened.
 */
problem: Problem, 
/**
 * The device on which it could be tried next.
 */
next?: DeviceCard, };

export type FinishReason = "complete" | "stopped" | "length" | "context_full";

export type Timing = { 
/**
 * From the question to the first token.
 */
first_token_s: number, 
/**
 * From the first token to the end of the reasoning.
 */
reasoning_s: number, 
/**
 * From the question to the end.
 */
total_s: number, 
/**
 * Tokens of the conversation that had to be read.
 */
prompt_tokens: number, 
/**
 * Tokens written.
 */
tokens: number, 
/**
 * Tokens of the conversation so far, this answer included.
 */
context_tokens: number, 
/**
 * Tokens that this model can follow; 0 where that is not known.
 */
context_size: number, };

export type Shortening = "leave_out" | "sum_up" | "undo";

export type ShortenRequest = { 
/**
 * A number by which it can be stopped.
 */
turn: number, 
/**
 * The conversation.
 */
conversation: number, 
/**
 * How.
 */
how: Shortening, };

export type ConversationRow = { 
/**
 * Its number.
 */
id: number, 
/**
 * Its title.
 */
title: string, 
/**
 * When it began.
 */
created: number, 
/**
 * When something was said last.
 */
updated: number, 
/**
 * Whether it stays on top.
 */
pinned: boolean, 
/**
 * The folder it is kept in.
 */
folder: number | null, 
/**
 * The assistant it is with; `None` is nobody in particular.
 */
assistant: string | null, 
/**
 * How long the model thinks in it; `None`: as the assistant does.
 */
effort: Effort | null, };

export type FolderRow = { 
/**
 * Its number.
 */
id: number, 
/**
 * Its name.
 */
name: string, 
/**
 * How many conversations are in it.
 */
conversations: number, };

export type ListRequest = { 
/**
 * Those of this folder; `None`: all.
 */
folder: number | null, 
/**
 * Those that stay on top, or the others.
 */
pinned: boolean, 
/**
 * Those after this one: its `updated` and its `id`.
 */
after: [number, number] | null, 
/**
 * How many.
 */
count: number, };

export type Thread = { 
/**
 * As the list shows it.
 */
row: ConversationRow, 
/**
 * The branch that is shown, the oldest message first.
 */
messages: Array<MessageCard>, 
/**
 * What was being typed.
 */
draft: string, };

export type Role = "person" | "model";

export type MessageCard = { 
/**
 * Its number.
 */
id: number, 
/**
 * Who speaks.
 */
role: Role, 
/**
 * What was said.
 */
text: string, 
/**
 * What the model thought before.
 */
reasoning: string, 
/**
 * The texts that went with a question: name and bytes.
 */
attachments: Array<[string, number]>, 
/**
 * When.
 */
created: number, 
/**
 * The model that wrote it, its name as in [`super::ModelCard`]; `None` for a person.
 */
model: string | null, 
/**
 * Whether the answer is whole.
 */
state: MessageState, 
/**
 * Its figures.
 */
timing: Timing | null, 
/**
 * Why it could not go on.
 */
problem: Problem | null, 
/**
 * The messages that stand in its place in other branches, itself among them, the oldest first.
 */
branches: Array<number>, 
/**
 * Whether the model reads the conversation from here on only.
 */
reads_from: boolean, 
/**
 * What it reads in place of what was before.
 */
summary: string | null, };

export type MessageState = "writing" | "complete" | "stopped" | "length" | "context_full" | "failed" | "interrupted";

export type AttachedText = { 
/**
 * Name of its file.
 */
name: string, 
/**
 * What is in it.
 */
text: string, };

export type ConversationRequest = { 
/**
 * The conversation.
 */
id: number, 
/**
 * What to do.
 */
change: ConversationChange, };

export type ConversationChange = { "kind": "rename", 
/**
 * The title.
 */
title: string, } | { "kind": "pin", 
/**
 * Whether.
 */
pinned: boolean, } | { "kind": "file", 
/**
 * The folder; `None`: none.
 */
folder: number | null, } | { "kind": "assistant", 
/**
 * The assistant; `None`: nobody in particular.
 */
id: string | null, } | { "kind": "effort", 
/**
 * How long; `None`: as the assistant does.
 */
effort: Effort | null, };

export type DraftRequest = { 
/**
 * In this conversation; `None`: in one that has not begun.
 */
conversation: number | null, 
/**
 * The text so far.
 */
text: string, };

export type FolderChange = { "kind": "add", 
/**
 * Its name.
 */
name: string, } | { "kind": "rename", 
/**
 * Which one.
 */
id: number, 
/**
 * Its name.
 */
name: string, } | { "kind": "remove", 
/**
 * Which one.
 */
id: number, };

export type Hit = { 
/**
 * The conversation.
 */
conversation: number, 
/**
 * Its title.
 */
title: string, 
/**
 * The message; `None`: it is in the title.
 */
message: number | null, 
/**
 * When that was said.
 */
at: number, 
/**
 * The place in pieces, and whether each is what was looked for.
 */
snippet: Array<[string, boolean]>, };

export type ExportRequest = { 
/**
 * These conversations; `None`: all of them.
 */
ids: Array<number> | null, 
/**
 * How.
 */
format: ExportFormat, };

export type ExportFormat = "markdown" | "json" | "page";

export type Exported = { 
/**
 * The file, as it is shown to people.
 */
file: string, 
/**
 * How many conversations are in it.
 */
conversations: number, };

export type Imported = { 
/**
 * How many conversations came.
 */
conversations: number, 
/**
 * How many messages.
 */
messages: number, 
/**
 * How many conversations were here already.
 */
known: number, 
/**
 * How many could not be read.
 */
unreadable: number, };

export type Assistant = { 
/**
 * What it is known by; empty for a new one.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * One sentence about it.
 */
about: string, 
/**
 * What the model is told before every conversation.
 */
instructions: string, 
/**
 * The model; `None`: whichever answers.
 */
model: string | null, 
/**
 * How long it thinks.
 */
effort: Effort, 
/**
 * How freely it chooses its words: 0 always the likeliest; `None`: as the model's maker recommends.
 */
temperature: number | null, 
/**
 * From how much of what is likely it chooses, 0 to 1; `None`: as the model's maker recommends.
 */
top_p: number | null, 
/**
 * Whether it comes with Domicile, and cannot be changed.
 */
built_in: boolean, };

export type SettingsCard = { 
/**
 * The language; `None`: the system's.
 */
language: Language | null, 
/**
 * Light or dark.
 */
theme: Theme, 
/**
 * Size of the text, in hundredths of the usual: 80 to 200.
 */
text_size: number, 
/**
 * Whether Enter sends; otherwise it begins a line, and Control and Enter send.
 */
enter_sends: boolean, 
/**
 * A model that nobody asks anything for so many seconds gives its memory back; `None`: never.
 */
idle_seconds: number | null, 
/**
 * Whether a question goes on by itself on the next device after an accident.
 */
moves_on: boolean, 
/**
 * Most bytes per second of downloads; `None`: as fast as can be.
 */
download_limit: number | null, 
/**
 * Downloads only between these hours, the first and the one at which they are over; `None`: at any time.
 */
download_hours: [number, number] | null, 
/**
 * Downloads over metered connections too.
 */
metered: boolean, 
/**
 * Whether nothing is asked of any other computer.
 */
offline: boolean, 
/**
 * The address of the hub, where it is a mirror.
 */
hub: string | null, 
/**
 * What stands between this computer and others.
 */
proxy: ProxySetting, 
/**
 * Whether there is an access key for the hub.
 */
has_key: boolean, 
/**
 * Where models lie, as it is shown to people.
 */
models_folder: string, 
/**
 * Where conversations and settings lie.
 */
data_folder: string, };

export type Theme = "system" | "light" | "dark";

export type ProxySetting = { "kind": "system" } | { "kind": "none" } | { "kind": "address", 
/**
 * `http://host:port`.
 */
address: string, };

export type SettingChange = { "kind": "language", "value": Language | null } | { "kind": "theme", "value": Theme } | { "kind": "text_size", "value": number } | { "kind": "enter_sends", "value": boolean } | { "kind": "idle_seconds", "value": number | null } | { "kind": "moves_on", "value": boolean } | { "kind": "download_limit", "value": number | null } | { "kind": "download_hours", "value": [number, number] | null } | { "kind": "metered", "value": boolean } | { "kind": "offline", "value": boolean } | { "kind": "hub", "value": string | null } | { "kind": "proxy", "value": ProxySetting } | { "kind": "key", "value": string | null };

export type Visit = { 
/**
 * The other computer.
 */
host: string, 
/**
 * Why.
 */
purpose: VisitPurpose, 
/**
 * The model it was about.
 */
about: string, 
/**
 * When the first of them began, in milliseconds since 1970.
 */
from: number, 
/**
 * When the last of them began.
 */
to: number, 
/**
 * How many connections.
 */
connections: number, 
/**
 * Bytes that came.
 */
received: number, 
/**
 * How many of them brought no answer.
 */
unanswered: number, };

export type VisitPurpose = "model_listing" | "model_file";

export type AboutMe = { 
/**
 * Where it is, as it is shown to people.
 */
folder: string, 
/**
 * How many conversations.
 */
conversations: number, 
/**
 * How many messages.
 */
messages: number, 
/**
 * Bytes of conversations.
 */
bytes: number, 
/**
 * How many earlier copies of them are kept.
 */
backups: number, 
/**
 * Where models are, as it is shown to people.
 */
models_folder: string, 
/**
 * Bytes of models.
 */
models_bytes: number, };

export type EraseRequest = { 
/**
 * Models too, which can be downloaded again.
 */
models: boolean, };

export type ShownFolder = "data" | "models";

export type Problem = { 
/**
 * Which problem.
 */
code: ProblemCode, 
/**
 * What it is about.
 */
facts: Facts, 
/**
 * The same in technical English, for a report.
 */
detail: string, };

export type ProblemCode = "model_not_found" | "model_unsupported" | "model_not_conversational" | "file_missing" | "file_incomplete" | "file_unreadable" | "file_damaged" | "files_contradict" | "file_unwritable" | "recording_invalid" | "context_full" | "question_empty" | "out_of_memory" | "device_unavailable" | "engine_failed" | "engine_crashed" | "stopped_last_time" | "self_test_failed" | "device_unsuited" | "runtime_missing" | "repository_not_found" | "model_gated" | "not_a_model" | "model_exists" | "model_in_use" | "download_wrong" | "model_changed" | "disk_full" | "network_off" | "network_settings" | "hub_unreachable" | "hub_busy" | "hub_nonsense" | "certificate_untrusted" | "key_store" | "folder_exists" | "conversation_not_found" | "conversations_damaged" | "conversations_newer" | "not_an_export" | "system_refused" | "stopped";

export type Facts = { 
/**
 * The file, as it is named in the model's folder.
 */
file?: string, 
/**
 * The model or the kind of model.
 */
model?: string, 
/**
 * The other computer.
 */
host?: string, 
/**
 * What was needed: bytes, or tokens for a full context.
 */
needed?: number, 
/**
 * What there was, in the same unit.
 */
available?: number, };

/** Every command of the window: what it takes, what it answers, what it reports on the way. */
export interface Commands {
  welcome: { request: null; response: Welcome; event: never };
  recommendation: { request: null; response: Recommendation | null; event: never };
  events: { request: null; response: null; event: ProgramEvent };
  ask: { request: AskRequest; response: null; event: ChatEvent };
  stop: { request: StopRequest; response: null; event: never };
  shorten: { request: ShortenRequest; response: Thread; event: TaskProgress };
  conversations: { request: ListRequest; response: ConversationRow[]; event: never };
  conversation: { request: number; response: Thread; event: never };
  show_branch: { request: number; response: Thread; event: never };
  change_conversation: { request: ConversationRequest; response: ConversationRow; event: never };
  delete_conversations: { request: number[]; response: null; event: never };
  undelete_conversations: { request: number[]; response: null; event: never };
  keep_draft: { request: DraftRequest; response: null; event: never };
  search: { request: string; response: Hit[]; event: never };
  folders: { request: null; response: FolderRow[]; event: never };
  change_folders: { request: FolderChange; response: FolderRow[]; event: never };
  export_conversations: { request: ExportRequest; response: Exported | null; event: never };
  import_conversations: { request: null; response: Imported | null; event: never };
  assistants: { request: null; response: Assistant[]; event: never };
  keep_assistant: { request: Assistant; response: Assistant[]; event: never };
  remove_assistant: { request: string; response: Assistant[]; event: never };
  models: { request: null; response: ModelRow[]; event: never };
  use_model: { request: string | null; response: ModelCard; event: never };
  model_task: { request: ModelTask; response: TaskOutcome; event: TaskProgress };
  downloads: { request: null; response: DownloadCard[]; event: never };
  change_downloads: { request: DownloadRequest; response: DownloadCard[]; event: never };
  change_setting: { request: SettingChange; response: SettingsCard; event: never };
  visits: { request: null; response: Visit[]; event: never };
  about_me: { request: null; response: AboutMe; event: never };
  erase_everything: { request: EraseRequest; response: null; event: never };
  show_folder: { request: ShownFolder; response: null; event: never };
  open_link: { request: string; response: null; event: never };
}

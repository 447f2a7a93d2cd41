// Made by `cargo xtask bindings` from crates/app/src/wire.rs. Not to be edited.

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
model: ModelCard, };

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

export type Effort = "low" | "medium" | "high";

export type AskRequest = { 
/**
 * Where.
 */
route: Route, 
/**
 * A number by which this turn can be stopped.
 */
turn: number, 
/**
 * What the person typed.
 */
text: string, 
/**
 * How long to think.
 */
effort: Effort, };

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

export type ChatEvent = { "kind": "waiting" } | { "kind": "loading", 
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
tokens: number, };

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

export type ProblemCode = "model_not_found" | "model_unsupported" | "model_not_conversational" | "file_missing" | "file_incomplete" | "file_unreadable" | "file_damaged" | "files_contradict" | "file_unwritable" | "recording_invalid" | "context_full" | "question_empty" | "out_of_memory" | "device_unavailable" | "engine_failed" | "engine_crashed" | "stopped_last_time" | "self_test_failed" | "repository_not_found" | "model_gated" | "not_a_model" | "model_exists" | "model_in_use" | "download_wrong" | "model_changed" | "disk_full" | "network_off" | "network_settings" | "hub_unreachable" | "hub_busy" | "hub_nonsense" | "certificate_untrusted" | "key_store" | "stopped";

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
  prospect: { request: null; response: Prospect | null; event: never };
  ask: { request: AskRequest; response: null; event: ChatEvent };
  stop: { request: StopRequest; response: null; event: never };
  new_conversation: { request: null; response: null; event: never };
}

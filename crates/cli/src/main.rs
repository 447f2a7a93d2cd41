//! `domicile`: what the window does, from a terminal.

mod bench;
mod chat;
mod choose;
mod engines;
mod hardware;
mod inspect;
mod models;
mod network;
mod output;
mod terminal;
mod text;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// An AI of your own, at home.
#[derive(Parser)]
#[command(name = "domicile", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Talk to a model
    Chat(chat::Chat),
    /// Show what a model expects after each token
    Inspect(inspect::Inspect),
    /// Measure how fast a model is on this computer
    Bench(bench::Bench),
    /// Show what this computer has
    Hardware(hardware::Hardware),
    /// Say how a model would run on this computer, or on one that was recorded
    Choose(choose::Choose),
    /// Download models, check, move and remove them
    Models(models::Models),
    /// Show what went over the network, or switch it off
    Network(network::Network),
}

fn main() -> ExitCode {
    if engines::served() {
        return ExitCode::SUCCESS;
    }
    let (json, outcome) = match Arguments::parse().command {
        Command::Chat(chat) => (chat.json, chat.run()),
        Command::Inspect(inspect) => (inspect.json, inspect.run()),
        Command::Bench(bench) => (bench.json, bench.run()),
        Command::Hardware(hardware) => (hardware.json, hardware.run()),
        Command::Choose(choose) => (choose.json, choose.run()),
        Command::Models(models) => (models.json, models.run()),
        Command::Network(network) => (network.json, network.run()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            output::report(&problem, json);
            ExitCode::FAILURE
        }
    }
}

//! `domicile inspect`.

use std::ops::ControlFlow;

use app::Problem;
use clap::{Args, value_parser};
use engine::{Alternative, LoadOptions, Precision, Tokenizer, likeliest};
use serde::Serialize;

use crate::{engines, output};

#[derive(Args)]
pub(crate) struct Inspect {
    /// A model's name or folder; without it, the guide
    #[arg(long)]
    model: Option<String>,
    #[command(flatten)]
    input: Input,
    /// How many of the likeliest next tokens to show
    #[arg(long, default_value = "5", value_parser = value_parser!(u32).range(1..=100_000))]
    top: u32,
    /// float32 activations; what an ONNX graph computes in half precision stays so
    #[arg(long)]
    exact: bool,
    /// One JSON object for each position
    #[arg(long)]
    pub(crate) json: bool,
}

/// One of the two.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Input {
    /// Token ids, separated by commas
    #[arg(long, value_delimiter = ',')]
    tokens: Option<Vec<u32>>,
    /// A text
    #[arg(long)]
    text: Option<String>,
}

/// What the model expects after the token at one position.
#[derive(Serialize)]
struct Position {
    position: usize,
    token: u32,
    text: String,
    top: Vec<Candidate>,
}

#[derive(Serialize)]
struct Candidate {
    token: u32,
    text: String,
    logprob: f32,
}

/// Positions computed at a time, so that the logits of a long text do not fill the memory.
const ROWS: usize = 64;

impl Inspect {
    pub(crate) fn run(&self) -> Result<(), Problem> {
        let (files, _) = engines::model(self.model.as_deref())?;
        let precision = if self.exact { Precision::Exact } else { Precision::Fast };
        let options = LoadOptions { precision, ..LoadOptions::default() };
        let model = engines::engine(engines::for_files(&files))
            .load(&files, &options, &mut |_| ControlFlow::Continue(()))?;
        let tokenizer = Tokenizer::load(&files, model.info().vocab)?;
        let tokens = match (&self.input.tokens, &self.input.text) {
            (Some(tokens), _) => tokens.clone(),
            (None, text) => tokenizer.encode(text.as_deref().unwrap_or_default())?,
        };
        let mut session = model.session(None)?;
        // Checked as a whole before the first part is computed and shown.
        engine::check_tokens(&tokens, model.info().vocab, session.context())?;
        for from in (0..tokens.len()).step_by(ROWS) {
            let to = tokens.len().min(from + ROWS);
            let rows = session.logits(&tokens[..to], from)?;
            for (position, row) in (from..to).zip(rows) {
                let top = likeliest(&row, self.top as usize);
                self.print(&Position::new(&tokenizer, position, tokens[position], &top));
            }
        }
        Ok(())
    }

    fn print(&self, position: &Position) {
        if self.json {
            return output::print_json(position);
        }
        let candidate = |c: &Candidate| format!("{:?} {:.1} %", c.text, 100.0 * c.logprob.exp());
        let top: Vec<String> = position.top.iter().map(candidate).collect();
        output::print(&format!("{:5}  {:?}  →  {}\n", position.position, position.text, top.join(", ")));
    }
}

impl Position {
    fn new(tokenizer: &Tokenizer, position: usize, token: u32, top: &[Alternative]) -> Self {
        let name = |token| tokenizer.name(token);
        let candidate =
            |a: &Alternative| Candidate { token: a.token, text: name(a.token), logprob: a.logprob };
        Self { position, token, text: name(token), top: top.iter().map(candidate).collect() }
    }
}

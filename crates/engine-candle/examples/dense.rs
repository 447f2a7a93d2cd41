//! `cargo run --release -p engine-candle --features bench --example dense -- FILE.gguf`: how fast candle's own quantised
//! Llama reads 512 tokens and writes 64, for `cargo xtask compare`. Tokens per second as a JSON object.

#![expect(clippy::print_stdout, reason = "figures are what is asked for")]

use std::error::Error;
use std::fs::File;
use std::time::Instant;

use candle_core::quantized::gguf_file::Content;
use candle_core::{Device, Tensor};
use candle_transformers::models::quantized_llama::ModelWeights;

const PROMPT: usize = 512;
const NEW: usize = 64;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("the path of a GGUF file is missing")?;
    let mut file = File::open(path)?;
    let content = Content::read(&mut file)?;
    let mut model = ModelWeights::from_gguf(content, &mut file, &Device::Cpu)?;

    let prompt: Vec<u32> = (0..PROMPT as u32).map(|i| i * 7919 % 100_000).collect();
    let start = Instant::now();
    let mut token = likeliest(&model.forward(&tokens(&prompt)?, 0)?)?;
    let prefill = PROMPT as f64 / start.elapsed().as_secs_f64();

    let start = Instant::now();
    for position in PROMPT..PROMPT + NEW {
        token = likeliest(&model.forward(&tokens(&[token])?, position)?)?;
    }
    let decode = NEW as f64 / start.elapsed().as_secs_f64();
    println!("{{\"prefill_tok_s\": {prefill:.2}, \"decode_tok_s\": {decode:.2}}}");
    Ok(())
}

/// [1, tokens]
fn tokens(tokens: &[u32]) -> candle_core::Result<Tensor> {
    Tensor::new(tokens, &Device::Cpu)?.unsqueeze(0)
}

fn likeliest(logits: &Tensor) -> candle_core::Result<u32> {
    logits.flatten_all()?.argmax(0)?.to_scalar()
}

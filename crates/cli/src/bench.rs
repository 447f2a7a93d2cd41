//! `domicile bench`.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use app::choose::{Device, Place};
use app::{DataFolder, Language, Problem, computer, is_partly_on_processor, models};
use clap::{Args, ValueEnum, value_parser};
use engine::{Control, Event, Generation, LoadOptions, Model, Placement, Sampling, Tokenizer};
use serde::Serialize;

use crate::{engines, output, text};

#[derive(Args)]
pub(crate) struct Bench {
    /// A model's name or folder; without it, the guide
    #[arg(long)]
    model: Option<String>,
    /// The engine to measure; without it, the one for the model's files
    #[arg(long, value_enum)]
    engine: Option<EngineArgument>,
    /// What to compute on
    #[arg(long, value_enum, default_value = "cpu")]
    device: DeviceArgument,
    /// Threads; without it, as many as the engine takes for itself
    #[arg(long, value_parser = value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Tokens read
    #[arg(long, default_value = "128", value_parser = value_parser!(u32).range(2..))]
    prompt_tokens: u32,
    /// Tokens written
    #[arg(long, default_value = "32", value_parser = value_parser!(u32).range(2..))]
    new_tokens: u32,
    /// How often; the median counts
    #[arg(long, default_value = "3", value_parser = value_parser!(u32).range(1..=1000))]
    runs: u32,
    /// Run the engine in this process, to see what a process of its own costs
    #[arg(long)]
    same_process: bool,
    /// One JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum EngineArgument {
    Candle,
    Onnx,
}

#[derive(Clone, Copy, ValueEnum)]
enum DeviceArgument {
    Cpu,
    /// A card through WebGPU
    Webgpu,
    /// The first card of Windows, through DirectML
    Dml,
    /// The first card of NVIDIA
    Cuda,
}

impl From<DeviceArgument> for engine::Device {
    fn from(device: DeviceArgument) -> Self {
        match device {
            DeviceArgument::Cpu => Self::Cpu,
            DeviceArgument::Webgpu => Self::WebGpu { low_power: false },
            DeviceArgument::Dml => Self::DirectMl(0),
            DeviceArgument::Cuda => Self::Cuda(0),
        }
    }
}

/// The figures. Times in seconds; speeds in tokens a second, medians over the runs.
#[derive(Serialize)]
struct Figures {
    load_s: f64,
    prefill_tok_s: f64,
    decode_tok_s: f64,
    /// Most memory that was resident at once, mapped files included; `None` where the system does not say.
    peak_rss_bytes: Option<u64>,
    engine: &'static str,
    device: engine::Device,
    threads: usize,
    /// Which parts are computed by what, where the engine divides a model.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    placement: Vec<Placement>,
    #[serde(skip)]
    partly_on_processor: bool,
    /// Why a prompt is read one token at a time, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    one_by_one: Option<String>,
}

impl Bench {
    pub(crate) fn run(&self) -> Result<(), Problem> {
        let (files, _) = engines::model(self.model.as_deref())?;
        let name = match self.engine {
            Some(EngineArgument::Candle) => engines::CANDLE,
            Some(EngineArgument::Onnx) => engines::ONNX,
            None => engines::for_files(&files),
        };
        let engine =
            if self.same_process { engines::engine(name) } else { engines::engine_in_process(name)? };
        let device = self.device.into();
        let options =
            LoadOptions { device, threads: self.threads.map(usize::from), ..LoadOptions::default() };
        let start = Instant::now();
        // Until text can be made into tokens nothing can be asked.
        let tokenizer = Tokenizer::begin(&files);
        let model = engine.load(&files, &options, &mut |_| ControlFlow::Continue(()))?;
        tokenizer.wait(model.info().vocab)?;
        let load_s = start.elapsed().as_secs_f64();
        let shape = models::shape_of(&files);
        let runs = (0..self.runs).map(|run| self.measure(&*model, run)).collect::<Result<Vec<_>, _>>()?;
        let info = model.info().clone();
        // The memory of a process is known when it has ended.
        drop(model);
        let decode_tok_s = median(runs.iter().map(|(_, decode)| *decode));
        // Which of several cards it was is not known here.
        if let (Ok(shape), engine::Device::Cpu) = (shape, device) {
            let place =
                Place { engine: engine.name().to_owned(), device: Device::Cpu, gpu: None, driver: None };
            let data = DataFolder::of_this_computer();
            computer::remember(&data, &place, shape.bytes_per_token(), decode_tok_s);
        }
        self.print(&Figures {
            load_s,
            prefill_tok_s: median(runs.iter().map(|(prefill, _)| *prefill)),
            decode_tok_s,
            peak_rss_bytes: peak_rss(),
            engine: engine.name(),
            device: info.device,
            threads: info.threads,
            partly_on_processor: is_partly_on_processor(&info),
            placement: info.placement,
            one_by_one: info.one_by_one,
        });
        Ok(())
    }

    /// Tokens a second, of reading and of writing.
    fn measure(&self, model: &dyn Model, run: u32) -> Result<(f64, f64), Problem> {
        let tokens: Vec<u32> = (0..self.prompt_tokens)
            .map(|i| ((u64::from(i) + 1) * 7919 % model.info().vocab as u64) as u32)
            .collect();
        let generation = Generation {
            sampling: Sampling { seed: Some(u64::from(run)), ..Sampling::default() },
            stop_tokens: Vec::new(),
            max_tokens: Some(self.new_tokens as usize),
            alternatives: 0,
            lockstep: false,
        };
        let start = Instant::now();
        let mut times = Vec::new();
        model.session(None)?.generate(&tokens, &generation, &mut |event| {
            if let Event::Step(_) = event {
                times.push(start.elapsed());
            }
            Control::Continue
        })?;
        let (Some(first), Some(last)) = (times.first(), times.last()) else {
            return Ok((f64::NAN, f64::NAN));
        };
        let speed = |count: usize, time: Duration| count as f64 / time.as_secs_f64();
        Ok((speed(tokens.len(), *first), speed(times.len() - 1, *last - *first)))
    }

    fn print(&self, figures: &Figures) {
        if self.json {
            return output::print_json(figures);
        }
        let memory =
            figures.peak_rss_bytes.map_or("?".to_owned(), |bytes| format!("{:.2} GB", bytes as f64 / 1e9));
        let partly = match figures.partly_on_processor {
            true => format!(" ({})", text::partly_on_processor(Language::of_system())),
            false => String::new(),
        };
        output::print(&format!(
            "{} on {:?}{partly}, {} threads: loaded in {:.2} s, reads {:.1} tokens/s, writes {:.1} tokens/s, {memory} of memory\n",
            figures.engine,
            figures.device,
            figures.threads,
            figures.load_s,
            figures.prefill_tok_s,
            figures.decode_tok_s,
        ));
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The most of this process and of those that it had started and that have ended.
#[cfg(unix)]
fn peak_rss() -> Option<u64> {
    [libc::RUSAGE_SELF, libc::RUSAGE_CHILDREN].into_iter().map(peak_of).max().flatten()
}

#[cfg(unix)]
fn peak_of(whose: libc::c_int) -> Option<u64> {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: the call fills the structure where it returns 0.
    let usage = unsafe {
        match libc::getrusage(whose, usage.as_mut_ptr()) {
            0 => usage.assume_init(),
            _ => return None,
        }
    };
    // macOS counts bytes, the others kibibytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    u64::try_from(usage.ru_maxrss).ok().map(|count| count * unit)
}

#[cfg(not(unix))]
fn peak_rss() -> Option<u64> {
    None
}

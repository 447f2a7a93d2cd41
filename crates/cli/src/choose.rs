//! `domicile choose`.

use std::path::PathBuf;

use app::choose::{self, Choice, Device, Experience, Fit, Obstacle};
use app::{Language, Problem, computer, models};
use clap::Args;

use crate::text::{amount, choose as words};
use crate::{engines, output};

#[derive(Args)]
pub(crate) struct Choose {
    /// A model's name or folder
    model: String,
    /// A computer that was recorded, instead of this one
    #[arg(long, value_name = "FILE")]
    hardware: Option<PathBuf>,
    /// Tokens of the conversation to make room for
    #[arg(long, default_value = "8192", value_parser = clap::value_parser!(u64).range(1..=1_048_576))]
    context: u64,
    /// One JSON object for each way, the best first
    #[arg(long)]
    pub(crate) json: bool,
}

impl Choose {
    pub(crate) fn run(&self) -> Result<(), Problem> {
        let candidate = models::candidate(&self.model)?;
        let (computer, experience) = match &self.hardware {
            Some(file) => (computer::interpret(&computer::load(file)?), Experience::default()),
            None => {
                let computer = computer::interpret(&computer::read());
                let experience = computer::experience(&computer);
                (computer, experience)
            }
        };
        for choice in choose::choose(&computer, &candidate, &engines::support(), &experience, self.context) {
            if self.json {
                output::print_json(&choice);
            } else {
                output::print(&(described(&choice, Language::of_system()) + "\n"));
            }
        }
        Ok(())
    }
}

/// A way to run the model, in a sentence.
fn described(choice: &Choice, language: Language) -> String {
    let words = words(language);
    let place = match choice.device {
        Device::Cpu => words.on_processor,
        _ => words.on_card,
    };
    let mark = if choice.offered { "✓" } else { "–" };
    let name = choice.name.as_deref().unwrap_or("?");
    let engine = match choice.device {
        Device::Cpu if choice.engine == engines::ONNX => " (ONNX Runtime)".to_owned(),
        Device::Cpu => String::new(),
        Device::Cuda => " (CUDA)".to_owned(),
        Device::Metal => " (Metal)".to_owned(),
        Device::WebGpu => " (WebGPU)".to_owned(),
        Device::DirectMl => " (DirectML)".to_owned(),
    };
    let mut sentence = format!("{mark} {place} {name}{engine}{}{}", words.colon, fit(choice, language));
    if let Some(speed) = choice.speed {
        let (low, high) = speed.words();
        sentence += &format!(
            "{} {} {} {} {} {}",
            words.semicolon,
            words.about,
            number(low, language),
            words.to,
            number(high, language),
            words.words_a_second
        );
    }
    match &choice.obstacle {
        Some(Obstacle::NotInThisVersion) => sentence += &format!(" ({})", words.not_in_this_version),
        Some(Obstacle::CardTooOld) => sentence += &format!(" ({})", words.card_too_old),
        Some(Obstacle::ComputedWrongly { reason }) => {
            sentence += &format!(" ({}{}{reason})", words.computed_wrongly, words.colon);
        }
        Some(Obstacle::SelfTestFailed { reason }) => {
            sentence += &format!(" ({}{}{reason})", words.self_test_failed, words.colon);
        }
        None => {}
    }
    sentence
}

fn fit(choice: &Choice, language: Language) -> String {
    let words = words(language);
    let needed = amount(choice.needed.total(), language);
    match choice.fit {
        Fit::Fits => format!("{} ({needed})", words.fits),
        Fit::AfterClosing { to_free } => {
            format!("{} {} {}", words.after_closing, amount(to_free, language), words.given_back)
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Fit::FromDisk { share } => {
            format!("{} {}\u{a0}% {}", words.from_disk, (share * 100.0).round() as u32, words.of_the_model)
        }
        Fit::TooLarge { missing } => format!("{} {}", words.too_large, amount(missing, language)),
        Fit::Unknown => words.unknown.to_owned(),
    }
}

/// Whole words from three on; nobody reads tenths beyond.
fn number(words: f64, language: Language) -> String {
    match language {
        _ if words >= 2.95 => format!("{words:.0}"),
        Language::Fr => format!("{words:.1}").replace('.', ","),
        Language::En => format!("{words:.1}"),
    }
}

#[cfg(test)]
mod tests {
    use super::described;
    use crate::engines::support;
    use app::Language;
    use app::choose::{Experience, choose};
    use app::computer::{Recording, interpret};

    #[test]
    fn a_computer_without_a_card_is_told_what_closing_programs_brings() {
        let text = include_str!("../../hardware/recordings/windows-16gb-no-gpu.json");
        let computer = interpret(&Recording::parse(text).unwrap());
        let candidate = app::models::candidate("gpt-oss-20b").unwrap();
        let best = &choose(&computer, &candidate, &support(), &Experience::default(), 8192)[0];
        let french = described(best, Language::Fr);
        assert!(french.starts_with("✓ sur le processeur"), "{french}");
        assert!(french.contains("une fois d’autres programmes fermés"), "{french}");
        assert!(french.contains("mots par seconde"), "{french}");
        assert!(french.contains("environ 0,"), "{french}");
        let english = described(best, Language::En);
        assert!(english.contains("about 0.") && english.contains("words a second"), "{english}");
    }
}

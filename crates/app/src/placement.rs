//! Where the parts of a loaded model are computed.

use engine::{Device, ModelInfo};

/// ONNX Runtime's name for the processor.
const PROCESSOR: &str = "CPUExecutionProvider";
/// Where the time of a model goes; what else is left to the processor is shapes and counting.
const HEAVY: [&str; 4] = ["MatMul", "QMoE", "MoE", "GroupQueryAttention"];

/// Whether a model that was meant for another device is computed on the processor in part, which makes it slow.
#[must_use]
pub fn is_partly_on_processor(model: &ModelInfo) -> bool {
    let heavy = |operator: &str| HEAVY.iter().any(|heavy| operator.starts_with(heavy));
    model.device != Device::Cpu
        && model
            .placement
            .iter()
            .filter(|placement| placement.provider == PROCESSOR)
            .any(|placement| placement.operators.iter().any(|(operator, _)| heavy(operator)))
}

#[cfg(test)]
mod tests {
    use super::is_partly_on_processor;
    use engine::{Device, ModelInfo, Placement, Sampling};

    fn model(device: Device, on_processor: &str) -> ModelInfo {
        let placement = |provider: &str, operator: &str| Placement {
            provider: provider.to_owned(),
            operators: vec![(operator.to_owned(), 1)],
        };
        ModelInfo {
            architecture: String::new(),
            layers: 1,
            vocab: 1,
            context: 1,
            stop_tokens: Vec::new(),
            sampling: Sampling::default(),
            past_turns: None,
            past_answers: true,
            weight_bytes: 0,
            threads: 1,
            device,
            placement: vec![
                placement("WebGpuExecutionProvider", "MatMulNBits"),
                placement("CPUExecutionProvider", on_processor),
            ],
            one_by_one: None,
        }
    }

    #[test]
    fn shapes_on_the_processor_are_nothing_to_speak_of_and_matrices_are() {
        let card = Device::WebGpu { low_power: false };
        assert!(!is_partly_on_processor(&model(card, "Shape")));
        for heavy in ["MatMul", "MatMulNBits", "QMoE", "MoE", "GroupQueryAttention"] {
            assert!(is_partly_on_processor(&model(card, heavy)), "{heavy}");
            assert!(!is_partly_on_processor(&model(Device::Cpu, heavy)), "{heavy}");
        }
    }
}

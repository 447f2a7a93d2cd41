//! Small models by ONNX Runtime GenAI's own builder (`tests/onnx/make.py`), run by this engine: the contract, what
//! transformers computes on the same checkpoints, and what ONNX Runtime GenAI says to the same prompts.

mod bad;
mod given;
mod processor;
mod webgpu;

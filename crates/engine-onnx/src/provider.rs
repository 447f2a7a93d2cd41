//! Which of ONNX Runtime's execution providers computes, and how it is set up.

use engine::{Device, EngineError, Result};
use ort::environment::Environment;
use ort::ep::{self, ArbitrarilyConfigurableExecutionProvider as _, ExecutionProviderDispatch};
use ort::memory::{AllocationDevice, AllocatorType, MemoryInfo, MemoryType};
use ort::session::Session;
use ort::session::builder::{GraphOptimizationLevel, SessionBuilder};

use crate::backend;

/// An execution provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Provider {
    Cpu,
    WebGpu { low_power: bool },
    DirectMl(usize),
    Cuda(usize),
}

impl Provider {
    pub(crate) fn of(device: Device) -> Result<Self> {
        match device {
            Device::Cpu => Ok(Self::Cpu),
            Device::WebGpu { low_power } => Ok(Self::WebGpu { low_power }),
            Device::DirectMl(index) => Ok(Self::DirectMl(index)),
            Device::Cuda(index) => Ok(Self::Cuda(index)),
            Device::Metal => Err(EngineError::DeviceUnavailable { device }),
        }
    }

    /// As ONNX Runtime calls it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Cpu => "CPUExecutionProvider",
            Self::WebGpu { .. } => "WebGpuExecutionProvider",
            Self::DirectMl(_) => "DmlExecutionProvider",
            Self::Cuda(_) => "CUDAExecutionProvider",
        }
    }

    /// Where its tensors are; `None`: in the computer's memory.
    pub(crate) fn memory(self) -> Result<Option<MemoryInfo<'static>>> {
        let (device, index) = match self {
            Self::Cpu => return Ok(None),
            Self::WebGpu { .. } => (AllocationDevice::WEBGPU_BUFFER, 0),
            Self::DirectMl(index) => (AllocationDevice::DIRECTML, index),
            Self::Cuda(index) => (AllocationDevice::CUDA, index),
        };
        MemoryInfo::new(device, index as i32, AllocatorType::Device, MemoryType::Default)
            .map(Some)
            .map_err(backend)
    }

    /// A session builder for this provider. One that cannot be had is an error: ONNX Runtime alone would say nothing
    /// and compute on the processor.
    pub(crate) fn builder(self, environment: &Environment, threads: usize) -> Result<SessionBuilder> {
        let build = || -> ort::Result<SessionBuilder> {
            let mut builder = Session::builder(environment)?
                .with_optimization_level(GraphOptimizationLevel::All)?
                .with_intra_threads(threads)?
                .with_config_entry("session.record_ep_graph_assignment_info", "1")?;
            if matches!(self, Self::DirectMl(_)) {
                // What DirectML asks for.
                builder = builder.with_memory_pattern(false)?.with_parallel_execution(false)?;
            }
            Ok(match self.dispatch() {
                Some(dispatch) => builder.with_execution_providers([dispatch.error_on_failure()])?,
                None => builder,
            })
        };
        build().map_err(|error| EngineError::ProviderRefused {
            provider: self.name().to_owned(),
            detail: error.to_string(),
        })
    }

    fn dispatch(self) -> Option<ExecutionProviderDispatch> {
        match self {
            Self::Cpu => None,
            Self::WebGpu { low_power } => {
                let preference = if low_power { "low-power" } else { "high-performance" };
                Some(ep::WebGPU::default().with_arbitrary_config("powerPreference", preference).build())
            }
            Self::DirectMl(index) => Some(ep::DirectML::default().with_device_id(index as i32).build()),
            Self::Cuda(index) => Some(ep::CUDA::default().with_device_id(index as i32).build()),
        }
    }
}

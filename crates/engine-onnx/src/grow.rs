//! Larger tensors on a device, with what the smaller ones held: nothing of a cache travels through the computer's memory.

use engine::Result;
use ort::environment::Environment;
use ort::session::{IoBinding, Session};
use ort::value::{DynTensor, Tensor, TensorElementType};

use crate::backend;
use crate::graph::{Named, Node, of_one};
use crate::provider::Provider;

/// Copies caches on a device.
pub(crate) struct Grow {
    session: Session,
    binding: IoBinding,
}

impl Grow {
    /// For tensors of this element type.
    ///
    /// # Errors
    /// The provider cannot do it.
    pub(crate) fn new(
        environment: &Environment,
        provider: Provider,
        element: TensorElementType,
    ) -> Result<Self> {
        // TensorProto.DataType.
        let element = if element == TensorElementType::Float16 { 10 } else { 1 };
        let node = Node {
            op_type: "Pad".to_owned(),
            input: ["cache", "pads"].map(str::to_owned).to_vec(),
            output: vec!["grown".to_owned()],
            ..Node::default()
        };
        let inputs = vec![Named::tensor("cache", element), Named::tensor("pads", 7)];
        let graph = of_one(node, inputs, vec![Named::tensor("grown", element)]);
        let session = provider.builder(environment, 1)?.commit_from_memory(&graph).map_err(backend)?;
        let binding = session.create_binding().map_err(backend)?;
        Ok(Self { session, binding })
    }

    /// Fills `to`, which has room for `more` tokens more than `from`.
    pub(crate) fn copy(&mut self, from: &DynTensor, to: &mut DynTensor, more: usize) -> Result<()> {
        let mut pads = vec![0i64; 8];
        // At the end of the third dimension.
        pads[6] = more as i64;
        let pads = Tensor::from_array(([8usize], pads)).map_err(backend)?;
        self.binding.bind_input("cache", from).map_err(backend)?;
        self.binding.bind_input("pads", &pads).map_err(backend)?;
        self.binding.bind_output("grown", to).map_err(backend)?;
        self.session.run_binding(&self.binding).map_err(backend)?;
        self.binding.clear();
        Ok(())
    }
}

//! Several tokens at once are another path through a provider than one alone, and it is there that they are wrong without
//! saying so: experts that lose tokens, attention that mixes up the lanes of a card. So the attention and the experts of
//! a model are computed alone, with its own attributes, on the device and on the processor, before it is trusted.

use std::collections::BTreeMap;

use engine::Result;
use half::f16;
use ort::environment::Environment;
use ort::memory::Allocator;
use ort::session::Session;
use ort::value::{DynValue, Tensor, TensorElementType};

use crate::backend;
use crate::genai::Config;
use crate::graph::{Graph, Named, Node, of_one};
use crate::provider::Provider;

/// Tokens at once: more than a workgroup of any card takes.
const TOKENS: usize = 80;
/// What is wrong is so by chance: it is asked as often.
const TIMES: usize = 3;
/// How far a row may be from the processor's, of its length: half precision and int8 activations stay below.
const TOLERANCE: f64 = 0.05;

/// Widest attention that is taken for one: a graph can name any number of heads.
const WIDEST: usize = 1 << 17;

// TensorProto.DataType.
const FLOAT: i32 = 1;
const UINT8: i32 = 2;
const INT32: i32 = 6;
const FLOAT16: i32 = 10;

/// Why several tokens at once cannot be trusted on this provider; `None`: they can.
///
/// # Errors
/// The processor does not compute it either.
pub(crate) fn of_several_tokens(
    environment: &Environment,
    provider: Provider,
    graph: &Graph,
    config: &Config,
    element: TensorElementType,
) -> Result<Option<String>> {
    let mut asked: Vec<Vec<u8>> = Vec::new();
    for node in &graph.node {
        let question = match node.op_type.as_str() {
            "GroupQueryAttention" => attention(node, graph, config, element),
            "QMoE" => experts(node, element),
            _ => continue,
        };
        let Some(question) = question else {
            return Ok(Some(format!("{} is of a kind that is not known", node.op_type)));
        };
        // Layers are alike but for their windows.
        if asked.contains(&question.graph) {
            continue;
        }
        let known = question.answer(environment, Provider::Cpu)?;
        for _ in 0..TIMES {
            let furthest = furthest(&question.answer(environment, provider)?, &known, question.width);
            if furthest.is_nan() || furthest > TOLERANCE {
                let percent = 100.0 * furthest;
                return Ok(Some(format!("{} of several tokens is wrong by {percent:.0} %", node.op_type)));
            }
        }
        asked.push(question.graph);
    }
    Ok(None)
}

/// How far the furthest row is from the known one, of its length.
fn furthest(said: &[f32], known: &[f32], width: usize) -> f64 {
    if said.len() != known.len() {
        return f64::NAN;
    }
    let square = |value: f32| f64::from(value) * f64::from(value);
    let row = |(said, known): (&[f32], &[f32])| {
        let off: f64 = said.iter().zip(known).map(|(a, b)| square(a - b)).sum();
        (off / known.iter().map(|&value| square(value)).sum::<f64>()).sqrt()
    };
    said.chunks(width)
        .zip(known.chunks(width))
        .map(row)
        .fold(0.0, |most, row| if row <= most { most } else { row })
}

/// A node by itself, with what it is given.
struct Question {
    graph: Vec<u8>,
    given: BTreeMap<String, Given>,
    /// Values of a row of the answer.
    width: usize,
}

/// Values for an input, by its type.
struct Given {
    element: i32,
    shape: Vec<usize>,
    values: Vec<f32>,
}

impl Question {
    /// The first output is asked for; inputs that the node has are given in their order.
    fn new(node: &Node, inputs: Vec<(usize, Given)>, outputs: usize, element: i32, width: usize) -> Self {
        let name = |at: usize| format!("input.{at}");
        let mut alone = Node {
            op_type: node.op_type.clone(),
            domain: node.domain.clone(),
            attribute: node.attribute.clone(),
            output: (0..outputs).map(|at| format!("output.{at}")).collect(),
            ..Node::default()
        };
        let last = inputs.iter().map(|(at, _)| *at).max().unwrap_or(0);
        alone.input = vec![String::new(); last + 1];
        for (at, _) in &inputs {
            alone.input[*at] = name(*at);
        }
        let named = inputs.iter().map(|(at, given)| Named::tensor(&name(*at), given.element)).collect();
        let outputs = alone.output.iter().map(|output| Named::tensor(output, element)).collect();
        let given = inputs.into_iter().map(|(at, given)| (name(at), given)).collect();
        Self { graph: of_one(alone, named, outputs), given, width }
    }

    fn answer(&self, environment: &Environment, provider: Provider) -> Result<Vec<f32>> {
        let mut session: Session =
            provider.builder(environment, 1)?.commit_from_memory(&self.graph).map_err(backend)?;
        let given: ort::Result<Vec<(&str, DynValue)>> =
            self.given.iter().map(|(name, given)| Ok((name.as_str(), given.tensor()?))).collect();
        let outputs = session.run(given.map_err(backend)?).map_err(backend)?;
        let answer = &outputs["output.0"];
        if let Ok((_, values)) = answer.try_extract_tensor::<f32>() {
            return Ok(values.to_vec());
        }
        let (_, values) = answer.try_extract_tensor::<f16>().map_err(backend)?;
        Ok(values.iter().map(|value| value.to_f32()).collect())
    }
}

impl Given {
    fn tensor(&self) -> ort::Result<DynValue> {
        let shape = self.shape.clone();
        let values = || self.values.iter();
        if self.values.is_empty() {
            let element =
                if self.element == FLOAT16 { TensorElementType::Float16 } else { TensorElementType::Float32 };
            return Ok(ort::value::DynTensor::new(&Allocator::default(), element, shape)?.into_dyn());
        }
        Ok(match self.element {
            FLOAT16 => Tensor::from_array((shape, values().map(|&v| f16::from_f32(v)).collect::<Vec<_>>()))?
                .into_dyn(),
            INT32 => Tensor::from_array((shape, values().map(|&v| v as i32).collect::<Vec<_>>()))?.into_dyn(),
            UINT8 => Tensor::from_array((shape, values().map(|&v| v as u8).collect::<Vec<_>>()))?.into_dyn(),
            _ => Tensor::from_array((shape, self.values.clone()))?.into_dyn(),
        })
    }
}

const fn number_of(element: TensorElementType) -> i32 {
    if matches!(element, TensorElementType::Float16) { FLOAT16 } else { FLOAT }
}

/// Numbers between -1 and 1 that are the same each time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f32 {
        // Steele et al. 2014, SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 40) as f32 / (1 << 23) as f32 - 1.0
    }

    fn given(&mut self, element: i32, shape: &[usize], scale: f32) -> Given {
        let count = shape.iter().product();
        let values =
            (0..count)
                .map(|_| {
                    if element == UINT8 { (self.next() * 127.0 + 128.0).floor() } else { self.next() * scale }
                })
                .collect();
        Given { element, shape: shape.to_vec(), values }
    }
}

/// com.microsoft.GroupQueryAttention at the beginning of a sequence.
fn attention(node: &Node, graph: &Graph, config: &Config, element: TensorElementType) -> Option<Question> {
    let count = |name: &str| node.int(name).and_then(|count| usize::try_from(count).ok());
    let (heads, kv_heads) = (count("num_heads")?, count("kv_num_heads")?);
    let (size, kind) = (config.head_size, number_of(element));
    if heads.max(kv_heads).saturating_mul(size) > WIDEST {
        return None;
    }
    let packed = !node.has_input(1);
    let mut numbers = Numbers(1);
    let mut inputs = Vec::new();
    for at in (0..node.input.len()).filter(|&at| node.has_input(at)) {
        let given = match at {
            0 => {
                let heads = if packed { heads + 2 * kv_heads } else { heads };
                numbers.given(kind, &[1, TOKENS, heads * size], 2.0)
            }
            1 | 2 => numbers.given(kind, &[1, TOKENS, kv_heads * size], 2.0),
            3 | 4 => Given { element: kind, shape: vec![1, kv_heads, 0, size], values: Vec::new() },
            5 => Given { element: INT32, shape: vec![1], values: vec![(TOKENS - 1) as f32] },
            6 => Given { element: INT32, shape: vec![1], values: vec![TOKENS as f32] },
            // Cosines and sines: half of what is rotated.
            7 | 8 => {
                let stored = graph.initializer.iter().find(|tensor| tensor.name == node.input[at]);
                let half = stored.and_then(|tensor| usize::try_from(*tensor.dims.get(1)?).ok());
                numbers.given(kind, &[TOKENS, half.unwrap_or(size / 2)], 1.0)
            }
            11 => numbers.given(kind, &[heads], 1.0),
            // Norms that the processor has not; attention is the same without.
            14 | 15 => continue,
            _ => return None,
        };
        inputs.push((at, given));
    }
    Some(Question::new(node, inputs, 3, kind, heads * size))
}

/// com.microsoft.QMoE with experts that are small, and as many.
fn experts(node: &Node, element: TensorElementType) -> Option<Question> {
    const EXPERTS: usize = 8;
    const HIDDEN: usize = 128;
    const INNER: usize = 64;
    let count = |name: &str| node.int(name).and_then(|count| usize::try_from(count).ok());
    let (bits, block) = (count("expert_weight_bits")?, count("block_size").filter(|&block| block > 0)?);
    // Gate and up are one matrix where they are fused.
    let outer = if count("swiglu_fusion").unwrap_or(0) > 0 { 2 * INNER } else { INNER };
    let whole = HIDDEN.is_multiple_of(block) && INNER.is_multiple_of(block) && 8usize.is_multiple_of(bits);
    if !whole || count("k")? > EXPERTS {
        return None;
    }
    let kind = number_of(element);
    let per_byte = 8 / bits;
    let mut numbers = Numbers(2);
    let mut inputs = Vec::new();
    for at in (0..node.input.len()).filter(|&at| node.has_input(at)) {
        let given = match at {
            0 => numbers.given(kind, &[TOKENS, HIDDEN], 1.0),
            1 => numbers.given(kind, &[TOKENS, EXPERTS], 3.0),
            2 => numbers.given(UINT8, &[EXPERTS, outer, HIDDEN / per_byte], 1.0),
            3 => numbers.given(kind, &[EXPERTS, outer, HIDDEN / block], 0.02),
            4 => numbers.given(kind, &[EXPERTS, outer], 0.5),
            5 => numbers.given(UINT8, &[EXPERTS, HIDDEN, INNER / per_byte], 1.0),
            6 => numbers.given(kind, &[EXPERTS, HIDDEN, INNER / block], 0.02),
            7 => numbers.given(kind, &[EXPERTS, HIDDEN], 0.5),
            _ => return None,
        };
        inputs.push((at, given));
    }
    Some(Question::new(node, inputs, 1, kind, HIDDEN))
}

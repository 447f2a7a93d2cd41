//! What a provider is known to compute wrongly without saying so. It is looked for in the graph before anything runs.
//!
//! Seen by comparing every operator with the processor's: DirectML 1.15.4 ignores rotation, sinks and windows within
//! GroupQueryAttention, and mixes up packed queries.

use engine::{EngineError, Result};

use crate::graph::{Graph, Node};
use crate::provider::Provider;

/// Refuses a graph that this provider would compute wrongly.
///
/// # Errors
/// [`EngineError::ComputedWrongly`] with the reason.
pub(crate) fn refuse(provider: Provider, graph: &Graph) -> Result<()> {
    let reason = match provider {
        Provider::DirectMl(_) => graph.node.iter().find_map(by_directml),
        Provider::WebGpu { .. } => graph.node.iter().find_map(by_webgpu),
        _ => None,
    };
    match reason {
        Some(reason) => Err(EngineError::ComputedWrongly { provider: provider.name().to_owned(), reason }),
        None => Ok(()),
    }
}

// Places of inputs of com.microsoft.GroupQueryAttention.
const KEY: usize = 1;
const PAST_KEY: usize = 3;
const HEAD_SINK: usize = 11;

fn by_directml(node: &Node) -> Option<String> {
    if matches!(node.op_type.as_str(), "QMoE" | "MoE") {
        return Some(format!(
            "{} is unknown to it: the experts would be computed on the processor",
            node.op_type
        ));
    }
    if node.op_type != "GroupQueryAttention" {
        return None;
    }
    let ignored = [
        (node.int("do_rotary") == Some(1), "rotates queries and keys"),
        (node.has_input(HEAD_SINK) || node.int("smooth_softmax") == Some(1), "has sinks"),
        (node.int("local_window_size").is_some_and(|window| window > 0), "looks through a window"),
        (!node.has_input(KEY), "takes queries, keys and values packed together"),
        (!node.has_input(PAST_KEY), "keeps no cache"),
    ];
    let reasons: Vec<&str> = ignored.iter().filter(|(holds, _)| *holds).map(|(_, what)| *what).collect();
    (!reasons.is_empty()).then(|| format!("its attention {}, which DirectML leaves out", reasons.join(", ")))
}

/// Whether a provider computes several tokens at once rightly at the beginning of a sequence alone: DirectML takes those
/// that follow for the beginning.
pub(crate) const fn only_begins_together(provider: Provider) -> bool {
    matches!(provider, Provider::DirectMl(_))
}

/// It says so itself, but only for the whole of ONNX Runtime, which then takes the processor.
fn by_webgpu(node: &Node) -> Option<String> {
    let keeps_its_window =
        node.op_type == "GroupQueryAttention" && node.int("sliding_window_cache") == Some(1);
    keeps_its_window.then(|| "its attention keeps no more than its window, which WebGPU cannot".to_owned())
}

#[cfg(test)]
mod tests {
    use engine::EngineError;

    use super::refuse;
    use crate::graph::{Attribute, Graph, Node};
    use crate::provider::Provider;

    fn attention(change: impl FnOnce(&mut Node)) -> Graph {
        let mut node = Node { op_type: "GroupQueryAttention".to_owned(), ..Node::default() };
        node.input = ["q", "k", "v", "pk", "pv", "seqlens", "total"].map(str::to_owned).to_vec();
        change(&mut node);
        Graph { node: vec![node], ..Graph::default() }
    }

    fn with(name: &str, i: i64) -> impl FnOnce(&mut Node) {
        let attribute = Attribute { name: name.to_owned(), i, ..Attribute::default() };
        move |node| node.attribute.push(attribute)
    }

    #[test]
    fn what_directml_leaves_out_is_refused_there_and_there_alone() {
        let sinks = |node: &mut Node| node.input.extend(["", "", "", "", "sinks"].map(str::to_owned));
        let graphs = [
            (attention(with("do_rotary", 1)), "rotates"),
            (attention(with("smooth_softmax", 1)), "sinks"),
            (attention(sinks), "sinks"),
            (attention(with("local_window_size", 128)), "window"),
            (attention(|node| node.input[1].clear()), "packed"),
        ];
        for (graph, word) in graphs {
            let refused = refuse(Provider::DirectMl(0), &graph);
            assert!(
                matches!(&refused, Err(EngineError::ComputedWrongly { reason, .. }) if reason.contains(word)),
                "{word}: {refused:?}"
            );
            refuse(Provider::Cpu, &graph).unwrap();
            refuse(Provider::WebGpu { low_power: false }, &graph).unwrap();
        }
        let windowed = attention(with("sliding_window_cache", 1));
        refuse(Provider::WebGpu { low_power: false }, &windowed).unwrap_err();
        refuse(Provider::Cpu, &windowed).unwrap();
        let plain = attention(|node| {
            with("do_rotary", 0)(node);
            with("local_window_size", -1)(node);
        });
        refuse(Provider::DirectMl(0), &plain).unwrap();
    }
}

//! Which nodes run where, as ONNX Runtime recorded it while it divided the graph.

use std::collections::BTreeMap;
use std::ffi::{CStr, c_char};
use std::ptr;
use std::slice;

use engine::{Placement, Result};
use ort::AsPointer as _;
use ort::session::Session;
use ort::sys::{OrtEpAssignedNode, OrtEpAssignedSubgraph, OrtStatusPtr};

use crate::backend;
use crate::graph::Graph;

/// The providers that have nodes of this session, with their operators. ONNX Runtime does not record what it gives to a
/// provider with a memory layout of its own: that is what nobody else has.
pub(crate) fn of(session: &Session, provider: &str, graph: &Graph) -> Result<Vec<Placement>> {
    let mut placed: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    let api = ort::api();
    // SAFETY: each call gets pointers that ONNX Runtime gave for this session, which outlives them, and writes into
    // places of the types that its header names; lists are read as long as it says they are.
    unsafe {
        let (mut subgraphs, mut count) = (ptr::null::<*const OrtEpAssignedSubgraph>(), 0);
        done((api.Session_GetEpGraphAssignmentInfo)(session.ptr(), &mut subgraphs, &mut count))?;
        for &subgraph in list(subgraphs, count) {
            let mut provider = ptr::null();
            done((api.EpAssignedSubgraph_GetEpName)(subgraph, &mut provider))?;
            let (mut nodes, mut count) = (ptr::null::<*const OrtEpAssignedNode>(), 0);
            done((api.EpAssignedSubgraph_GetNodes)(subgraph, &mut nodes, &mut count))?;
            let operators = placed.entry(text(provider)).or_default();
            for &node in list(nodes, count) {
                let mut operator = ptr::null();
                done((api.EpAssignedNode_GetOperatorType)(node, &mut operator))?;
                *operators.entry(text(operator)).or_default() += 1;
            }
        }
    }
    if !placed.contains_key(provider) {
        let mut rest: BTreeMap<String, usize> = BTreeMap::new();
        for node in graph.node.iter().filter(|node| node.op_type != "Constant") {
            *rest.entry(node.op_type.clone()).or_default() += 1;
        }
        for (operator, count) in placed.values().flatten() {
            rest.entry(operator.clone()).and_modify(|all| *all = all.saturating_sub(*count));
        }
        rest.retain(|_, count| *count > 0);
        placed.insert(provider.to_owned(), rest);
    }
    Ok(placed
        .into_iter()
        .map(|(provider, operators)| Placement { provider, operators: operators.into_iter().collect() })
        .collect())
}

fn done(status: OrtStatusPtr) -> Result<()> {
    // SAFETY: the status is what a call of ONNX Runtime has just returned.
    unsafe { ort::Error::result_from_status(status) }.map_err(backend)
}

/// # Safety
/// `first` is the first of `count` elements, or null.
unsafe fn list<'a, T>(first: *const T, count: usize) -> &'a [T] {
    if first.is_null() {
        return &[];
    }
    // SAFETY: as the caller says.
    unsafe { slice::from_raw_parts(first, count) }
}

/// # Safety
/// `text` is null or a C string.
unsafe fn text(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: as the caller says.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

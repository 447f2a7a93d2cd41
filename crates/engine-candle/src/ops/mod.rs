//! What candle lacks for gpt-oss, as candle custom operations. Each has a `cpu_fwd`; CUDA and Metal are further
//! methods of the same traits.

mod attention;
mod experts;
mod head;
mod linear;
mod rotary;

pub(crate) use attention::Attention;
pub(crate) use experts::Experts;
pub(crate) use head::Head;
pub(crate) use linear::{Embedding, Linear, Part};
pub(crate) use rotary::Rotary;

use candle_core::{CpuStorage, Layout, Result, bail};
use rayon::prelude::*;

use crate::kernels::INT8_ROWS;

/// The float32 values of an operand, which must be contiguous.
fn values<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match layout.contiguous_offsets() {
        Some((from, to)) => Ok(&storage.as_slice::<f32>()?[from..to]),
        None => bail!("a contiguous tensor is needed"),
    }
}

/// Multiplications below which a thread is not worth waking.
const SMALLEST_TASK: usize = 1 << 16;

/// Tasks for each thread where there is enough to do.
const TASKS_PER_THREAD: usize = 16;

/// How many of `rows` of `work` multiplications each to give to one thread at a time.
fn rows_per_task(rows: usize, work: usize) -> usize {
    let enough = SMALLEST_TASK.div_ceil(work.max(1));
    // Several tasks a thread, so that one which is held up by another program does not hold up the rest.
    let even = rows.div_ceil(TASKS_PER_THREAD * rayon::current_num_threads());
    enough.max(even).next_multiple_of(INT8_ROWS)
}

/// Computes a matrix [rows, columns] by bands of rows: `band(first_row, out)`.
pub(crate) fn by_bands(
    rows: usize,
    columns: usize,
    work: usize,
    band: impl Fn(usize, &mut [f32]) + Sync,
) -> Vec<f32> {
    let mut out = vec![0f32; rows * columns];
    let size = rows_per_task(rows, work);
    if size >= rows {
        band(0, &mut out);
    } else {
        let bands = out.par_chunks_mut(size * columns).enumerate();
        // Each is a task of its own: a thread that comes late to its half would be waited for.
        bands.with_max_len(1).for_each(|(i, out)| band(i * size, out));
    }
    out
}

/// Values of a tensor from which on several threads share the work on each of them.
const WORTH_SHARING: usize = 1 << 15;

/// Columns that are turned together, so that what is read is read whole.
const TURNED: usize = 16;

/// [rows, columns] to [columns, rows].
fn transposed(matrix: Vec<f32>, columns: usize) -> Vec<f32> {
    if columns == 1 {
        return matrix;
    }
    let rows = matrix.len() / columns;
    let mut out = vec![0f32; matrix.len()];
    let turn = |(i, out): (usize, &mut [f32])| {
        let count = out.len() / rows;
        for (r, row) in matrix.chunks_exact(columns).enumerate() {
            for (c, value) in row[i * TURNED..][..count].iter().enumerate() {
                out[c * rows + r] = *value;
            }
        }
    };
    if matrix.len() < WORTH_SHARING {
        out.chunks_mut(TURNED * rows).enumerate().for_each(turn);
    } else {
        out.par_chunks_mut(TURNED * rows).enumerate().for_each(turn);
    }
    out
}

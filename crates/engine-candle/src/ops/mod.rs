//! What candle lacks for gpt-oss, as candle custom operations. Each has a `cpu_fwd`; CUDA and Metal are further
//! methods of the same traits.

mod attention;
mod experts;
mod head;
mod linear;
mod parts;
mod rotary;

pub(crate) use attention::Attention;
pub(crate) use experts::Experts;
pub(crate) use head::Head;
pub(crate) use linear::{Embedding, Linear, Part};
pub(crate) use rotary::Rotary;

use candle_core::{CpuStorage, Layout, Result, bail};
use rayon::prelude::*;

use self::parts::in_parts;
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

/// Computes a matrix [rows, columns] by bands of rows, one below the other: `band(first_row, out)`.
pub(crate) fn by_bands(
    rows: usize,
    columns: usize,
    work: usize,
    band: impl Fn(usize, &mut [f32]) + Send + Sync + 'static,
) -> Vec<Vec<f32>> {
    let size = rows_per_task(rows, work);
    in_parts(rows.div_ceil(size), move |i| {
        let mut out = vec![0f32; size.min(rows - i * size) * columns];
        band(i * size, &mut out);
        out
    })
}

/// Values of a tensor from which on several threads share the work on each of them.
const WORTH_SHARING: usize = 1 << 15;

/// Columns that are turned together, so that what is read is read whole.
const TURNED: usize = 16;

/// [rows, columns], in bands of rows, to [columns, rows].
fn transposed(mut bands: Vec<Vec<f32>>, columns: usize) -> Vec<f32> {
    if columns == 1 {
        return if bands.len() == 1 { bands.remove(0) } else { bands.concat() };
    }
    let len = bands.iter().map(Vec::len).sum();
    let rows = len / columns;
    let mut out = vec![0f32; len];
    let turn = |(i, out): (usize, &mut [f32])| {
        let count = out.len() / rows;
        let all = bands.iter().flat_map(|band| band.chunks_exact(columns));
        for (r, row) in all.enumerate() {
            for (c, value) in row[i * TURNED..][..count].iter().enumerate() {
                out[c * rows + r] = *value;
            }
        }
    };
    if len < WORTH_SHARING {
        out.chunks_mut(TURNED * rows).enumerate().for_each(turn);
    } else {
        out.par_chunks_mut(TURNED * rows).enumerate().for_each(turn);
    }
    out
}

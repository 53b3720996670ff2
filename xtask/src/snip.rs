//! Takes the words of a panic out of the module.
//!
//! std is precompiled, so on a stable toolchain every `panic=abort` module carries the formatting of panic messages
//! that nobody will read. Here the functions that only lead to an abort become the abort itself, the Wasm instruction
//! `unreachable`, and so does every path that ends in one: what `panic=immediate-abort` does on nightly. A panic is a
//! trap before and after.

use anyhow::{Result, ensure};
use std::collections::HashSet;
use walrus::ir::{Call, Instr, InstrLocId, InstrSeqId, Unreachable, Visitor, dfs_in_order};
use walrus::{FunctionId, FunctionKind, LocalFunction, Module};

/// Paths of functions that never return, as they read once demangled; a table of beginnings.
const NEVER_RETURN: &[&str] = &[
    // every `panic!`, `assert!`, `unreachable!`, arithmetic and bounds check
    "core::panicking::",
    "std::panicking::",
    "__rustc::rust_begin_unwind",
    "__rustc::rust_panic",
    // `unwrap` and `expect`
    "core::option::unwrap_failed",
    "core::option::expect_failed",
    "core::result::unwrap_failed",
    // slices and text cut at a wrong place
    "core::slice::index::slice_",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
    "core::str::slice_error_fail",
    // borrowing twice
    "core::cell::panic_already_",
    // memory at its end
    "alloc::alloc::handle_alloc_error",
    "alloc::raw_vec::handle_error",
    "alloc::raw_vec::capacity_overflow",
    "std::alloc::rust_oom",
    "std::process::abort",
    "std::thread::local::panic_access_error",
];

/// Returns how many functions became a trap.
pub fn snip(module: &mut Module) -> Result<usize> {
    let mut traps: HashSet<FunctionId> = module
        .funcs
        .iter()
        .filter(|function| matches!(function.kind, FunctionKind::Local(_)))
        .filter(|function| function.name.as_deref().is_some_and(never_returns))
        .map(|function| function.id())
        .collect();
    ensure!(!traps.is_empty(), "snip knows no panic function of this module: std has renamed them, see NEVER_RETURN");
    for (id, local) in module.funcs.iter_local_mut() {
        if traps.contains(&id) {
            let entry = local.entry_block();
            trap_from(local, entry, 0);
        }
    }
    // A function whose only path is now a trap makes its callers' paths traps.
    loop {
        let mut more = Vec::new();
        for (id, local) in module.funcs.iter_local_mut() {
            if !traps.contains(&id) && cut(local, &traps) {
                more.push(id);
            }
        }
        if more.is_empty() {
            return Ok(traps.len());
        }
        traps.extend(more);
    }
}

fn never_returns(name: &str) -> bool {
    let plain = plain(name);
    NEVER_RETURN.iter().any(|start| plain.starts_with(start))
}

/// The path of a function, without the hashes that only the linker needs.
pub fn plain(name: &str) -> String {
    let name = format!("{:#}", rustc_demangle::demangle(name));
    match name.rsplit_once("::h") {
        Some((path, hash)) if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => path.to_string(),
        _ => name,
    }
}

/// Ends each straight line that leads to a trap where the line begins; true if that is the whole function.
///
/// What is dropped are stores into memory that no code will read again.
fn cut(local: &mut LocalFunction, traps: &HashSet<FunctionId>) -> bool {
    let mut found = Sequences::default();
    dfs_in_order(&mut found, local, local.entry_block());
    for sequence in found.ids {
        let instrs = &local.block(sequence).instrs;
        let ends = |instr: &Instr| match instr {
            Instr::Unreachable(_) => true,
            Instr::Call(Call { func }) => traps.contains(func),
            _ => false,
        };
        if let Some(end) = instrs.iter().position(|(instr, _)| ends(instr)) {
            let line = instrs.iter().take(end).rev().take_while(|(instr, _)| goes_straight_on(instr)).count();
            trap_from(local, sequence, end - line);
        }
    }
    matches!(local.block(local.entry_block()).instrs.as_slice(), [(Instr::Unreachable(_), _)])
}

fn trap_from(local: &mut LocalFunction, sequence: InstrSeqId, at: usize) {
    let instrs = &mut local.block_mut(sequence).instrs;
    instrs.truncate(at);
    instrs.push((Instr::Unreachable(Unreachable {}), InstrLocId::default()));
}

/// Neither leaves the line nor does anything outside this module's own memory.
fn goes_straight_on(instr: &Instr) -> bool {
    use Instr::*;
    matches!(
        instr,
        LocalGet(_)
            | LocalSet(_)
            | LocalTee(_)
            | GlobalGet(_)
            | GlobalSet(_)
            | Const(_)
            | Binop(_)
            | Unop(_)
            | Select(_)
            | Drop(_)
            | Load(_)
            | Store(_)
            | MemoryCopy(_)
            | MemoryFill(_)
            | RefNull(_)
    )
}

#[derive(Default)]
struct Sequences {
    ids: Vec<InstrSeqId>,
}

impl<'instr> Visitor<'instr> for Sequences {
    fn start_instr_seq(&mut self, sequence: &'instr walrus::ir::InstrSeq) {
        self.ids.push(sequence.id());
    }
}

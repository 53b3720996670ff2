//! What the builder sees: one line per step with its time, and the output of a child that failed.

use anyhow::{Context, Result, bail};
use std::process::Command;
use std::thread;
use std::time::Instant;

/// Runs one step and prints its name with its time and, where it has one, its result.
pub fn step<F>(name: &str, work: F) -> Result<()>
where
    F: FnOnce() -> Result<String>,
{
    let start = Instant::now();
    let said = work().with_context(|| name.split_whitespace().collect::<Vec<_>>().join(" "))?;
    println!("{name}  {said}{}({:.1} s)", if said.is_empty() { "" } else { " " }, start.elapsed().as_secs_f32());
    Ok(())
}

/// Does the same for several things at once: most tools here keep one core busy.
pub fn side_by_side<T, F>(things: &[T], work: F) -> Result<()>
where
    T: Sync,
    F: Fn(&T) -> Result<()> + Sync,
{
    thread::scope(|scope| {
        let running: Vec<_> = things.iter().map(|thing| scope.spawn(|| work(thing))).collect();
        running.into_iter().try_for_each(|thread| match thread.join() {
            Ok(outcome) => outcome,
            Err(_) => bail!("a thread of the build panicked"),
        })
    })
}

/// Runs a child to its end and returns what it printed; what a failed child said becomes the error.
pub fn output(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let done = command.output().with_context(|| format!("cannot start {program}"))?;
    if !done.status.success() {
        let said =
            [done.stderr, done.stdout].map(|bytes| String::from_utf8_lossy(&bytes).trim().to_string()).join("\n");
        bail!("{program} failed\n{}", said.trim());
    }
    String::from_utf8(done.stdout).with_context(|| format!("{program} printed what is no UTF-8"))
}

/// A tool from npm, run by the Node that runs npm.
pub fn node(script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(format!("node_modules/{script}"));
    command
}

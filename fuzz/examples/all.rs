//! Runs every target for a while; arguments are seconds and seed. It is no binary, because cargo-fuzz builds all of those
//! with libFuzzer. What fails is kept in `fuzz/artifacts/`.

use std::panic;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use wsoa_fuzz::{Mutator, TARGETS};

/// For each target, unless told otherwise.
const SECONDS: u64 = 10;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let (seconds, seed) = (arguments.next(), arguments.next());
    let (Ok(seconds), Ok(seed)) = (seconds.transpose(), seed.transpose()) else {
        eprintln!("arguments: [SECONDS] [SEED]");
        return ExitCode::FAILURE;
    };
    let time = Duration::from_secs(seconds.unwrap_or(SECONDS));
    let seed = seed.unwrap_or_else(|| {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |it| it.as_secs())
    });
    println!("seed {seed}, {} seconds for each target", time.as_secs());
    for target in &TARGETS {
        let corpus = target.corpus();
        let inputs = corpus.len();
        let mut mutator = Mutator::new(seed, corpus);
        let (started, mut executions) = (Instant::now(), 0_u64);
        while started.elapsed() < time {
            let input = mutator.next_input();
            if panic::catch_unwind(|| (target.run)(&input)).is_err() {
                let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
                    .join("artifacts")
                    .join(target.name);
                let file = folder.join(format!("seed-{seed}-{executions}"));
                let kept = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&file, &input));
                eprintln!("{} fails at {} ({kept:?})", target.name, file.display());
                return ExitCode::FAILURE;
            }
            executions += 1;
        }
        println!(
            "{:<14} {executions:>10} executions from {inputs} inputs",
            target.name
        );
    }
    ExitCode::SUCCESS
}

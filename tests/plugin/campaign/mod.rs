//! A campaign: thousands of made-up tenants, each legal by the evidence, on each of which a few things are done while
//! something goes wrong. Afterwards, at most two plain applies and what an error named lead back to an empty plan, and at
//! no time is anything lost that was ours, or touched that is not.
//!
//! `CAMPAIGN_SEED` is the seed of the first sequence, and the following ones have the following numbers;
//! `CAMPAIGN_SEQUENCES` is how many there are, and after `CAMPAIGN_MINUTES` none begins any more. To replay one: its seed,
//! and 1.
//!
//! That it can find was tried with each of these taken out of the provider, one at a time: the sequence that reported it
//! first, counted from the first seed.
//!
//! | Taken out | Found by |
//! |---|---|
//! | A 2xx without the client in it proves nothing: whose the client is has to be settled. | 444 |
//! | A secret that is shown takes the place of the known one only where that is refused and the shown one works. | 21 |
//! | A directory is replaced for what the configuration changed, not for what a tenant shows otherwise. | 14 |
//! | It takes two whole lists until a directory is absent. | 259 |
//! | A directory whose creation got no clear answer is kept in state. | 35 |
//! | A client whose creation got no clear answer is kept in state. | 663 |
//! | A given secret proves nothing of a client that was there before the POST. | 122 |
//! | A client is deleted when it cannot be read any more, whatever the DELETE was answered. | 288 |
//! | A refusal counts where it says `invalid_client`, twice, and not at once after a write. | 601 |
//! | The secret that worked is kept until the new one does. | 777 |
//! | A secret that the tenant makes itself is answered with the given one, and is never thrown away. | 140 |

mod client;
mod directory;
mod draw;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use access_simulator::{SecretRead, Switches};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tokio::runtime::{Builder, Runtime};
use wsoa_test_kit::tell;

use self::draw::{Sequence, Step, Subject};
use crate::bench::{InProcess, bench_in_process};

/// Nothing, or which promise was broken.
type Outcome = Result<(), String>;

/// In `make test`.
const FEW: u64 = 200;
const SHRINKING: Duration = Duration::from_secs(20);
/// The campaign gives up after so many broken promises, or `CAMPAIGN_ENOUGH`.
const ENOUGH: u64 = 10;
const THREADS: usize = 2;

/// What the campaign has done.
#[derive(Default)]
struct Tally {
    sequences: u64,
    runs: u64,
    recoveries: u64,
    semantics: BTreeMap<&'static str, u64>,
    faults: BTreeMap<&'static str, u64>,
    hands: BTreeMap<String, u64>,
    interruptions: u64,
    serial: u64,
}

impl Tally {
    fn serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Counts a recovery that took more than plain applies, by the first line of what was said.
    fn hand(&mut self, said: &str) {
        let line = said.lines().next().unwrap_or_default();
        let quoted = line.split('"').next().unwrap_or_default();
        *self.hands.entry(quoted.to_owned()).or_default() += 1;
    }

    fn add(&mut self, other: Self) {
        self.sequences += other.sequences;
        self.runs += other.runs;
        self.recoveries += other.recoveries;
        self.interruptions += other.interruptions;
        let sum = |into: &mut BTreeMap<&'static str, u64>, from: BTreeMap<&'static str, u64>| {
            for (name, count) in from {
                *into.entry(name).or_default() += count;
            }
        };
        sum(&mut self.semantics, other.semantics);
        sum(&mut self.faults, other.faults);
        for (name, count) in other.hands {
            *self.hands.entry(name).or_default() += count;
        }
    }

    fn report(&self) -> String {
        let table = |counts: &BTreeMap<&'static str, u64>| {
            let rows: Vec<_> = counts
                .iter()
                .map(|(name, count)| format!("{name} {count}"))
                .collect();
            rows.join(", ")
        };
        let hands: Vec<_> = self
            .hands
            .iter()
            .map(|(said, count)| format!("  {count}  {said}"))
            .collect();
        format!(
            "{} sequences, {} steps, {} recovering applies, {} interruptions\nsemantics drawn: {}: {}\nfaults met: {}: \
             {}\nrecoveries that took a hand: {}\n{}",
            self.sequences,
            self.runs,
            self.recoveries,
            self.interruptions,
            self.semantics.values().sum::<u64>(),
            table(&self.semantics),
            self.faults.values().sum::<u64>(),
            table(&self.faults),
            self.hands.values().sum::<u64>(),
            hands.join("\n")
        )
    }
}

/// The answers of the sequence's tenant. One that makes secrets itself shows them once.
fn switches(sequence: &Sequence) -> Switches {
    let mut switches = Switches::default();
    for twist in &sequence.tenant {
        (twist.set)(&mut switches);
    }
    if switches.own_secret {
        switches.secret_post = SecretRead::Clear;
    }
    switches
}

async fn fault_and<F: Future<Output = Outcome>>(
    bench: &InProcess,
    step: &Step,
    run: F,
) -> (Outcome, Vec<&'static str>) {
    bench.clock.advance(step.wait);
    for trouble in &step.trouble {
        bench.tenant.push_fault(trouble.fault());
    }
    if let Some(pauses) = step.interrupted {
        bench.clock.hurry_after(pauses);
    }
    let outcome = run.await;
    let left = bench.tenant.pending_faults();
    let met = |it: &&draw::Trouble| !left.contains(&it.fault());
    let met = step.trouble.iter().filter(met).map(|it| it.kind.name).collect();
    bench.tenant.clear_faults();
    bench.clock.no_hurry();
    (outcome, met)
}

async fn live(bench: &InProcess, sequence: &Sequence, tally: &mut Tally) -> Outcome {
    let mut faults = Vec::new();
    macro_rules! all_of {
        ($life:expr) => {{
            let mut life = $life;
            let mut outcome = Ok(());
            for step in &sequence.steps {
                let met;
                (outcome, met) = fault_and(bench, step, life.step(step)).await;
                faults.extend(met);
                if outcome.is_err() {
                    break;
                }
            }
            if outcome.is_ok() {
                outcome = life.recover().await;
            }
            outcome
        }};
    }
    let first = sequence.create_first;
    let outcome = match sequence.subject {
        Subject::Client { source, token } => {
            let switches = switches(sequence);
            all_of!(client::Life::new(bench, tally, switches, source, first, token))
        }
        Subject::Directory { protected } => all_of!(directory::Life::new(bench, tally, protected, first)),
    };
    tally.sequences += 1;
    tally.runs += sequence.steps.len() as u64;
    tally.interruptions += sequence
        .steps
        .iter()
        .filter(|it| it.interrupted.is_some())
        .count() as u64;
    for twist in &sequence.tenant {
        *tally.semantics.entry(twist.name).or_default() += 1;
    }
    for name in faults {
        *tally.faults.entry(name).or_default() += 1;
    }
    outcome
}

/// One who works through sequences: with one simulator, in which the tenants follow each other.
struct Worker {
    bench: InProcess,
    runtime: Runtime,
    left: u32,
}

/// A runtime ends with all connections of all the processes that were played in it, and they are many.
const SEQUENCES_A_RUNTIME: u32 = 10;

impl Worker {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let bench = runtime.block_on(bench_in_process());
        Self {
            bench,
            runtime,
            left: SEQUENCES_A_RUNTIME,
        }
    }

    /// A panic is a broken promise as well: the host's in core's own words.
    fn run(&mut self, sequence: &Sequence, tally: &mut Tally) -> Outcome {
        if self.left == 0 {
            *self = Self::new();
        }
        self.left -= 1;
        self.bench.begin_anew(switches(sequence));
        let life = async {
            let patience = Duration::from_secs(60);
            tokio::time::timeout(patience, live(&self.bench, sequence, tally))
                .await
                .unwrap_or_else(|_| Err("it does not end".to_owned()))
        };
        catch_unwind(AssertUnwindSafe(|| self.runtime.block_on(life))).unwrap_or_else(|panic| {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            let said = said.or_else(|| panic.downcast_ref::<&str>().copied());
            Err(format!("panic: {}", said.unwrap_or("?")))
        })
    }

    /// Runs the sequence of a seed. If it breaks a promise: the shortest one that was found to do so, too.
    fn try_seed(&mut self, seed: u64, tally: &mut Tally) -> Result<(), String> {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let mut tree = draw::sequence().new_tree(&mut runner).unwrap();
        let Err(first) = self.run(&tree.current(), tally) else {
            return Ok(());
        };
        let (mut shortest, mut broken) = (tree.current(), first.clone());
        let mut unheard = Tally::default();
        let mut moves = tree.simplify();
        let started = Instant::now();
        while moves && started.elapsed() < SHRINKING {
            let shorter = tree.current();
            moves = match self.run(&shorter, &mut unheard) {
                Err(said) if kind_of(&said) == kind_of(&first) => {
                    (shortest, broken) = (shorter, said);
                    tree.simplify()
                }
                _ => tree.complicate(),
            };
        }
        Err(format!(
            "CAMPAIGN_SEED={seed}: {first}\nshrunk to {shortest:#?}\n{broken}"
        ))
    }
}

/// Which promise it is that was broken.
fn kind_of(said: &str) -> &str {
    said.split(':').next().unwrap_or_default()
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn nothing_is_lost_on_tenants_that_nobody_has_seen() {
    let sequences = number("CAMPAIGN_SEQUENCES").unwrap_or(FEW);
    let begin = number("CAMPAIGN_SEED").unwrap_or(1);
    let enough = number("CAMPAIGN_ENOUGH").unwrap_or(ENOUGH);
    let minutes = number("CAMPAIGN_MINUTES").map(|minutes| Duration::from_secs(60 * minutes));
    let next = AtomicU64::new(0);
    let broken = Mutex::new(Vec::new());
    let all = Mutex::new(Tally::default());
    let started = Instant::now();
    tell(&format!(
        "campaign: {sequences} sequences, the first with CAMPAIGN_SEED={begin}"
    ));
    let work = || {
        let mut worker = Worker::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let is_late = minutes.is_some_and(|minutes| started.elapsed() > minutes);
            if is_late || number >= sequences || broken.lock().unwrap().len() as u64 >= enough {
                break;
            }
            let mut tally = Tally::default();
            let outcome = worker.try_seed(begin.wrapping_add(number), &mut tally);
            all.lock().unwrap().add(tally);
            if let Err(told) = outcome {
                tell(&format!("sequence {}: {told}", number + 1));
                broken.lock().unwrap().push(number + 1);
                worker = Worker::new();
            }
            if (number + 1).is_multiple_of(500) {
                tell(&format!(
                    "campaign: {} sequences in {:?}",
                    number + 1,
                    started.elapsed()
                ));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(work);
        }
    });
    let broken = broken.into_inner().unwrap();
    let report = all.into_inner().unwrap().report();
    tell(&format!(
        "campaign: {report}\nviolations: {} in {:?}",
        broken.len(),
        started.elapsed()
    ));
    assert!(broken.is_empty(), "promises broken by the sequences {broken:?}");
}

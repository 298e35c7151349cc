//! Trains the paper's networks on every data set that is at hand, natively, and writes
//! docs/RESULTS.md: accuracies and neighborhood hits beside the paper's.
//!
//! ```text
//! results DATA OUT [WORD …]
//! ```
//! `DATA` holds mnist/, svhn/ and cifar10/ with official files, or some of them; `OUT` is the file
//! to write. Experiments whose name holds none of the words are left out.

mod experiment;
mod report;
mod sets;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use experiment::{Outcome, run};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(data), Some(out)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: results DATA OUT [WORD …]");
        return ExitCode::FAILURE;
    };
    let words: Vec<String> = arguments.collect();
    match work(&PathBuf::from(data), &PathBuf::from(out), &words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("results: {why}");
            ExitCode::FAILURE
        }
    }
}

fn work(data: &std::path::Path, out: &std::path::Path, words: &[String]) -> Result<(), String> {
    let mut outcomes: Vec<Outcome> = Vec::new();
    for set in sets::SETS {
        let wanted: Vec<_> = experiment::of(set.name)
            .into_iter()
            .filter(|e| words.is_empty() || words.iter().any(|word| e.name().contains(word)))
            .collect();
        if wanted.is_empty() {
            continue;
        }
        let Some(loaded) = (set.load)(data)? else {
            println!("{}: no official files in {}", set.name, data.display());
            continue;
        };
        for experiment in wanted {
            let began = Instant::now();
            let outcome = run(&experiment, &loaded)?;
            println!(
                "{}: accuracy {:.2}%, NH {:.2}% → {:.2}%, {:.0} s",
                experiment.name(),
                100.0 * outcome.test_accuracy,
                100.0 * outcome.before.last,
                100.0 * outcome.after.last,
                began.elapsed().as_secs_f64(),
            );
            outcomes.push(outcome);
            // Written after each, so that what is known is not lost.
            std::fs::write(out, report::markdown(&outcomes))
                .map_err(|error| format!("{}: {error}", out.display()))?;
        }
    }
    if outcomes.is_empty() {
        return Err("no experiment was done".into());
    }
    println!("written to {}", out.display());
    Ok(())
}

//! What docs/YOUR_OWN_NETWORK.md tells a visitor to do in Python, done: the file opens.
//!
//! Wants NumPy, which `scripts/setup.sh` puts under `$HA_TOOLS`; `scripts/test.sh` runs it:
//! `cargo test --test own_network_snippet -- --ignored`.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::PathBuf;
use std::process::Command;

use hidden_activity::analysis::import::Importing;
use hidden_activity::dataset::Part;

const DOCUMENT: &str = include_str!("../docs/YOUR_OWN_NETWORK.md");
const MOST_LINES: usize = 15;

/// The first Python snippet of the document.
fn snippet() -> &'static str {
    let (_, rest) = DOCUMENT.split_once("```python\n").unwrap();
    rest.split_once("```").unwrap().0
}

/// The interpreter of the set-up, or the one named by `HA_PYTHON`.
fn python() -> PathBuf {
    if let Some(given) = std::env::var_os("HA_PYTHON") {
        return given.into();
    }
    let tools = std::env::var_os("HA_TOOLS").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache/hidden-activity"),
        PathBuf::from,
    );
    tools.join("venv/bin/python")
}

#[test]
fn the_snippet_is_short() {
    let lines = snippet().lines().filter(|line| !line.trim().is_empty());
    assert!(lines.count() <= MOST_LINES);
}

#[test]
#[ignore = "wants NumPy"]
fn the_snippet_writes_a_file_that_opens() {
    let folder = std::env::temp_dir().join(format!("own-network-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let ran = Command::new(python())
        .args(["-W", "error", "-c", snippet()])
        .current_dir(&folder)
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}; run make setup", python().display()));
    let written = std::fs::read(folder.join("mine.npz"));
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );

    let mut importing = Importing::open("mine.npz", written.unwrap()).unwrap();
    while !importing.advance().unwrap() {}
    let imported = importing.finish().unwrap();
    assert_eq!(imported.notes, [], "nothing had to be adapted");
    assert_eq!(imported.network.layer_names.as_slice(), ["fc1", "fc2"]);
    assert_eq!(imported.class_names, ["cat", "dog", "owl"]);
    let epochs: Vec<Option<u32>> = imported
        .network
        .epochs
        .iter()
        .map(|epoch| epoch.epoch)
        .collect();
    assert_eq!(epochs, [Some(0), Some(1), Some(5)]);
    for epoch in &imported.network.epochs {
        let widths: Vec<usize> = epoch
            .layers
            .iter()
            .flatten()
            .map(|layer| layer.width)
            .collect();
        assert_eq!(widths, [64, 16]);
        assert_eq!(epoch.predictions.classes(), 3);
    }
    let (dataset, _) = imported.into_parts().unwrap();
    assert_eq!(
        (dataset.len(Part::Test), dataset.shape.to_string().as_str()),
        (300, "28×28")
    );
}

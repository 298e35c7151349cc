//! Names the build after its sources, so that page and workers can tell whether they belong together.

use std::fs;
use std::path::Path;

fn main() {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64; // FNV-1a
    for root in ["Cargo.toml", "Cargo.lock", "src"] {
        println!("cargo:rerun-if-changed={root}");
        visit(Path::new(root), &mut hash);
    }
    // What says which function needs which, so that the page's module can be split.
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        println!("cargo:rustc-link-arg-bin=app=--emit-relocs");
    }
    // scripts/quick.sh rebuilds one module beside others of an older source, and names them all alike.
    println!("cargo:rerun-if-env-changed=HA_BUILD_NAME");
    let name = std::env::var("HA_BUILD_NAME").unwrap_or_else(|_| format!("{hash:016x}"));
    println!("cargo:rustc-env=HIDDEN_ACTIVITY_BUILD={name}");
}

fn visit(path: &Path, hash: &mut u64) {
    if let Ok(entries) = fs::read_dir(path) {
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            visit(&path, hash);
        }
    } else if let Ok(bytes) = fs::read(path) {
        for byte in path.as_os_str().as_encoded_bytes().iter().chain(&bytes) {
            *hash = (*hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

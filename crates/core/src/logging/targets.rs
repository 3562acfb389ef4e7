//! The names that events go under, as `tracing` has them, and as loggers of Python.

/// What all of them begin with.
pub(super) const ROOT: &str = "rlocust";

/// Every target of an event in the engine, sorted.
pub const TARGETS: [&str; 10] = [
    "rlocust::cluster",
    "rlocust::http::connect",
    "rlocust::http::cookies",
    "rlocust::http::dns",
    "rlocust::http::proxy",
    "rlocust::http::redirect",
    "rlocust::http::request",
    "rlocust::http::tls",
    "rlocust::output",
    "rlocust::run::tick",
];

/// `rlocust.http.connect` for `rlocust::http::connect`.
pub fn logger_of(target: &str) -> String {
    target.replace("::", ".")
}

/// Where a target stands in `TARGETS`.
pub(super) fn place_of(target: &str) -> Option<usize> {
    TARGETS.binary_search(&target).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn targets_are_sorted_and_begin_with_our_name() {
        assert!(TARGETS.is_sorted());
        assert!(TARGETS.iter().all(|target| target.starts_with(ROOT)));
    }

    /// An event under another name would be shown to nobody.
    #[test]
    fn every_target_in_the_sources_is_in_the_table_and_every_row_is_used() {
        let mut used: Vec<String> = Vec::new();
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut folders = vec![root.join("src"), root.join("crates")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("sources can be listed") {
                let path = entry.expect("an entry can be read").path();
                if path.is_dir() {
                    folders.push(path);
                } else if !path.ends_with("logging/targets.rs") {
                    let text = std::fs::read_to_string(path).expect("a source can be read");
                    let parts = text.split("target: \"").skip(1);
                    used.extend(parts.map(|part| part.split('"').next().unwrap_or("").to_owned()));
                }
            }
        }
        used.sort();
        used.dedup();
        assert_eq!(used, TARGETS);
    }
}

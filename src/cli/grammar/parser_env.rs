//! What lies around a command line: the environment and configuration files. The bridge answers from the process,
//! tests from memory.

use rlocust_core::config::Entry;

/// What the grammar asks of the process.
pub trait ParserEnv {
    /// An environment variable.
    fn variable(&self, name: &str) -> Option<String>;
    /// Those of `~/.locust.conf`, `locust.conf` and `pyproject.toml` that exist, as (name, text), in that order.
    fn default_files(&self) -> Vec<(String, String)>;
    /// A file the user named; a leading `~` is his home.
    ///
    /// # Errors
    /// Why it cannot be read, in the system's words.
    fn read(&self, path: &str) -> Result<String, String>;
    /// The table `[tool.locust]` of a TOML text, in order; empty when there is none.
    ///
    /// # Errors
    /// Why the text is no TOML.
    fn toml(&self, text: &str) -> Result<Vec<Entry>, String>;
}

/// As it is written: the grammar of a file hangs on it, under Locust too.
pub fn extension(path: &str) -> Option<&str> {
    std::path::Path::new(path).extension()?.to_str()
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// No environment, no files.
    pub struct Nowhere;

    impl ParserEnv for Nowhere {
        fn variable(&self, _name: &str) -> Option<String> {
            None
        }
        fn default_files(&self) -> Vec<(String, String)> {
            Vec::new()
        }
        fn read(&self, _path: &str) -> Result<String, String> {
            Err("no file".to_owned())
        }
        fn toml(&self, _text: &str) -> Result<Vec<Entry>, String> {
            Ok(Vec::new())
        }
    }
}

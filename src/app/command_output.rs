//! What a command says and how it ends, for whoever prints it.

/// What the command says and how it ends.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct CommandOutput {
    /// For stdout.
    pub text: String,
    /// For stderr, a line each.
    pub errors: Vec<String>,
    pub exit_code: u8,
}

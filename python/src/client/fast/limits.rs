//! How often a call may go on: to another location, or anew after a time limit.

/// The limits of a call, and those of the user agent itself, which errors show whatever the call says.
#[derive(Copy, Clone)]
pub struct Limits {
    pub redirects: u32,
    pub retries: u32,
    pub agent_redirects: u32,
    pub agent_retries: u32,
}

impl Limits {
    /// The user agent's own.
    pub fn of_agent(redirects: u32, retries: u32) -> Self {
        Self {
            redirects,
            retries,
            agent_redirects: redirects,
            agent_retries: retries,
        }
    }
}

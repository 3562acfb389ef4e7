//! Which process made a run. A child that the script has forked has a copy of it, and of every lock as another thread
//! may have held it: there the run is over, nothing is told to it and nothing comes from it.

/// The process that has made something, and whose threads use it.
#[derive(Debug)]
pub(super) struct ForkGuard(u32);

impl ForkGuard {
    pub fn this_process() -> Self {
        Self(std::process::id())
    }

    /// As a forked child finds it.
    #[cfg(test)]
    pub fn parent() -> Self {
        Self(0)
    }

    /// Whether this is a child that was forked since: no lock may be taken.
    pub fn is_parent(&self) -> bool {
        self.0 != std::process::id()
    }
}

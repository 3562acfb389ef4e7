//! Waiting for what other threads do: by the name of a condition, with a deadline.

use std::time::Duration;

use rlocust_core::clock;

/// No wait of a test takes longer unless something is broken.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// Between two looks at a condition of which nobody can give notice.
const BETWEEN_LOOKS: Duration = Duration::from_millis(1);

/// Waits until the condition holds; fails with its name.
pub fn wait_until(condition: &str, mut is_true: impl FnMut() -> bool) {
    let started = clock::instant();
    while !is_true() {
        assert!(
            started.elapsed() < DEADLINE,
            "waited {DEADLINE:?} until {condition}"
        );
        let_pass(BETWEEN_LOOKS);
    }
}

/// Blocks this thread for at least this time: the delay of a simulated peer or reader, which a test measures from below.
#[expect(
    clippy::disallowed_methods,
    reason = "the only place in tests that may block for a time"
)]
pub fn let_pass(time: Duration) {
    std::thread::sleep(time);
}

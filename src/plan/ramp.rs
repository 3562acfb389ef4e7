//! How fast users come and go: whole users per step and the pause between steps, from a rate per second.
use std::time::Duration;

/// Users per step and the pause between two steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ramp {
    pub batch: usize,
    pub pause: Duration,
}

/// Rates that no ramp can keep.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum RampError {
    #[error("spawn_rate must be > 0, got {0}")]
    NotPositive(f64),
    #[error("spawn_rate must be a finite number, got {0}")]
    NotFinite(f64),
}

impl Ramp {
    /// A rate below one gives single users with longer pauses; 2.5 gives two users every 0.8 s.
    pub fn at(rate: f64) -> Result<Self, RampError> {
        if rate <= 0.0 {
            return Err(RampError::NotPositive(rate));
        }
        if !rate.is_finite() {
            return Err(RampError::NotFinite(rate));
        }
        let batch = rate.floor().max(1.0);
        let pause = Duration::try_from_secs_f64(batch / rate).unwrap_or(Duration::MAX);
        Ok(Self {
            batch: batch as usize,
            pause,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_pauses_are_those_locust_2_47_was_seen_to_take() {
        let ramp = |rate| Ramp::at(rate).map(|ramp| (ramp.batch, ramp.pause.as_millis()));
        assert_eq!(ramp(2.5), Ok((2, 800)));
        assert_eq!(ramp(0.5), Ok((1, 2000)));
        assert_eq!(ramp(100.0), Ok((100, 1000)));
        assert_eq!(ramp(0.0), Err(RampError::NotPositive(0.0)));
        assert!(ramp(f64::INFINITY).is_err());
        assert!(ramp(f64::NAN).is_err());
    }
}

//! Whether the generator can be trusted: a light and the reason for it, for the web interface and the terminal alike.

/// Percent of one core: from here on the script thread has no reserve, and from there on no more load comes out of it.
const BUSY: f64 = 70.0;
const FULL: f64 = 90.0;
/// Milliseconds of lag, of one in a hundred.
const LATE: f64 = 10.0;
const VERY_LATE: f64 = 100.0;
/// Seconds without a turn of the script thread.
const SILENT: f64 = 2.0;

/// What is known of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Health {
    /// Percent of one core.
    pub script_cpu: Option<f64>,
    /// Of the busiest I/O thread.
    pub io_cpu: Option<f64>,
    /// The lag of one in a hundred, of late.
    pub lag_ms: f64,
    /// How long the script thread has not come round.
    pub silent_s: f64,
    /// Whether an I/O thread stands still.
    pub is_any_still: bool,
    /// Workers of a master that send no heartbeats any more.
    pub missing_workers: usize,
    /// Whether a worker was lost with requests that it had not reported.
    pub has_losses: bool,
}

/// As a page shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    Green,
    Amber,
    Red,
}

impl Light {
    pub fn name(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Amber => "amber",
            Self::Red => "red",
        }
    }
}

impl Health {
    /// The worst that is true.
    pub fn judge(&self) -> (Light, String) {
        let script = self.script_cpu.unwrap_or(0.0);
        let io = self.io_cpu.unwrap_or(0.0);
        if self.silent_s >= SILENT {
            return (
                Light::Red,
                format!("the script has not come round for {:.0} s", self.silent_s),
            );
        }
        if self.is_any_still {
            return (Light::Red, "an I/O thread stands still".to_owned());
        }
        if self.missing_workers > 0 {
            let (count, is) = match self.missing_workers {
                1 => ("a worker".to_owned(), "is"),
                count => (format!("{count} workers"), "are"),
            };
            return (Light::Red, format!("{count} {is} missing"));
        }
        if script >= FULL {
            return (
                Light::Red,
                format!("your script is the limit: {script:.0} % of the script thread"),
            );
        }
        if self.lag_ms >= VERY_LATE {
            return (
                Light::Red,
                format!("one in a hundred users is {:.0} ms late", self.lag_ms),
            );
        }
        if self.has_losses {
            let reason = "requests of a lost worker are not in the figures";
            return (Light::Amber, reason.to_owned());
        }
        if io >= FULL {
            return (
                Light::Amber,
                format!("an I/O thread is the limit: {io:.0} % of a core"),
            );
        }
        if script >= BUSY {
            return (
                Light::Amber,
                format!("the script thread has little reserve: {script:.0} % of a core"),
            );
        }
        if self.lag_ms >= LATE {
            return (
                Light::Amber,
                format!("one in a hundred users is {:.0} ms late", self.lag_ms),
            );
        }
        (Light::Green, "the generator keeps up".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_light_shows_the_worst_that_is_true() {
        let light = |script_cpu: f64, lag_ms: f64, silent_s: f64| {
            let health = Health {
                script_cpu: Some(script_cpu),
                lag_ms,
                silent_s,
                ..Health::default()
            };
            let (light, reason) = health.judge();
            (light.name(), reason)
        };
        assert_eq!(light(20.0, 1.0, 0.0).0, "green");
        assert_eq!(light(20.0, 12.0, 0.0).0, "amber");
        assert_eq!(light(75.0, 1.0, 0.0).0, "amber");
        let (color, reason) = light(94.2, 150.0, 0.0);
        assert_eq!(
            (color, &*reason),
            ("red", "your script is the limit: 94 % of the script thread")
        );
        assert_eq!(
            light(94.0, 0.0, 12.0).1,
            "the script has not come round for 12 s"
        );
        assert_eq!(light(0.0, 120.0, 0.0).0, "red");
    }

    #[test]
    fn a_lost_worker_turns_the_light() {
        let light = |missing_workers, has_losses| {
            let health = Health {
                missing_workers,
                has_losses,
                ..Health::default()
            };
            let (light, reason) = health.judge();
            (light.name(), reason)
        };
        assert_eq!(light(0, false).0, "green");
        assert_eq!(light(1, true), ("red", "a worker is missing".to_owned()));
        assert_eq!(light(2, true).1, "2 workers are missing");
        assert_eq!(light(0, true).0, "amber");
    }
}

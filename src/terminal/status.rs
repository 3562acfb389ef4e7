//! The status line as text: what matters most stands first, and what does not fit is left out from the end.
use super::figures::{Figures, clock};
use rlocust_stats::report::{Light, milliseconds, shortened};

/// Cells of the bar.
const BAR: usize = 20;
/// Between two parts.
const GAP: &str = "  ";

/// A part of the line: what it says, and its colour.
struct Part {
    text: String,
    colour: Option<Light>,
}

/// The line for a terminal of so many columns, with colours as it takes them. It leaves the last column free: who writes
/// there makes some terminals begin another line.
pub fn line(figures: &Figures, columns: usize) -> String {
    let mut room = columns.saturating_sub(1);
    let mut line = String::new();
    for part in parts(figures) {
        let gap = if line.is_empty() { "" } else { GAP };
        let width = gap.len() + part.text.chars().count();
        if width > room {
            break;
        }
        room -= width;
        line.push_str(gap);
        line.push_str(&part.coloured());
    }
    line
}

fn parts(figures: &Figures) -> impl Iterator<Item = Part> {
    let pace = &figures.pace;
    let plain = |text: String| Part { text, colour: None };
    let p95 = pace.times_ms.map(|[_, p95, _]| milliseconds(p95));
    let failed = Part {
        text: format!(
            "{} failed ({:.2} %)",
            figures.failures,
            figures.fail_ratio * 100.0
        ),
        colour: (figures.failures > 0).then_some(Light::Red),
    };
    let workers = (figures.workers > 0).then(|| plain(format!("{} workers", figures.workers)));
    let parts = [
        Some(plain(time(figures))),
        Some(plain(users(figures))),
        workers,
        Some(plain(format!("{:.1} req/s", pace.requests_per_s))),
        p95.map(|p95| plain(format!("p95 {p95} ms"))),
        Some(failed),
        Some(generator(figures)),
    ];
    parts.into_iter().flatten()
}

/// `0:42 / 1:00 [##############------]`; what the run is doing, where it is not yet or no longer on its way.
fn time(figures: &Figures) -> String {
    let Some(elapsed) = figures.elapsed_s else {
        return figures.state.to_owned();
    };
    let Some(limit) = figures.run_time_s.filter(|limit| *limit > 0.0) else {
        return clock(elapsed);
    };
    let done = ((elapsed / limit).min(1.0) * BAR as f64) as usize;
    format!(
        "{} / {} [{}{}]",
        clock(elapsed),
        clock(limit),
        "#".repeat(done),
        "-".repeat(BAR - done)
    )
}

fn users(figures: &Figures) -> String {
    let (users, target) = (figures.users, figures.target_users);
    if users == target {
        format!("{users} {}", if users == 1 { "user" } else { "users" })
    } else {
        format!("{users}/{target} users")
    }
}

fn generator(figures: &Figures) -> Part {
    let text = match figures.light {
        Light::Green => "on time".to_owned(),
        Light::Amber | Light::Red => shortened(&figures.reason),
    };
    Part {
        text,
        colour: Some(figures.light),
    }
}

impl Part {
    fn coloured(&self) -> String {
        let number = match self.colour {
            None => return self.text.clone(),
            Some(Light::Green) => 32,
            Some(Light::Amber) => 33,
            Some(Light::Red) => 31,
        };
        format!("\x1b[{number}m{}\x1b[0m", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::recent::Pace;

    fn figures() -> Figures {
        Figures {
            elapsed_s: Some(42.9),
            run_time_s: Some(60.0),
            state: "running",
            users: 50,
            target_users: 50,
            workers: 0,
            failures: 0,
            fail_ratio: 0.0,
            pace: Pace {
                requests_per_s: 1234.56,
                times_ms: Some([1.0, 3.456, 20.0]),
                ..Pace::default()
            },
            light: Light::Green,
            reason: "the generator keeps up".to_owned(),
        }
    }

    /// Its colours as numbers.
    fn shown(figures: &Figures) -> String {
        let numbers = ["0", "31", "32", "33"];
        numbers.iter().fold(line(figures, 120), |line, number| {
            line.replace(&format!("\x1b[{number}m"), &format!("<{number}>"))
        })
    }

    #[test]
    fn the_line_says_how_far_the_run_is_and_how_it_goes() {
        insta::assert_snapshot!(shown(&figures()), @r"0:42 / 1:00 [##############------]  50 users  1234.6 req/s  p95 3.46 ms  0 failed (0.00 %)  <32>on time<0>");
        let late = Figures {
            run_time_s: None,
            elapsed_s: Some(3723.0),
            users: 7,
            workers: 3,
            failures: 2,
            fail_ratio: 0.0123,
            light: Light::Amber,
            reason: "one in a hundred users is 12 ms late".to_owned(),
            ..figures()
        };
        insta::assert_snapshot!(shown(&late), @r"1:02:03  7/50 users  3 workers  1234.6 req/s  p95 3.46 ms  <31>2 failed (1.23 %)<0>  <33>one in a hundred users is 12 ms late<0>");
        let before = Figures {
            elapsed_s: None,
            state: "ready",
            users: 0,
            target_users: 0,
            pace: Pace::default(),
            ..figures()
        };
        insta::assert_snapshot!(shown(&before), @r"ready  0 users  0.0 req/s  0 failed (0.00 %)  <32>on time<0>");
    }

    #[test]
    fn the_bar_ends_where_the_time_is_up() {
        let bar = |elapsed_s: f64| {
            time(&Figures {
                elapsed_s: Some(elapsed_s),
                ..figures()
            })
        };
        assert_eq!(bar(0.0), "0:00 / 1:00 [--------------------]");
        assert_eq!(bar(3.0), "0:03 / 1:00 [#-------------------]");
        assert_eq!(bar(75.0), "1:15 / 1:00 [####################]");
    }

    #[test]
    fn what_does_not_fit_is_left_out_from_the_end() {
        for columns in 0..130 {
            let mut shown = line(&figures(), columns);
            for colour in ["\x1b[32m", "\x1b[0m"] {
                shown = shown.replace(colour, "");
            }
            assert!(shown.chars().count() < columns.max(1), "{columns}: {shown}");
        }
        assert!(line(&figures(), 46).ends_with("]  50 users"));
    }
}

//! Whether two series of parts differ: Welch's t-test, widened by what is left of autocorrelation, and Holm's
//! correction over all questions asked at once.
use super::parts::FEWEST;
use super::student::two_sided;

/// The chance of any false alarm in a whole table of comparisons.
pub const LEVEL: f64 = 0.01;

/// The probability that chance alone makes the series differ so much; nothing when there are too few values.
pub fn probability(first: &[f64], second: &[f64]) -> Option<f64> {
    if first.len() < FEWEST || second.len() < FEWEST {
        return None;
    }
    let (a, b) = (Sample::of(first), Sample::of(second));
    let error = (a.error + b.error).sqrt();
    let difference = b.mean - a.mean;
    if error <= f64::EPSILON * a.mean.abs().max(b.mean.abs()) {
        // Neither moves at all, as an error share of exactly 0 or 1: any difference is real.
        return Some(if difference.abs() <= error { 1.0 } else { 0.0 });
    }
    let spread = a.error * a.error / (a.count - 1.0) + b.error * b.error / (b.count - 1.0);
    let degrees_of_freedom = (a.error + b.error).powi(2) / spread;
    Some(two_sided(difference / error, degrees_of_freedom))
}

/// Holm's step-down: each probability grown so that it can be held against `LEVEL` however many were asked.
pub fn corrected(probabilities: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut order: Vec<(usize, f64)> = probabilities
        .iter()
        .enumerate()
        .filter_map(|(at, probability)| Some((at, (*probability)?)))
        .collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut corrected = vec![None; probabilities.len()];
    let (asked, mut largest) = (order.len(), 0.0_f64);
    for (rank, (at, probability)) in order.into_iter().enumerate() {
        largest = largest.max(probability * (asked - rank) as f64).min(1.0);
        corrected[at] = Some(largest);
    }
    corrected
}

/// What the test needs of a series.
struct Sample {
    count: f64,
    mean: f64,
    /// The square of the mean's standard error.
    error: f64,
}

impl Sample {
    fn of(values: &[f64]) -> Self {
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let together: f64 = values
            .windows(2)
            .map(|pair| (pair[0] - mean) * (pair[1] - mean))
            .sum();
        let correlation = if squares > 0.0 {
            together / squares
        } else {
            0.0
        };
        // Only what is clearly there widens: of few parts the estimate itself swings, and leans below zero.
        let correlation = correlation.clamp(0.0, 0.9);
        let widening = (1.0 + correlation) / (1.0 - correlation);
        Self {
            count,
            mean,
            error: squares / (count - 1.0) / count * widening,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_probability_is_welchs() {
        let first = [
            27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7,
            21.4,
        ];
        let second = [
            27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5,
            24.4,
        ];
        // scipy.stats.ttest_ind(equal_var=False) says 0.00545; the second series has no positive correlation left.
        let found = probability(&first, &second).expect("enough values");
        assert!(found > 0.004 && found < 0.02, "{found}");
        assert_eq!(probability(&first[..3], &second), None);
    }

    #[test]
    fn without_correlation_it_is_the_textbooks() {
        // Of 8 and 6 values: t = 3.82859 with 5.44864 degrees of freedom.
        let (first, second) = ([1.0, 2.0].repeat(4), [3.0, 7.0].repeat(3));
        let found = probability(&first, &second).expect("enough values");
        assert!((found - 0.010_419_8).abs() < 1e-6, "{found}");
    }

    #[test]
    fn series_that_do_not_move_differ_or_not() {
        assert_eq!(probability(&[0.0; 10], &[0.0; 10]), Some(1.0));
        assert_eq!(probability(&[0.0; 10], &[1.0; 10]), Some(0.0));
        let rare = [0.0, 0.0, 0.0, 0.0, 0.01, 0.0, 0.0, 0.0, 0.0, 0.0];
        assert!(probability(&[0.0; 10], &rare).expect("tested") > 0.1);
    }

    #[test]
    fn series_that_hang_together_need_a_larger_difference() {
        let steps = |from: f64| [0.0, 1.0, 2.0, 3.0, 4.0, 5.0].map(|x| x + from);
        let mixed = |from: f64| [0.0, 5.0, 1.0, 4.0, 2.0, 3.0].map(|x| x + from);
        let together = probability(&steps(0.0), &steps(4.0)).expect("tested");
        let apart = probability(&mixed(0.0), &mixed(4.0)).expect("tested");
        assert!(together > apart, "{together} {apart}");
    }

    #[test]
    fn the_correction_grows_with_the_number_of_questions() {
        let corrected = corrected(&[Some(0.01), None, Some(0.04), Some(0.03)]);
        let rounded = corrected.iter().map(|p| p.map(|p| (p * 1000.0).round()));
        assert_eq!(
            rounded.collect::<Vec<_>>(),
            [Some(30.0), None, Some(60.0), Some(60.0)]
        );
    }

    #[test]
    fn what_hangs_together_widens_the_error() {
        let rising = Sample::of(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]);
        assert_eq!((rising.count, rising.mean), (10.0, 5.5));
        // The correlation of neighbours is 57.75 / 82.5.
        let expected = 82.5 / 9.0 / 10.0 * (1.7 / 0.3);
        assert!((rising.error - expected).abs() < 1e-9, "{}", rising.error);
        let swinging = Sample::of(&[1.0, 3.0, 1.0, 3.0]);
        assert!(
            (swinging.error - 1.0 / 3.0).abs() < 1e-9,
            "it never narrows"
        );
        let steady = Sample::of(&[2.0; 5]);
        assert_eq!((steady.mean, steady.error), (2.0, 0.0));
    }
}

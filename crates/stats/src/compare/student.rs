//! Student's t distribution: how likely chance alone makes two means differ by so many standard errors.
//! By the regularised incomplete beta function (NIST DLMF 8.17.5, 8.17.22), to about ten digits.

/// The probability of a value at least this far from zero, on either side.
pub fn two_sided(t: f64, degrees_of_freedom: f64) -> f64 {
    if !t.is_finite() {
        return 0.0;
    }
    let x = degrees_of_freedom / (degrees_of_freedom + t * t);
    incomplete_beta(x, degrees_of_freedom / 2.0, 0.5)
}

fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front =
        (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln()).exp();
    if converges_quickly(x, a, b) {
        front * fraction(x, a, b) / a
    } else {
        1.0 - front * fraction(1.0 - x, b, a) / b
    }
}

/// The fraction does so on this side only; the other is the complement.
fn converges_quickly(x: f64, a: f64, b: f64) -> bool {
    x < (a + 1.0) / (a + b + 2.0)
}

/// Lentz's method.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut above = 1.0;
    let mut below = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut result = below;
    for step in 1..300 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        for term in [even, odd] {
            below = 1.0 / away_from_zero(1.0 + term * below);
            above = away_from_zero(1.0 + term / above);
            result *= above * below;
        }
        if (above * below - 1.0).abs() < 1e-14 {
            break;
        }
    }
    result
}

/// Stirling's series, shifted to where it is exact enough.
fn ln_gamma(mut x: f64) -> f64 {
    let mut shift = 0.0;
    while x < 10.0 {
        shift -= x.ln();
        x += 1.0;
    }
    let series = 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3)) + 1.0 / (1260.0 * x.powi(5));
    shift + (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_those_of_the_printed_tables() {
        for (t, degrees, probability) in [
            (0.0, 5.0, 1.0),
            (1.0, 1.0, 0.5),
            (12.706_204_736, 1.0, 0.05),
            (2.228_138_852, 10.0, 0.05),
            (3.169_272_673, 10.0, 0.01),
            (2.100_922_040, 18.0, 0.05),
            (4.587, 10.0, 0.001),
            (1.984_217, 99.0, 0.05),
        ] {
            let found = two_sided(t, degrees);
            assert!((found - probability).abs() < 1e-5, "{t} {degrees}: {found}");
            assert!((two_sided(-t, degrees) - found).abs() < 1e-12);
        }
        assert!(two_sided(f64::INFINITY, 3.0).abs() < f64::EPSILON);
    }
}

//! To the `HdrHistogram` that others read.
use super::ledger::Histogram;

impl<const BITS: u32> Histogram<BITS> {
    /// As the `HdrHistogram` of the same digits, for its V2 format.
    pub fn to_hdr(&self) -> hdrhistogram::Histogram<u64> {
        let mut hdr = hdrhistogram::Histogram::new(Self::DIGITS)
            .expect("two and three digits are within the range of HdrHistogram");
        for (value, count) in self.rows() {
            // It grows by itself, and no value is above an hour: recording cannot fail.
            hdr.record_n(value, count).unwrap_or_default();
        }
        hdr
    }
}

#[cfg(test)]
mod tests {
    use super::super::ledger::Coarse;
    use super::super::ledger::tests::ledger;
    use super::super::steps::LONGEST_US;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn buckets_are_those_of_hdrhistogram(values in prop::collection::vec(0_u64..LONGEST_US, 1..200)) {
            let mut hdr = hdrhistogram::Histogram::<u64>::new(3).expect("three digits");
            let mut coarse_hdr = hdrhistogram::Histogram::<u64>::new(2).expect("two digits");
            let mut coarse = Coarse::default();
            for value in &values {
                hdr.record(*value).expect("it grows");
                coarse_hdr.record(*value).expect("it grows");
                coarse.record_us(*value);
            }
            let exact = ledger(&values);
            prop_assert_eq!(exact.to_hdr(), hdr.clone());
            prop_assert_eq!(coarse.to_hdr(), coarse_hdr);
            for quantile in [0.1, 0.5, 0.95, 0.99] {
                let bounded = hdr.value_at_quantile(quantile).clamp(exact.min_us(), exact.max_us());
                let reported = exact.quantile_us(quantile);
                prop_assert!(reported == bounded || reported == exact.max_us(), "{} for {}", reported, bounded);
            }
        }
    }
}

//! A run from its store: the same outputs get the same ticks again, so they write what they wrote then.
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::run::{Output, OutputError};
use rlocust_core::model::{Conclusion, Tick};
use rlocust_stats::store::{Damage, Lacks, Reader, Record};

/// What a store held.
#[derive(Debug, Default)]
pub struct Replayed {
    /// The last sums; those of an empty run if there was no tick.
    pub last: Tick,
    /// Why the figures may lack the end; nothing where the run ended in order.
    pub lacks: Option<Lacks>,
}

/// The facts that a store begins with: what outputs are made for.
///
/// # Errors
/// When this is no store, or its beginning is damaged.
pub fn facts(file: &[u8]) -> Result<Map<String, Value>, Damage> {
    match Reader::new(file)?.next() {
        Some(Ok(Record::Facts(facts))) => Ok(facts),
        Some(Err(damage)) => Err(damage),
        _ => Err(Damage::Foreign),
    }
}

/// Hands every tick to every output; the last one ends them.
///
/// # Errors
/// When this is no store. Damage further on is reported in `Replayed::lacks`: what stands before it counts.
pub fn replay(
    file: &[u8],
    outputs: &mut [Box<dyn Output>],
) -> Result<(Replayed, Vec<OutputError>), Damage> {
    let mut reader = Reader::new(file)?;
    let (mut last, mut conclusion) = (None::<Arc<Tick>>, None);
    for record in reader.by_ref() {
        match record {
            // The reader keeps the damage, and it is the last thing that it yields.
            Ok(Record::Facts(_)) | Err(_) => {}
            Ok(Record::End(end)) => conclusion = Some(Conclusion::from_json(&end)),
            Ok(Record::Tick(tick)) => {
                if let Some(before) = last.replace(Arc::new(*tick)) {
                    for output in &mut *outputs {
                        // Files that fail will fail at their end, too, and are reported there.
                        output.tick(&before).ok();
                    }
                }
            }
        }
    }
    let last = Arc::new(Tick {
        conclusion: conclusion.map(Arc::new),
        ..last.map(Arc::unwrap_or_clone).unwrap_or_default()
    });
    let errors = outputs
        .iter_mut()
        .filter_map(|output| output.finish(&last).err())
        .collect();
    Ok((
        Replayed {
            last: Arc::unwrap_or_clone(last),
            lacks: reader.lacks(),
        },
        errors,
    ))
}

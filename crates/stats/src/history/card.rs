//! The card beside a store: notes of people, and figures, so that a list need not read every store. Written whole under
//! another name first: whoever reads meanwhile finds the one before.
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::figures::Figures;

/// A card is small; what is larger is none.
const MOST_BYTES: u64 = 1 << 20;

/// What people say of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Notes {
    pub note: String,
    pub labels: Vec<String>,
}

/// The file `ID.json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Card {
    #[serde(flatten)]
    pub notes: Notes,
    pub summary: Option<Summary>,
}

/// The figures of a store that had this length.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    pub bytes: u64,
    /// Why the end is missing, in words; nothing where it is not.
    pub lacks: Option<String>,
    pub figures: Figures,
}

impl Card {
    /// Empty where there is none, or none that can be read: the store counts.
    pub fn load(path: &Path) -> Self {
        let is_small = std::fs::metadata(path).is_ok_and(|found| found.len() <= MOST_BYTES);
        let text = is_small.then(|| std::fs::read(path).ok()).flatten();
        let read = text.and_then(|text| serde_json::from_slice(&text).ok());
        read.unwrap_or_default()
    }

    pub fn save(&self, path: &Path) -> io::Result<()> {
        let text = serde_json::to_vec_pretty(self)?;
        let new = beside(path);
        let written = std::fs::write(&new, text).and_then(|()| std::fs::rename(&new, path));
        if written.is_err() {
            std::fs::remove_file(&new).ok(); // half a card is of no use
        }
        written
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_reads_back_to_itself_and_what_is_none_is_empty() {
        let path = std::env::temp_dir().join(format!("rlocust-card-{}.json", std::process::id()));
        let card = Card {
            notes: Notes {
                note: "before the index".to_owned(),
                labels: vec!["a".to_owned()],
            },
            summary: Some(Summary {
                bytes: 7,
                ..Summary::default()
            }),
        };
        card.save(&path).expect("there is space");
        assert_eq!(Card::load(&path), card);
        std::fs::write(&path, "{").expect("there is space");
        assert_eq!(Card::load(&path), Card::default());
        std::fs::remove_file(&path).expect("it can be removed");
        assert_eq!(Card::load(&path), Card::default());
        assert!(card.save(Path::new("/no/such/folder/x.json")).is_err());
    }
}

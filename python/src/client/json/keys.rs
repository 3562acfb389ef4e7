//! Keys of objects, which answers repeat: a key once made is given out again, its hash included.
use parking_lot::Mutex;
use pyo3::prelude::*;
use pyo3::types::PyString;

/// Longer keys are data rather than names.
const LONGEST: usize = 40;
const PLACES: usize = 1024;

/// The latest key of each place.
pub struct Keys(Vec<Option<Key>>);

struct Key {
    text: Box<[u8]>,
    made: Py<PyString>,
}

/// Nothing while somebody has them: whatever Python runs in between, no lock is held.
static KEYS: Mutex<Option<Keys>> = Mutex::new(Some(Keys(Vec::new())));

impl Keys {
    /// Who takes them gives them back; others meanwhile do without.
    pub fn take() -> Option<Self> {
        KEYS.lock().take()
    }

    pub fn give_back(self) {
        *KEYS.lock() = Some(self);
    }

    pub fn get<'py>(&mut self, py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, PyString>> {
        if text.len() > LONGEST {
            return PyString::from_bytes(py, text);
        }
        if self.0.is_empty() {
            self.0.resize_with(PLACES, || None);
        }
        let place = &mut self.0[place_of(text)];
        if let Some(key) = place
            && *key.text == *text
        {
            return Ok(key.made.bind(py).clone());
        }
        let made = PyString::from_bytes(py, text)?;
        *place = Some(Key {
            text: text.into(),
            made: made.clone().unbind(),
        });
        Ok(made)
    }
}

/// By the first and the last bytes: names differ there.
fn place_of(text: &[u8]) -> usize {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let [first, last] = ends::<8>(text)
        .map(|ends| ends.map(u64::from_le_bytes))
        .or_else(|| Some(ends::<4>(text)?.map(|end| u32::from_le_bytes(end).into())))
        .unwrap_or_else(|| {
            let byte = |at: usize| text.get(at).map_or(0, |byte| u64::from(*byte));
            [byte(0), byte(1) << 8 | byte(2)]
        });
    let mixed = first.rotate_left(23) ^ last ^ text.len() as u64;
    (mixed.wrapping_mul(ODD) >> 32) as usize % PLACES
}

/// The first and the last bytes, which may be the same.
fn ends<const LENGTH: usize>(text: &[u8]) -> Option<[[u8; LENGTH]; 2]> {
    Some([*text.first_chunk()?, *text.last_chunk()?])
}

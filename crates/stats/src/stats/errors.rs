//! Failures, grouped by method, name and text. Keys are Locust's (a hash of the three, the text as Python
//! would print it), so that reports of Locust workers and ours fall into one row on a master.
use std::borrow::Cow;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use indexmap::{Equivalent, IndexMap};
use parking_lot::Mutex;
use sha2::{Digest, Sha256};

use super::kept::{is_shortened, kept_error, kept_name, shortened_error};
use rlocust_core::model::hashing::FastHash;
use rlocust_core::model::{ErrorRow, python_repr};

/// Different errors kept in rows of their own; the rest shares one row that says so.
const MOST_ROWS: usize = 10_000;
/// Bytes of all texts together, from which on new ones are shortened.
const MOST_TEXT: usize = 64 << 20;
/// Bytes at the beginning of a text that tell it from others; then its length and its last bytes do.
const HASHED_FIRST: usize = 4096;
const HASHED_LAST: usize = 512;

/// The key of an error row, lower-case hex.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ErrorKey(pub Arc<str>);

/// How often and when.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tally {
    pub occurrences: i64,
    pub first_seen: Option<f64>,
    pub last_seen: Option<f64>,
}

/// One row, shared with whoever holds it.
#[derive(Debug)]
pub struct ErrorSlot {
    pub method: Arc<str>,
    pub name: Arc<str>,
    pub text: Arc<str>,
    shown: OnceLock<Arc<str>>,
    pub tally: Mutex<Tally>,
    /// What the last snapshot was given.
    row: Mutex<Option<Arc<ErrorRow>>>,
}

impl ErrorSlot {
    pub fn new(method: &str, name: &str, text: &str) -> Self {
        Self {
            method: kept_name(method).into(),
            name: kept_name(name).into(),
            text: kept_error(text).into(),
            shown: OnceLock::new(),
            tally: Mutex::default(),
            row: Mutex::default(),
        }
    }

    /// The text as the console shows it; that of the first occurrence stays.
    pub fn show_as(&self, text: &str) {
        let kept = if is_shortened(&self.text) {
            shortened_error(text)
        } else {
            kept_error(text)
        };
        self.shown.get_or_init(|| self.shared(&kept));
    }

    /// Whether this is the row of that error, not of all those without a row.
    pub fn stands_for(&self, text: &str) -> bool {
        *self.text == *text || *self.text == *shortened_error(text)
    }

    fn shown(&self) -> Arc<str> {
        let shown = self.shown.get().map(Arc::clone);
        shown.unwrap_or_else(|| self.shared(shown_error(&self.text)))
    }

    /// A text of its own only where it differs: texts may be long.
    fn shared(&self, text: &str) -> Arc<str> {
        if *text == *self.text {
            Arc::clone(&self.text)
        } else {
            text.into()
        }
    }

    /// Bytes of text that the row keeps.
    fn weight(&self) -> usize {
        let is_wrapped = shown_error(&self.text).len() < self.text.len();
        self.text.len() * (1 + usize::from(is_wrapped))
    }

    pub fn occurred(&self, now: f64) {
        let mut tally = self.tally.lock();
        tally.occurrences += 1;
        tally.first_seen.get_or_insert(now);
        tally.last_seen = Some(now);
    }

    /// The row with the tally of an instant; the same as last time if nothing happened between.
    pub fn row(&self, key: &ErrorKey, tally: Tally) -> Arc<ErrorRow> {
        let mut last = self.row.lock();
        let row = ErrorRow {
            key: Arc::clone(&key.0),
            method: Arc::clone(&self.method),
            name: Arc::clone(&self.name),
            text: Arc::clone(&self.text),
            shown: self.shown(),
            occurrences: tally.occurrences,
            first_seen: tally.first_seen,
            last_seen: tally.last_seen,
        };
        match &*last {
            Some(same) if **same == row => Arc::clone(same),
            _ => Arc::clone(last.insert(Arc::new(row))),
        }
    }
}

/// Rows by key, in the order of their first occurrence. Hashing a text costs more than all else here, so
/// the key of a text already seen is looked up.
#[derive(Debug)]
pub struct ErrorTable {
    rows: IndexMap<ErrorKey, Row, FastHash>,
    keys: IndexMap<Named, ErrorKey, FastHash>,
    /// Bytes of text that may still be kept whole.
    room: usize,
}

#[derive(Debug)]
struct Row {
    slot: Arc<ErrorSlot>,
    /// The room that it took, which may be less than it weighs.
    taken: usize,
}

impl Default for ErrorTable {
    fn default() -> Self {
        Self::with_room(MOST_TEXT)
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Named(Arc<str>, Arc<str>, Arc<str>);

struct NamedRef<'a>(&'a str, &'a str, &'a str);

impl Hash for Named {
    fn hash<H: Hasher>(&self, state: &mut H) {
        NamedRef(&self.0, &self.1, &self.2).hash(state);
    }
}

/// Of a long text both ends alone: every occurrence is looked up while all others wait.
impl Hash for NamedRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0, self.1).hash(state);
        let text = self.2.as_bytes();
        state.write_usize(text.len());
        let (first, rest) = text.split_at(text.len().min(HASHED_FIRST));
        state.write(first);
        state.write(&rest[rest.len().saturating_sub(HASHED_LAST)..]);
    }
}

impl Equivalent<Named> for NamedRef<'_> {
    fn equivalent(&self, key: &Named) -> bool {
        *key.2 == *self.2 && *key.1 == *self.1 && *key.0 == *self.0
    }
}

impl ErrorTable {
    fn with_room(room: usize) -> Self {
        Self {
            rows: IndexMap::default(),
            keys: IndexMap::default(),
            room,
        }
    }

    /// Counts one occurrence in its row, which is made when it is new.
    pub fn log(&mut self, named: (&str, &str, &str), now: f64) -> (ErrorKey, Arc<ErrorSlot>) {
        let (key, slot) = self.row_of(named);
        slot.occurred(now);
        (key, slot)
    }

    /// Adds what a worker has reported of an error.
    pub fn add(&mut self, reported: &ErrorRow) {
        let (_, slot) = self.row_of((&reported.method, &reported.name, &reported.text));
        let mut tally = slot.tally.lock();
        let (first, last) = (tally.first_seen, tally.last_seen);
        tally.occurrences = tally.occurrences.saturating_add(reported.occurrences);
        tally.first_seen = match (first, reported.first_seen) {
            (Some(ours), Some(theirs)) => Some(ours.min(theirs)),
            (ours, theirs) => ours.or(theirs),
        };
        tally.last_seen = match (last, reported.last_seen) {
            (Some(ours), Some(theirs)) => Some(ours.max(theirs)),
            (ours, theirs) => ours.or(theirs),
        };
    }

    fn row_of(&mut self, named: (&str, &str, &str)) -> (ErrorKey, Arc<ErrorSlot>) {
        let (method, name) = (kept_name(named.0), kept_name(named.1));
        let (method, name) = (&*method, &*name);
        let text = self.kept(method, name, named.2);
        let known = self.keys.get(&NamedRef(method, name, &text));
        let key = known.cloned();
        let key = key.unwrap_or_else(|| key_of(method, name, &text));
        if let Some(row) = self.rows.get(&key) {
            return (key, Arc::clone(&row.slot));
        }
        if let Some(text) = self.overflow_text() {
            return self.overflow_row(&text);
        }
        let slot = Arc::new(ErrorSlot::new(method, name, &text));
        self.remember(&key, &slot);
        self.put(key.clone(), Arc::clone(&slot));
        (key, slot)
    }

    /// The text as its row has it or will have it.
    fn kept<'a>(&self, method: &str, name: &str, text: &'a str) -> Cow<'a, str> {
        let whole = kept_error(text);
        if whole.len() <= self.room || self.keys.contains_key(&NamedRef(method, name, &whole)) {
            return whole;
        }
        shortened_error(text)
    }

    fn remember(&mut self, key: &ErrorKey, slot: &ErrorSlot) {
        if self.keys.len() < MOST_ROWS {
            let [method, name, text] = [&slot.method, &slot.name, &slot.text].map(Arc::clone);
            self.keys.insert(Named(method, name, text), key.clone());
        }
    }

    /// The text under which an error without a row is counted, once there is no room for more rows.
    pub fn overflow_text(&self) -> Option<String> {
        (self.rows.len() >= MOST_ROWS)
            .then(|| format!("more than {MOST_ROWS} different errors: the others are counted here"))
    }

    fn overflow_row(&mut self, text: &str) -> (ErrorKey, Arc<ErrorSlot>) {
        let key = key_of("", "", text);
        let row = self.rows.entry(key.clone()).or_insert_with(|| Row {
            slot: Arc::new(ErrorSlot::new("", "", text)),
            taken: 0,
        });
        (key, Arc::clone(&row.slot))
    }

    pub fn put(&mut self, key: ErrorKey, slot: Arc<ErrorSlot>) {
        let given_back = self.rows.get(&key).map_or(0, |row| row.taken);
        let room = self.room + given_back;
        let taken = slot.weight().min(room);
        self.room = room - taken;
        self.rows.insert(key, Row { slot, taken });
    }

    pub fn remove(&mut self, key: &ErrorKey) {
        if let Some(Row { slot, taken }) = self.rows.shift_remove(key) {
            self.room += taken;
            self.keys
                .swap_remove(&NamedRef(&slot.method, &slot.name, &slot.text));
        }
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    pub fn iter(&self) -> impl Iterator<Item = (&ErrorKey, &Arc<ErrorSlot>)> {
        self.rows.iter().map(|(key, row)| (key, &row.slot))
    }
}

/// Locust's key: SHA-256 of method, name and the text as Python's `repr` prints it.
fn key_of(method: &str, name: &str, text: &str) -> ErrorKey {
    let hash = Sha256::digest(format!("{method}.{name}.{}", python_repr(text)));
    let mut hex = String::with_capacity(64);
    for byte in hash {
        // Writing to a String cannot fail.
        write!(hex, "{byte:02x}").unwrap_or_default();
    }
    ErrorKey(hex.into())
}

/// What the console shows of an error that arrived as text: Locust's own wrapper is taken off, the quotes
/// inside it stay (as they do on Locust's master).
pub fn shown_error(text: &str) -> &str {
    let Some(inside) = text.strip_prefix("CatchResponseError(") else {
        return text;
    };
    if is_shortened(inside) {
        return inside;
    }
    let end = inside.char_indices().next_back().map_or(0, |(at, _)| at);
    &inside[..end]
}

/// Memory addresses made equal, so that one error is one row. Locust knows `object at 0x…>` only and makes
/// a new row for each `<HTTPConnection(…) at 0x7f…>`; we take those as well.
pub fn masked_addresses(text: &str) -> String {
    const MARK: &str = "object at 0x";
    let mut masked = text.to_owned();
    if let Some(found) = text.find(MARK) {
        let start = found + MARK.len() - "0x".len();
        if let Some(length) = text[start..].find('>') {
            masked = text.replace(&text[start..start + length], "0x....");
        }
    }
    mask_other_addresses(&masked)
}

fn mask_other_addresses(text: &str) -> String {
    const MARK: &str = " at 0x";
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(found) = rest.find(MARK) {
        let after = &rest[found + MARK.len()..];
        let digits = after.bytes().take_while(u8::is_ascii_hexdigit).count();
        result.push_str(&rest[..found + MARK.len()]);
        if digits > 0 {
            result.push_str("....");
        }
        rest = &after[digits..];
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_locusts() {
        // From locust.stats.StatsError.create_key, 2.47.0.
        let key = key_of("GET", "/a", "ValueError('a')");
        assert_eq!(
            &*key.0,
            "2b5ce019d2d82f6a85a88555362239160be1e7e0c5c6db983ca9fb99fe2ca89e"
        );
    }

    #[test]
    fn addresses_are_masked_also_where_locust_leaves_them() {
        assert_eq!(
            masked_addresses("<Foo object at 0x7f01>, <Foo object at 0x7f01>"),
            "<Foo object at 0x....>, <Foo object at 0x....>"
        );
        assert_eq!(
            masked_addresses("<HTTPConnection(host='a') at 0x7f3b>: no"),
            "<HTTPConnection(host='a') at 0x....>: no"
        );
        assert_eq!(masked_addresses("look at 0x"), "look at 0x");
    }

    #[test]
    fn the_wrapper_comes_off_and_its_quotes_stay() {
        assert_eq!(shown_error("CatchResponseError('bad')"), "'bad'");
        assert_eq!(shown_error("CatchResponseError("), "");
        assert_eq!(shown_error("bad"), "bad");
    }

    #[test]
    fn long_errors_are_shortened_and_kept_apart_by_beginning_and_length() {
        let mut table = ErrorTable::default();
        let long = format!("CatchResponseError('{}')", "a".repeat(1_000_000));
        for text in [&long, &long.replace('a', "b"), &format!("{long}c"), &long] {
            table.log(("GET", &long, text), 1.0);
        }
        let slots: Vec<_> = table.iter().map(|(_, slot)| slot).collect();
        assert_eq!(slots.len(), 3);
        assert_eq!(slots[0].tally.lock().occurrences, 2);
        assert!(
            slots
                .iter()
                .all(|slot| slot.text.len() < 5000 && slot.name.len() < 2100)
        );
        assert!(slots[0].shown().starts_with("'aaa"));
        assert!(slots[0].shown().ends_with("a… (1000022 characters)"));
    }

    #[test]
    fn texts_are_whole_until_all_of_them_together_are_too_long() {
        let mut table = ErrorTable::with_room(30_000);
        let text = |letter: &str| letter.repeat(10_000);
        for letter in ["a", "b", "c", "d", "a", "d"] {
            table.log(("GET", "/", &text(letter)), 1.0);
        }
        let slots: Vec<_> = table.iter().map(|(_, slot)| slot).collect();
        let lengths: Vec<_> = slots.iter().map(|slot| slot.text.chars().count()).collect();
        assert_eq!(lengths, [10_000, 10_000, 10_000, 4096]);
        let counts = slots.iter().map(|slot| slot.tally.lock().occurrences);
        assert_eq!(counts.collect::<Vec<_>>(), [2, 1, 1, 2]);
        assert!(slots[3].stands_for(&text("d")) && !slots[3].stands_for(&text("e")));
        assert!(Arc::ptr_eq(&slots[0].shown(), &slots[0].text));
        let (first, last) = (key_of("GET", "/", &text("a")), text("e"));
        table.remove(&first);
        let (_, slot) = table.log(("GET", "/", &last), 1.0);
        assert_eq!(*slot.text, last);
    }

    #[test]
    fn a_long_text_is_hashed_at_both_ends_and_compared_whole() {
        #[derive(Default)]
        struct Counted(usize);
        impl Hasher for Counted {
            fn write(&mut self, bytes: &[u8]) {
                self.0 += bytes.len();
            }
            fn finish(&self) -> u64 {
                0
            }
        }
        let text = "x".repeat(60_000);
        let mut hashed = Counted::default();
        NamedRef("GET", "/", &text).hash(&mut hashed);
        assert!(hashed.0 < 6000, "{} bytes", hashed.0);
        let middle = format!("{}y{}", &text[..30_000], &text[30_001..]);
        let mut table = ErrorTable::default();
        for text in [&text, &middle, &text] {
            table.log(("GET", "/", text), 1.0);
        }
        let counts = table.iter().map(|(_, slot)| slot.tally.lock().occurrences);
        assert_eq!(counts.collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn rows_give_back_the_room_that_they_took_and_no_more() {
        let mut table = ErrorTable::with_room(30_000);
        let slot = |length: usize| Arc::new(ErrorSlot::new("GET", "/", &"x".repeat(length)));
        let keys = ["a", "b"].map(|text| key_of("GET", "/", text));
        table.put(keys[0].clone(), slot(20_000));
        table.put(keys[0].clone(), slot(25_000));
        assert_eq!(table.room, 5000, "one row in the place of another");
        table.put(keys[1].clone(), slot(25_000));
        assert_eq!(table.room, 0);
        for key in &keys {
            table.remove(key);
        }
        assert_eq!(table.room, 30_000);
    }

    #[test]
    fn what_the_console_shows_of_a_wrapped_text_counts_too() {
        let mut table = ErrorTable::with_room(30_000);
        for letter in ["a", "b"] {
            let text = format!("CatchResponseError('{}')", letter.repeat(10_000));
            table.log(("GET", "/", &text), 1.0);
        }
        let lengths = table.iter().map(|(_, slot)| slot.shown().chars().count());
        assert_eq!(lengths.collect::<Vec<_>>(), [10_002, 4077]);
    }

    #[test]
    fn beyond_the_cap_errors_share_a_row_that_says_so() {
        let mut table = ErrorTable::default();
        for number in 0..MOST_ROWS + 5 {
            table.log(("GET", "/", &number.to_string()), 1.0);
        }
        assert_eq!(table.iter().count(), MOST_ROWS + 1);
        let (_, last) = table.iter().last().expect("rows exist");
        assert_eq!(last.tally.lock().occurrences, 5);
        assert!(last.text.contains("different errors"));
    }
}

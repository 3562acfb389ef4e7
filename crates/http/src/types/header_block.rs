//! The status line and headers of an answer, kept as they came and read on demand.

use std::sync::Arc;

use bytes::Bytes;

/// Status line and headers of an answer, in one piece of memory; names and values by offset.
#[derive(Clone, Debug)]
pub struct HeaderBlock {
    pub(crate) raw: Bytes,
    pub(crate) reason: (u32, u32),
    pub(crate) fields: Arc<[Field]>,
}

/// Where a header lies in its block.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Field {
    pub name: (u32, u32),
    pub value: (u32, u32),
}

impl HeaderBlock {
    /// The whole block as it came.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The reason phrase (latin-1 by the clients' reading).
    pub fn reason(&self) -> &[u8] {
        &self.raw[self.reason.0 as usize..self.reason.1 as usize]
    }

    /// Names and values in order, repeated ones repeated, spelt as they came; values trimmed.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.fields.iter().map(|field| {
            (
                &self.raw[field.name.0 as usize..field.name.1 as usize],
                &self.raw[field.value.0 as usize..field.value.1 as usize],
            )
        })
    }

    /// All values of a name, whatever its case.
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.iter()
            .filter(move |(own, _)| own.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value)
    }

    /// The first value of a name, whatever its case.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value)
    }
}

//! A JSON text as the objects that `json.loads` makes of it, `NaN` and `Infinity` included.
//!
//! Nothing is answered for what is no JSON: Python's parser says what is wrong with it. It is asked, too, about what lies
//! deep, since it counts its recursion.
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString};

use crate::client::json::keys::Keys;
use crate::client::json::strings;

const DEEPEST: usize = 100;
/// So many digits are no number beyond 64 bits.
const SURE_DIGITS: usize = 18;

pub fn parsed<'py>(py: Python<'py>, text: &str) -> Option<Bound<'py, PyAny>> {
    let mut parser = Parser {
        py,
        text,
        at: 0,
        keys: Keys::take(),
    };
    let value = parser.document();
    if let Some(keys) = parser.keys {
        keys.give_back();
    }
    value
}

struct Parser<'text, 'py> {
    py: Python<'py>,
    text: &'text str,
    at: usize,
    keys: Option<Keys>,
}

impl<'py> Parser<'_, 'py> {
    fn document(&mut self) -> Option<Bound<'py, PyAny>> {
        self.skip_blanks();
        let value = self.value(DEEPEST)?;
        self.skip_blanks();
        (self.at == self.text.len()).then_some(value)
    }

    fn value(&mut self, depth: usize) -> Option<Bound<'py, PyAny>> {
        match self.peek()? {
            b'"' => {
                self.at += 1;
                self.string()
            }
            b'{' => self.object(depth.checked_sub(1)?),
            b'[' => self.array(depth.checked_sub(1)?),
            b'-' | b'0'..=b'9' => self.number(),
            _ => self.word(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Bound<'py, PyAny>> {
        self.at += 1;
        let dict = PyDict::new(self.py);
        self.skip_blanks();
        if self.take(b'}') {
            return Some(dict.into_any());
        }
        loop {
            let key = self.key()?;
            self.skip_blanks();
            self.expect(b':')?;
            self.skip_blanks();
            let value = self.value(depth)?;
            dict.set_item(key, value).ok()?;
            self.skip_blanks();
            if self.take(b'}') {
                return Some(dict.into_any());
            }
            self.expect(b',')?;
            self.skip_blanks();
        }
    }

    fn array(&mut self, depth: usize) -> Option<Bound<'py, PyAny>> {
        self.at += 1;
        let list = PyList::empty(self.py);
        self.skip_blanks();
        if self.take(b']') {
            return Some(list.into_any());
        }
        loop {
            list.append(self.value(depth)?).ok()?;
            self.skip_blanks();
            if self.take(b']') {
                return Some(list.into_any());
            }
            self.expect(b',')?;
            self.skip_blanks();
        }
    }

    fn key(&mut self) -> Option<Bound<'py, PyString>> {
        self.expect(b'"')?;
        let (text, end) = strings::string(self.text, self.at)?;
        self.at = end;
        match &mut self.keys {
            Some(keys) => keys.get(self.py, &text).ok(),
            None => PyString::from_bytes(self.py, &text).ok(),
        }
    }

    fn string(&mut self) -> Option<Bound<'py, PyAny>> {
        let (text, end) = strings::string(self.text, self.at)?;
        self.at = end;
        let text = PyString::from_bytes(self.py, &text).ok()?;
        Some(text.into_any())
    }

    fn number(&mut self) -> Option<Bound<'py, PyAny>> {
        let start = self.at;
        self.take(b'-');
        if self.peek() == Some(b'I') {
            self.at = start;
            return self.word();
        }
        if !self.take(b'0') {
            self.digits()?;
        }
        let mut is_whole = true;
        if self.take(b'.') {
            self.digits()?;
            is_whole = false;
        }
        if self.take(b'e') || self.take(b'E') {
            let _is_signed = self.take(b'+') || self.take(b'-');
            self.digits()?;
            is_whole = false;
        }
        let digits = &self.text[start..self.at];
        if is_whole {
            self.int(digits)
        } else {
            Some(PyFloat::new(self.py, digits.parse().ok()?).into_any())
        }
    }

    fn int(&self, digits: &str) -> Option<Bound<'py, PyAny>> {
        if digits.len() <= SURE_DIGITS && !digits.starts_with('-') {
            let add = |whole: i64, digit: u8| whole * 10 + i64::from(digit - b'0');
            let whole = digits.bytes().fold(0, add);
            return Some(PyInt::new(self.py, whole).into_any());
        }
        match digits.parse::<i64>() {
            Ok(whole) => Some(PyInt::new(self.py, whole).into_any()),
            Err(_) => self.py.get_type::<PyInt>().call1((digits,)).ok(),
        }
    }

    fn digits(&mut self) -> Option<()> {
        let digits = self.text.as_bytes()[self.at..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        self.at += digits;
        (digits > 0).then_some(())
    }

    fn word(&mut self) -> Option<Bound<'py, PyAny>> {
        let py = self.py;
        let rest = &self.text[self.at..];
        let truth = |truth| PyBool::new(py, truth).to_owned().into_any();
        let float = |value| PyFloat::new(py, value).into_any();
        let (word, value) = if rest.starts_with("null") {
            ("null", py.None().into_bound(py))
        } else if rest.starts_with("true") {
            ("true", truth(true))
        } else if rest.starts_with("false") {
            ("false", truth(false))
        } else if rest.starts_with("NaN") {
            ("NaN", float(f64::NAN))
        } else if rest.starts_with("Infinity") {
            ("Infinity", float(f64::INFINITY))
        } else if rest.starts_with("-Infinity") {
            ("-Infinity", float(f64::NEG_INFINITY))
        } else {
            return None;
        };
        self.at += word.len();
        Some(value)
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.take(byte).then_some(())
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

//! The format of server-sent events, as the HTML standard has it: fields in lines that end with CR, LF or both, an event at
//! each empty line. Fed as bytes come, however they are cut; each byte is looked at once.
use super::fault::Fault;

const BOM: [u8; 3] = [0xef, 0xbb, 0xbf];

/// What a server said.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Event {
    /// Its type, `message` where none was given.
    pub event: String,
    pub data: String,
    /// The last id that the stream has given, with this event or an earlier one.
    pub id: String,
}

/// What lines have said so far.
#[derive(Debug)]
pub(super) struct Parser {
    /// The line that is not whole yet.
    line: Vec<u8>,
    event: String,
    data: String,
    has_data: bool,
    id: String,
    last_id: String,
    retry_ms: Option<u64>,
    /// A line feed that comes next belongs to the line end before.
    is_behind_cr: bool,
    is_at_start: bool,
    limit: usize,
}

impl Parser {
    /// Lines and events may be so long. `last_id` is what an earlier connection left off with.
    pub fn new(limit: usize, last_id: String) -> Self {
        Self {
            line: Vec::new(),
            event: String::new(),
            data: String::new(),
            has_data: false,
            id: last_id.clone(),
            last_id,
            retry_ms: None,
            is_behind_cr: false,
            is_at_start: true,
            limit,
        }
    }

    /// The id of the last event that was whole.
    pub fn last_id(&self) -> &str {
        &self.last_id
    }

    /// How long the server wants us to wait before we connect again.
    pub fn retry_ms(&self) -> Option<u64> {
        self.retry_ms
    }

    /// Hands on the events that these bytes make whole.
    pub fn feed(
        &mut self,
        mut bytes: &[u8],
        mut take: impl FnMut(Event) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if self.is_behind_cr && !bytes.is_empty() {
            self.is_behind_cr = false;
            bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
        }
        while let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            self.grow(&bytes[..end])?;
            if let Some(event) = self.end_line()? {
                take(event)?;
            }
            let behind = &bytes[end + 1..];
            let is_cr = bytes[end] == b'\r';
            self.is_behind_cr = is_cr && behind.is_empty();
            let pair = behind.strip_prefix(b"\n").filter(|_| is_cr);
            bytes = pair.unwrap_or(behind);
        }
        self.grow(bytes)
    }

    fn grow(&mut self, part: &[u8]) -> Result<(), Fault> {
        if self.line.len() + part.len() > self.limit {
            return Err(Fault::TooLong { limit: self.limit });
        }
        self.line.extend_from_slice(part);
        Ok(())
    }

    fn end_line(&mut self) -> Result<Option<Event>, Fault> {
        let mut line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.is_at_start) && line.starts_with(&BOM) {
            line.drain(..BOM.len());
        }
        let event = if line.is_empty() {
            self.dispatch()
        } else {
            self.field(&line)?;
            None
        };
        line.clear();
        self.line = line; // its memory serves the next one
        Ok(event)
    }

    fn field(&mut self, line: &[u8]) -> Result<(), Fault> {
        let colon = line.iter().position(|byte| *byte == b':');
        let (name, value) = match colon {
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => (line, &[][..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match name {
            b"data" => self.add_data(value)?,
            b"event" => self.event = text(value),
            b"id" if !value.contains(&0) => self.id = text(value),
            b"retry" if is_number(value) => self.retry_ms = text(value).parse().ok(),
            _ => {} // a comment, or a field that nobody knows
        }
        Ok(())
    }

    fn add_data(&mut self, value: &[u8]) -> Result<(), Fault> {
        if self.data.len() + value.len() >= self.limit {
            return Err(Fault::TooLong { limit: self.limit });
        }
        if self.has_data {
            self.data.push('\n');
        }
        self.has_data = true;
        self.data.push_str(&String::from_utf8_lossy(value));
        Ok(())
    }

    fn dispatch(&mut self) -> Option<Event> {
        self.last_id.clone_from(&self.id);
        let event = std::mem::take(&mut self.event);
        let data = std::mem::take(&mut self.data);
        std::mem::take(&mut self.has_data).then(|| Event {
            event: if event.is_empty() {
                "message".to_owned()
            } else {
                event
            },
            data,
            id: self.last_id.clone(),
        })
    }
}

fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}

fn is_number(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_in(piece: usize, stream: &[u8]) -> (Vec<Event>, Parser) {
        let mut parser = Parser::new(1_000, String::new());
        let mut events = Vec::new();
        for bytes in stream.chunks(piece) {
            let taken = parser.feed(bytes, |event| {
                events.push(event);
                Ok(())
            });
            taken.expect("within the limit");
        }
        (events, parser)
    }

    fn event(event: &str, data: &str, id: &str) -> Event {
        let own = str::to_owned;
        Event {
            event: own(event),
            data: own(data),
            id: own(id),
        }
    }

    #[test]
    fn an_event_is_what_its_lines_say_whatever_ends_them_and_however_they_are_cut() {
        let stream = "event: price\ndata: 1\ndata:2\ndata\nid: 7\n: a comment\n\ndata:  ü\n\n";
        let expected = [event("price", "1\n2\n", "7"), event("message", " ü", "7")];
        for end in ["\n", "\r", "\r\n"] {
            for start in ["", "\u{feff}"] {
                let stream = start.to_owned() + &stream.replace('\n', end);
                for piece in 1..=stream.len() {
                    let (events, _) = read_in(piece, stream.as_bytes());
                    assert_eq!(events, expected, "{end:?} {piece}");
                }
            }
        }
    }

    #[test]
    fn a_line_feed_behind_a_carriage_return_ends_no_line_of_its_own() {
        for stream in ["data: a\r\n\r\ndata: b\r\n\r\n", "data: a\r\rdata: b\n\r"] {
            for piece in 1..=stream.len() {
                let (events, _) = read_in(piece, stream.as_bytes());
                let data: Vec<_> = events.iter().map(|event| &*event.data).collect();
                assert_eq!(data, ["a", "b"], "{stream:?} {piece}");
            }
        }
    }

    #[test]
    fn without_data_there_is_no_event_but_the_id_holds() {
        let (events, parser) = read_in(5, b"id: 3\nevent: x\n\ndata\n\nid\ndata: y\n\nid: 9\n");
        assert_eq!(
            events,
            [event("message", "", "3"), event("message", "y", "")]
        );
        assert_eq!(parser.last_id(), "", "the last event is not whole");
    }

    #[test]
    fn fields_that_the_standard_passes_over_change_nothing() {
        let stream = b"id: 1\nid: a\0b\nretry: 1x\nretry:\nother: z\ndata : no\ndata: yes\n\n";
        let (events, parser) = read_in(7, stream);
        assert_eq!(events, [event("message", "yes", "1")]);
        assert_eq!(parser.retry_ms(), None);
        assert_eq!(read_in(3, b"retry: 1500\n").1.retry_ms(), Some(1_500));
    }

    #[test]
    fn what_is_no_utf_8_is_replaced() {
        let (events, _) = read_in(1, b"data: a\xffb\n\n");
        assert_eq!(events[0].data, "a\u{fffd}b");
    }

    #[test]
    fn a_line_and_an_event_may_be_so_long_and_no_longer() {
        let fed = |bytes: &[u8]| Parser::new(10, String::new()).feed(bytes, |_| Ok(()));
        let too_long = Err(Fault::TooLong { limit: 10 });
        assert_eq!(fed(b"data: 1234"), Ok(()));
        assert_eq!(fed(b"data: 12345"), too_long);
        assert_eq!(fed(b"data:1234\ndata:12345\n"), Ok(()));
        assert_eq!(fed(b"data:12345\ndata:12345\n"), too_long);
    }
}

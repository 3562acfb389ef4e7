//! A raw client for the demo server's tests: sends bytes as they are and reads to the end of an answer or connection.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use rlocust_engine::demo::{Background, Options};

use rlocust_testing::waiting::{DEADLINE, wait_until};

pub fn demo() -> Background {
    Background::start(Options::on_a_free_port()).expect("a free port on loopback")
}

pub struct Client {
    reader: BufReader<TcpStream>,
}

#[derive(Debug)]
pub struct Answered {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answered {
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1);
        lines
            .filter_map(|line| line.split_once(": "))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }
}

impl Client {
    pub fn new(demo: &Background) -> Self {
        let stream = TcpStream::connect(demo.address()).expect("the demo server is up");
        stream
            .set_read_timeout(Some(DEADLINE))
            .expect("a time limit");
        Self {
            reader: BufReader::new(stream),
        }
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.reader
            .get_mut()
            .write_all(bytes.as_ref())
            .expect("the server takes the bytes");
    }

    /// A request with a body (maybe empty) and further header lines, each ending in CRLF.
    pub fn ask(&mut self, method: &str, target: &str, headers: &str, body: &str) -> Answered {
        let length = body.len();
        self.send(format!(
            "{method} {target} HTTP/1.1\r\nHost: demo\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
        ));
        self.answer(method)
    }

    pub fn get(&mut self, target: &str) -> Answered {
        self.ask("GET", target, "", "")
    }

    pub fn answer(&mut self, method: &str) -> Answered {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let read = self.reader.read_line(&mut head).expect("a head");
            assert!(read > 0, "the connection ended in the head: {head:?}");
        }
        let status = head[9..12].parse().expect("a status");
        let mut answered = Answered {
            status,
            head,
            body: Vec::new(),
        };
        if method != "HEAD" {
            answered.body = self.body(&answered);
        }
        answered
    }

    fn body(&mut self, answered: &Answered) -> Vec<u8> {
        if answered.header("transfer-encoding") == Some("chunked") {
            return self.chunks().concat();
        }
        let length = answered.header("content-length").unwrap_or("0");
        let mut body = vec![0; length.parse().expect("a length")];
        self.reader.read_exact(&mut body).expect("the whole body");
        body
    }

    fn chunks(&mut self) -> Vec<Vec<u8>> {
        let mut chunks = Vec::new();
        loop {
            let mut line = String::new();
            self.reader.read_line(&mut line).expect("a chunk's length");
            let size = usize::from_str_radix(line.trim(), 16).expect("a length in hex");
            let mut chunk = vec![0; size + 2];
            self.reader.read_exact(&mut chunk).expect("a whole chunk");
            chunk.truncate(size);
            if size == 0 {
                return chunks;
            }
            chunks.push(chunk);
        }
    }

    /// Asks until the server has counted so many requests.
    pub fn wait_for_total(&mut self, total: u64) {
        wait_until(&format!("{total} requests are counted"), || {
            self.get("/counters").json()["total"] == total
        });
    }

    /// Everything up to the end of the connection, and how it ended.
    pub fn rest(&mut self) -> (Vec<u8>, io::Result<()>) {
        let mut bytes = Vec::new();
        let end = self.reader.read_to_end(&mut bytes).map(|_| ());
        (bytes, end)
    }
}

//! One connection: reads requests, asks the site for answers, writes them in order. Answers to pipelined requests
//! leave in one write. Errors of the socket end the connection silently: the client is gone and nobody else cares.

use std::io;
use std::sync::Arc;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::answer::{Answer, Reply};
use super::faults::{Ending, Fault};
use super::request::{Found, Head, Request};
use super::routes::Site;

/// Answers gathered beyond this are written before the next request is looked at.
const WRITE_AT: usize = 64 * 1024;
/// Room for each read: a usual request fits, and ten thousand idle connections stay cheap.
const READ: usize = 2048;
const PIECE: [u8; 16 * 1024] = [b'x'; 16 * 1024];

pub struct Connection {
    stream: TcpStream,
    site: Arc<Site>,
    input: BytesMut,
    output: Vec<u8>,
    /// The request at the start of `input` is counted already; its body is still coming.
    is_counted: bool,
    /// Nothing is written any more; requests are still read and counted.
    is_silent: bool,
}

/// What the request wants to know about how its answer is framed.
#[derive(Clone, Copy)]
struct Framing {
    keeps_alive: bool,
    is_old: bool,
    is_head: bool,
}

impl Framing {
    fn of(head: &Head<'_>) -> Self {
        Self {
            keeps_alive: head.keeps_alive(),
            is_old: head.version == "HTTP/1.0",
            is_head: head.method == "HEAD",
        }
    }

    /// For a request that could not be read: the connection ends after the answer.
    const LAST: Self = Self {
        keeps_alive: false,
        is_old: false,
        is_head: false,
    };
}

impl Connection {
    pub fn new(stream: TcpStream, site: Arc<Site>) -> Self {
        Self {
            stream,
            site,
            input: BytesMut::with_capacity(READ),
            output: Vec::with_capacity(512),
            is_counted: false,
            is_silent: false,
        }
    }

    pub async fn run(mut self) {
        self.converse().await.ok(); // see the opening text
    }

    async fn converse(&mut self) -> io::Result<()> {
        loop {
            while let Some((answer, framing)) = self.next_answer() {
                let ending = self.give(answer, framing).await?;
                if !self.goes_on_after(ending).await? {
                    return Ok(());
                }
            }
            self.flush().await?;
            self.input.reserve(READ); // nearly always free: the emptied buffer is used again from its start
            if self.stream.read_buf(&mut self.input).await? == 0 {
                return Ok(());
            }
        }
    }

    /// The answer to the next whole request in the buffer, which is then taken out.
    fn next_answer(&mut self) -> Option<(Answer, Framing)> {
        let head = match Head::find(&self.input) {
            Found::Whole(head) => head,
            Found::Partial => return None,
            Found::Refused(status) => return Some(self.refuse(status)),
        };
        if !self.is_counted {
            self.is_counted = true;
            self.site.count(&head);
            if head.expects_continue() {
                self.output
                    .extend_from_slice(b"HTTP/1.1 100 Continue\r\n\r\n");
            }
        }
        let framing = Framing::of(&head);
        match Request::find(head, &self.input) {
            Found::Whole(request) => {
                let (answer, length) = (self.site.answer(&request), request.length);
                self.input.advance(length);
                self.is_counted = false;
                Some((answer, framing))
            }
            Found::Partial => None,
            Found::Refused(status) => Some(self.refuse(status)),
        }
    }

    fn refuse(&mut self, status: u16) -> (Answer, Framing) {
        self.input.clear();
        self.is_counted = false;
        (Answer::problem(status, "not a request"), Framing::LAST)
    }

    async fn give(&mut self, answer: Answer, framing: Framing) -> io::Result<Ending> {
        if self.is_silent {
            return Ok(Ending::KeepAlive);
        }
        let mut answer = answer;
        while let Answer::After(pause, then) = answer {
            self.flush().await?;
            tokio::time::sleep(pause).await;
            answer = *then;
        }
        match answer {
            Answer::Page(page) => self.put(&page.head, &page.body, framing),
            Answer::Reply(reply) => self.put(&reply.head(), &reply.body, framing),
            Answer::Bytes(count) => self.put_bytes(count, framing).await?,
            Answer::Lines(count) => self.put_lines(count, framing).await?,
            Answer::Trickle { bytes, pause } => {
                self.put_head_for(bytes as usize, framing);
                for _ in 0..bytes {
                    self.flush().await?;
                    tokio::time::sleep(pause).await;
                    self.output.push(b'x');
                }
            }
            Answer::Fault(fault) => return Ok(self.misbehave(fault)),
            Answer::After(..) => {} // unwrapped above
        }
        self.site.counters.answered(1);
        if self.output.len() > WRITE_AT {
            self.flush().await?;
        }
        Ok(if framing.keeps_alive {
            Ending::KeepAlive
        } else {
            Ending::Close
        })
    }

    fn misbehave(&mut self, fault: Fault) -> Ending {
        self.output.extend_from_slice(fault.bytes());
        self.site.counters.answered(fault.is_answer().into());
        fault.ending()
    }

    async fn goes_on_after(&mut self, ending: Ending) -> io::Result<bool> {
        match ending {
            Ending::KeepAlive => return Ok(true),
            Ending::Reset => {
                self.flush().await?;
                self.stream.set_zero_linger()?; // closing now sends RST
                return Ok(false);
            }
            Ending::Close | Ending::HalfClose => {
                self.flush().await?;
                self.stream.shutdown().await?;
            }
            Ending::Silence => self.flush().await?,
        }
        self.is_silent = true;
        Ok(ending != Ending::Close)
    }

    async fn put_bytes(&mut self, count: usize, framing: Framing) -> io::Result<()> {
        self.put_head_for(count, framing);
        let mut left = if framing.is_head { 0 } else { count };
        while left > 0 {
            let piece = left.min(PIECE.len());
            self.output.extend_from_slice(&PIECE[..piece]);
            left -= piece;
            if self.output.len() > WRITE_AT {
                self.flush().await?;
            }
        }
        Ok(())
    }

    async fn put_lines(&mut self, count: u32, framing: Framing) -> io::Result<()> {
        let mut reply = Reply::new(200, "text/plain; charset=utf-8", "");
        reply
            .headers
            .push(("transfer-encoding", "chunked".to_owned()));
        self.put_head(&reply.head_without_length(), framing);
        if framing.is_head {
            return Ok(());
        }
        for number in 1..=count {
            let line = format!("line {number}\n");
            let chunk = format!("{:x}\r\n{line}\r\n", line.len());
            self.output.extend_from_slice(chunk.as_bytes());
            if self.output.len() > WRITE_AT {
                self.flush().await?;
            }
        }
        self.output.extend_from_slice(b"0\r\n\r\n");
        Ok(())
    }

    fn put_head_for(&mut self, length: usize, framing: Framing) {
        let reply = Reply::new(200, "application/octet-stream", "")
            .with("content-length", length.to_string());
        self.put_head(&reply.head_without_length(), framing);
    }

    fn put(&mut self, head: &[u8], body: &[u8], framing: Framing) {
        self.put_head(head, framing);
        if !framing.is_head {
            self.output.extend_from_slice(body);
        }
    }

    fn put_head(&mut self, head: &[u8], framing: Framing) {
        self.output.extend_from_slice(head);
        match framing {
            Framing {
                keeps_alive: false, ..
            } => {
                self.output.extend_from_slice(b"connection: close\r\n");
            }
            Framing { is_old: true, .. } => {
                self.output.extend_from_slice(b"connection: keep-alive\r\n");
            }
            _ => {}
        }
        self.output.extend_from_slice(b"\r\n");
    }

    async fn flush(&mut self) -> io::Result<()> {
        if !self.output.is_empty() {
            self.stream.write_all(&self.output).await?;
            self.output.clear();
        }
        Ok(())
    }
}

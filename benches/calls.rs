//! What a call costs the I/O thread: allocations, and under callgrind and strace instructions and system calls.
//! `cargo bench --bench calls -- URL USERS CALLS [fast]`: so many users, each with a session of its own, make so many
//! calls one after the other. What starting costs falls out of the difference of two runs that differ in `CALLS`.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use parking_lot::{Condvar, Mutex};
use rlocust_engine::clock;
use rlocust_engine::http::{
    Call, Command, Dialect, Engine, EngineOptions, Headers, Method, Redirects, Reply, Session,
    SessionOptions, Sink, Ticket, Timeouts, TlsProfile, Url,
};

fn main() {
    let words = std::env::args().skip(1).filter(|word| word != "--bench");
    let words: Vec<String> = words.collect();
    let [url, users, calls, kind @ ..] = &words[..] else {
        println!("cargo bench --bench calls -- URL USERS CALLS [fast]");
        return;
    };
    let number = |word: &str| word.parse().expect("a number");
    let load = Load {
        url: Url::parse(url).expect("a URL"),
        dialect: match kind {
            [] => Dialect::Requests,
            _ => Dialect::Ghc,
        },
        headers: headers(),
    };
    load.run(number(users), number(calls));
}

/// What all users ask for.
struct Load {
    url: Url,
    dialect: Dialect,
    headers: Headers,
}

impl Load {
    fn run(&self, users: usize, calls: usize) {
        let mailbox = Arc::new(Mailbox::default());
        let sink: Arc<dyn Sink> = Arc::<Mailbox>::clone(&mailbox);
        let engine = Engine::start(&EngineOptions::default(), sink).expect("an engine");
        let session = |_| engine.session(SessionOptions::default());
        let sessions: Vec<Session> = (0..users).map(session).collect();
        let mut left = vec![calls; users];
        let mut due: Vec<usize> = (0..users).collect();
        let mut answered = 0;
        while answered < users * calls {
            let mut batch = Vec::with_capacity(due.len());
            for user in due.drain(..) {
                left[user] -= 1;
                batch.push(Command::Call(self.call(user, &sessions[user])));
            }
            engine.submit(&mut batch);
            for reply in mailbox.wait() {
                assert_eq!(reply.error, None);
                answered += 1;
                let user = reply.ticket.0 as usize;
                if left[user] > 0 {
                    due.push(user);
                }
            }
        }
        let state = mailbox.state.lock();
        let each = |count: u64| count as f64 / answered as f64;
        println!(
            "{users} users, {calls} calls, {:?}: {:.2} allocations, {:.0} bytes a call",
            self.dialect,
            each(state.allocations),
            each(state.bytes)
        );
    }

    fn call(&self, user: usize, session: &Session) -> Box<Call> {
        let mut timeouts = Timeouts::default();
        if self.dialect == Dialect::Ghc {
            let limit = Some(Duration::from_mins(1));
            (timeouts.connect, timeouts.read) = (limit, limit);
        }
        Box::new(Call {
            ticket: Ticket(user as u64),
            session: session.clone(),
            submitted: clock::instant(),
            method: Method::Get,
            url: self.url.clone(),
            headers: self.headers.clone(),
            body: Bytes::new(),
            dialect: self.dialect,
            redirects: Redirects::Follow { max: 30 },
            timeouts,
            tls: TlsProfile::none(),
            proxies: None,
            decode: true,
            max_retries: 1,
            cookies: None,
        })
    }
}

fn headers() -> Headers {
    let mut headers = Headers::new();
    headers.push("User-Agent", "python-requests/2.32.3");
    headers.push("Accept-Encoding", "gzip, deflate");
    headers.push("Accept", "*/*");
    headers.push("Connection", "keep-alive");
    headers
}

/// Where replies lie, with what the I/O thread had allocated at the last of them.
#[derive(Default)]
struct Mailbox {
    state: Mutex<State>,
    filled: Condvar,
}

type Replies = Vec<Box<Reply>>;

#[derive(Default)]
struct State {
    replies: Replies,
    allocations: u64,
    bytes: u64,
}

impl Mailbox {
    fn wait(&self) -> Replies {
        let mut state = self.state.lock();
        while state.replies.is_empty() {
            self.filled.wait(&mut state);
        }
        let room = Vec::with_capacity(state.replies.len());
        std::mem::replace(&mut state.replies, room)
    }
}

impl Sink for Mailbox {
    fn answered(&self, _ticket: Ticket, reply: Box<Reply>) {
        let mut state = self.state.lock();
        (state.allocations, state.bytes) = (ALLOCATIONS.get(), BYTES.get());
        state.replies.push(reply);
        drop(state);
        self.filled.notify_one();
    }
}

/// Counts what each thread allocates.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
    static BYTES: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: the system's allocator does it all; the counters are this thread's own and need no memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        BYTES.set(BYTES.get() + layout.size() as u64);
        // SAFETY: as the caller promised.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promised.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

//! The least that messages of so many connections can cost: one thread, no script, no figures, a timer and an answer for
//! each message. `cargo bench --bench websocket_floor -- ws://HOST:PORT CONNECTIONS` says `ready` once all have sent, and
//! goes on until it is ended; `bench/web_sockets.py` reads its CPU time beside that of the generators.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio::task::LocalSet;
use tokio::time::{interval, sleep};
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

/// As the users of `bench/websocket_users.py` send it, a message a second.
const BYTES: usize = 110;
const PACE: Duration = Duration::from_secs(1);
/// Between the starts of two connections, as with 250 users a second.
const APART: Duration = Duration::from_millis(4);

fn main() {
    let words = std::env::args().skip(1).filter(|word| word != "--bench");
    let words: Vec<String> = words.collect();
    let [url, connections] = &words[..] else {
        println!("cargo bench --bench websocket_floor -- ws://HOST:PORT CONNECTIONS");
        return;
    };
    let connections = connections.parse().expect("a number");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(LocalSet::new().run_until(all(url, connections)));
}

async fn all(url: &str, connections: usize) {
    for _ in 0..connections {
        tokio::task::spawn_local(echo(url.to_owned()));
        sleep(APART).await;
    }
    sleep(PACE).await;
    println!("ready");
    std::future::pending::<()>().await;
}

async fn echo(url: String) {
    let address = url.trim_start_matches("ws://");
    let stream = TcpStream::connect(address).await.expect("a server");
    stream.set_nodelay(true).expect("a socket");
    let opened = client_async(format!("{url}/echo"), stream).await;
    let (mut connection, _) = opened.expect("a WebSocket");
    let mut turns = interval(PACE);
    let text = "x".repeat(BYTES);
    loop {
        turns.tick().await;
        let message = Message::text(text.clone());
        connection.send(message).await.expect("an open connection");
        connection
            .next()
            .await
            .expect("an answer")
            .expect("a frame");
    }
}

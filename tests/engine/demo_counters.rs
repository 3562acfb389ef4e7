//! The demo server counts each received request exactly once, whatever becomes of it.

use rlocust_engine::demo::{self, Options};
use tokio::sync::oneshot;

use crate::demo_client::{Client, demo};

#[test]
fn each_request_counts_once_misbehaving_routes_included() {
    let demo = demo();
    let faults = [
        "reset",
        "reset-in-body",
        "close",
        "short-body",
        "short-chunked",
        "cut-head",
        "garbage",
        "half-close",
    ];
    for kind in faults {
        let mut client = Client::new(&demo);
        client.send(format!(
            "POST /fault/{kind} HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"
        ));
        client.rest().1.ok();
    }
    let mut client = Client::new(&demo);
    client.get("/text?q=1");
    client.get("/text?q=2");
    client.get("/nowhere");
    let counters = client.get("/counters").json();
    assert_eq!(counters["total"], faults.len() as u64 + 3);
    assert_eq!(counters["paths"]["/text"], 2);
    assert_eq!(counters["paths"]["/nowhere"], 1);
    assert_eq!(counters["paths"]["/fault/reset"], 1);
    assert_eq!(counters["methods"]["POST"], faults.len() as u64);
    assert_eq!(
        counters["answered"],
        3 + 1,
        "three pages and the half-closed one"
    );
    assert_eq!(counters["connections"], faults.len() as u64 + 1);
}

#[test]
fn a_request_counts_when_its_head_is_complete() {
    let demo = demo();
    let mut slow = Client::new(&demo);
    slow.send("POST /text HTTP/1.1\r\nContent-Length: 5\r\n\r\nab");
    let mut other = Client::new(&demo);
    other.wait_for_total(1);
    slow.send("cde");
    assert_eq!(slow.answer("POST").status, 200);
    assert_eq!(other.get("/counters").json()["total"], 1);
}

#[test]
fn reading_and_resetting_do_not_count() {
    let demo = demo();
    let mut client = Client::new(&demo);
    client.get("/text");
    assert_eq!(client.get("/counters/reset").status, 204);
    let counters = client.get("/counters").json();
    assert_eq!(
        (&counters["total"], &counters["paths"]),
        (&0.into(), &serde_json::json!({}))
    );
}

#[tokio::test]
async fn serve_says_its_address_and_ends_when_asked() {
    let (sender, address) = oneshot::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let ready = |address| sender.send(address).expect("somebody listens");
    let serving = tokio::spawn(demo::serve(Options::on_a_free_port(), ready, async {
        stopped.await.ok();
    }));
    let address = address.await.expect("an address");
    assert_ne!(address.port(), 0);
    tokio::net::TcpStream::connect(address)
        .await
        .expect("it listens");
    drop(stop);
    serving.await.expect("no panic").expect("no error");
    tokio::net::TcpStream::connect(address)
        .await
        .expect_err("nobody listens any more");
}

#[tokio::test]
async fn a_taken_address_is_an_error() {
    let demo = demo();
    let options = Options {
        address: demo.address(),
    };
    let taken = demo::serve(options, |_| (), std::future::pending()).await;
    assert_eq!(
        taken.expect_err("taken").kind(),
        std::io::ErrorKind::AddrInUse
    );
}

//! TLS: whom a call trusts, what it shows, and which fault is told when it does not come about.
//! The certificates lie in `data/tls`; their keys are for these tests only.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rlocust_engine::http::{
    Attempts, ClientCertificate, EngineOptions, HttpError, Reply, Session, TlsFault, TlsProfile,
    TlsSetupError, Verify,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use crate::support::{Client, RawServer, body, response, wait_until};

fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/engine/data/tls")
        .join(name)
}

fn certificate(name: &str) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_file_iter(data(name))
        .expect("a file")
        .map(|found| found.expect("PEM"))
        .collect()
}

#[derive(Copy, Clone, PartialEq)]
pub enum Clients {
    Anyone,
    WithCertificate,
}

/// The alert of a server that wants a certificate.
const CERTIFICATE_REQUIRED: u8 = 116;

/// What a TLS server saw.
#[derive(Default)]
pub struct Seen {
    handshakes: AtomicUsize,
    resumed: AtomicUsize,
    server_names: Mutex<Vec<Option<String>>>,
}

/// A server with the certificate `<name>.pem` that answers each request with `secret`.
pub fn server(name: &str, clients: Clients) -> (SocketAddr, Arc<Seen>) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("versions");
    let key = PrivateKeyDer::from_pem_file(data(&format!("{name}.key.pem"))).expect("a key");
    let builder = match clients {
        Clients::Anyone => builder.with_no_client_auth(),
        Clients::WithCertificate => {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(certificate("ca.pem"));
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
        }
    };
    let config = Arc::new(
        builder
            .with_single_cert(certificate(&format!("{name}.pem")), key)
            .expect("a pair"),
    );
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let seen = Arc::new(Seen::default());
    let own = Arc::clone(&seen);
    std::thread::spawn(move || {
        for socket in listener.incoming().map_while(Result::ok) {
            let (config, seen) = (Arc::clone(&config), Arc::clone(&own));
            std::thread::spawn(move || {
                let connection = ServerConnection::new(config).expect("a connection");
                serve(StreamOwned::new(connection, socket), &seen);
            });
        }
    });
    (address, seen)
}

const LARGE_HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 1000003\r\n\r\n";

fn large_body() -> Vec<u8> {
    (0..1_000_003_u32).map(|at| (at / 7) as u8).collect()
}

fn serve(mut stream: StreamOwned<ServerConnection, std::net::TcpStream>, seen: &Seen) {
    let mut pending = Vec::new();
    let mut is_new = true;
    loop {
        let mut space = [0; 4096];
        match stream.read(&mut space) {
            Ok(0) | Err(_) => return,
            Ok(count) => pending.extend_from_slice(&space[..count]),
        }
        if std::mem::take(&mut is_new) {
            seen.handshakes.fetch_add(1, Ordering::SeqCst);
            let is_resumed = stream.conn.handshake_kind() == Some(rustls::HandshakeKind::Resumed);
            seen.resumed
                .fetch_add(usize::from(is_resumed), Ordering::SeqCst);
            seen.server_names
                .lock()
                .expect("no poison")
                .push(stream.conn.server_name().map(str::to_owned));
        }
        while let Some(end) = pending.windows(4).position(|four| four == b"\r\n\r\n") {
            let head: Vec<u8> = pending.drain(..end + 4).collect();
            let ending = if head.starts_with(b"GET /last") {
                ""
            } else {
                "Content-Length: 6\r\n"
            };
            if head.starts_with(b"GET /large") {
                drop(stream.write_all(&[LARGE_HEAD.as_bytes(), &large_body()].concat()));
                continue;
            }
            let answer = format!("HTTP/1.1 200 OK\r\n{ending}\r\nsecret");
            drop(stream.write_all(answer.as_bytes()));
            if ending.is_empty() {
                // Leaves without a goodbye.
                return;
            }
        }
    }
}

fn profile(verify: &Verify) -> Arc<TlsProfile> {
    TlsProfile::new(verify, None).expect("a profile")
}

fn roots(path: PathBuf) -> Verify {
    Verify::Roots {
        path,
        partial_chains: false,
    }
}

pub fn trusting(name: &str) -> Arc<TlsProfile> {
    profile(&roots(data(name)))
}

pub fn get(client: &Client, tls: &Arc<TlsProfile>, url: &str) -> Box<Reply> {
    let mut call = client.get(url);
    call.tls = Arc::clone(tls);
    client.run(call)
}

fn fault(reply: &Reply) -> TlsFault {
    assert_eq!(
        reply.attempts,
        Attempts {
            failed_before_send: 1,
            ..Attempts::default()
        }
    );
    match &reply.error {
        Some(HttpError::Tls { fault, .. }) => fault.clone(),
        other => panic!("a TLS fault was due, not {other:?}"),
    }
}

#[test]
fn a_chain_to_a_given_authority_is_accepted() {
    let (address, seen) = server("server", Clients::Anyone);
    let client = Client::start();
    let tls = trusting("ca.pem");
    let reply = get(
        &client,
        &tls,
        &format!("https://localhost:{}/", address.port()),
    );
    assert_eq!(body(&reply), "secret");
    assert!(reply.timing.tls.is_some());
    assert_eq!(
        body(&get(&client, &tls, &format!("https://{address}/"))),
        "secret"
    );
    assert_eq!(
        *seen.server_names.lock().expect("no poison"),
        [Some("localhost".to_owned()), None]
    );
}

#[test]
fn connections_are_kept_and_a_user_resumes_its_own_sessions() {
    let (address, seen) = server("server", Clients::Anyone);
    let client = Client::start();
    let tls = trusting("ca.pem");
    let session = client.session();
    let get_as = |session: &Session| {
        let mut call = client.call(session, "GET", &format!("https://{address}/"));
        call.tls = Arc::clone(&tls);
        assert_eq!(body(&client.run(call)), "secret");
    };
    let counts = || {
        let count = |counter: &AtomicUsize| counter.load(Ordering::SeqCst);
        (count(&seen.handshakes), count(&seen.resumed))
    };
    get_as(&session);
    get_as(&session);
    assert_eq!(counts(), (1, 0));
    session.close_idle();
    get_as(&session);
    assert_eq!(counts(), (2, 1));
    // Another user is somebody else.
    get_as(&client.session());
    assert_eq!(counts(), (3, 1));
}

#[test]
fn a_self_signed_certificate_is_accepted_where_it_was_given() {
    let (address, _) = server("selfsigned", Clients::Anyone);
    let client = Client::start();
    let url = format!("https://localhost:{}/", address.port());
    assert_eq!(
        fault(&get(&client, &trusting("ca.pem"), &url)),
        TlsFault::SelfSigned
    );
    assert_eq!(
        body(&get(&client, &trusting("selfsigned.pem"), &url)),
        "secret"
    );
    assert_eq!(
        body(&get(&client, &profile(&Verify::Nobody), &url)),
        "secret"
    );
    // Given, but no longer valid.
    let (expired, _) = server("expired-selfsigned", Clients::Anyone);
    let reply = get(
        &client,
        &trusting("expired-selfsigned.pem"),
        &format!("https://{expired}/"),
    );
    assert_eq!(fault(&reply), TlsFault::Expired);
    // Given, but for another name.
    let resolve = vec![("shop.example".to_owned(), address.port(), address.ip())];
    let client = Client::with(&EngineOptions {
        resolve,
        ..EngineOptions::default()
    });
    let url = format!("https://shop.example:{}/", address.port());
    let mismatch = TlsFault::HostMismatch {
        host: "shop.example".to_owned(),
        is_address: false,
    };
    assert_eq!(
        fault(&get(&client, &trusting("selfsigned.pem"), &url)),
        mismatch
    );
}

#[test]
fn a_certificate_that_another_issued_is_trusted_as_itself_only_with_partial_chains() {
    let (address, _) = server("server", Clients::Anyone);
    let client = Client::start();
    let url = format!("https://{address}/");
    let trusting = |partial_chains| {
        let path = data("selfsigned-and-server.pem");
        profile(&Verify::Roots {
            path,
            partial_chains,
        })
    };
    assert_eq!(
        fault(&get(&client, &trusting(false), &url)),
        TlsFault::UnknownIssuer
    );
    assert_eq!(body(&get(&client, &trusting(true), &url)), "secret");
    // Without any anchor it is for the Python client to say so.
    let alone = TlsProfile::new(&roots(data("server.pem")), None);
    assert!(matches!(alone, Err(TlsSetupError::Content { .. })));
}

#[test]
fn faults_of_a_certificate_come_by_kind() {
    let client = Client::start();
    let ca = trusting("ca.pem");
    let (address, _) = server("other", Clients::Anyone);
    let mismatch = TlsFault::HostMismatch {
        host: "localhost".to_owned(),
        is_address: false,
    };
    assert_eq!(
        fault(&get(
            &client,
            &ca,
            &format!("https://localhost:{}/", address.port())
        )),
        mismatch
    );
    let (address, _) = server("expired", Clients::Anyone);
    assert_eq!(
        fault(&get(
            &client,
            &ca,
            &format!("https://localhost:{}/", address.port())
        )),
        TlsFault::Expired
    );
    // The server's own certificate was not yet valid when its issuer's ended: that is not what is wrong.
    let (old, _) = server("expired-intermediate", Clients::Anyone);
    let trust = trusting("expired-intermediate-ca.pem");
    let reply = get(&client, &trust, &format!("https://{old}/"));
    assert_eq!(fault(&reply), TlsFault::Expired);
    // Dates are looked at last, as by OpenSSL.
    let stranger = trusting("selfsigned.pem");
    assert_eq!(
        fault(&get(&client, &stranger, &format!("https://{address}/"))),
        TlsFault::UnknownIssuer
    );
    let (address, _) = server("server", Clients::Anyone);
    assert_eq!(
        fault(&get(&client, &stranger, &format!("https://{address}/"))),
        TlsFault::UnknownIssuer
    );
}

#[test]
fn a_client_certificate_is_shown_when_asked_for() {
    let (address, _) = server("server", Clients::WithCertificate);
    let client = Client::start();
    let url = format!("https://{address}/");
    let shown = ClientCertificate {
        certificate: data("client.pem"),
        key: Some(data("client.key.pem")),
    };
    let tls = TlsProfile::new(&roots(data("ca.pem")), Some(&shown)).expect("a profile");
    assert_eq!(body(&get(&client, &tls, &url)), "secret");
    let reply = get(&client, &trusting("ca.pem"), &url);
    let is_alert = |error: &HttpError| {
        matches!(
            error,
            HttpError::Tls {
                fault: TlsFault::Alert {
                    code: CERTIFICATE_REQUIRED
                },
                ..
            }
        )
    };
    assert!(
        reply.error.as_ref().is_some_and(is_alert),
        "{:?}",
        reply.error
    );
}

#[test]
fn a_server_without_tls_is_reported() {
    let server = RawServer::start(|peer| {
        peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        peer.wait_for_end();
    });
    let client = Client::start();
    let reply = get(
        &client,
        &profile(&Verify::Nobody),
        &format!("https://{}/", server.address),
    );
    assert_eq!(fault(&reply), TlsFault::NotTls);
    let silent = RawServer::start(|_| {});
    let reply = get(
        &client,
        &profile(&Verify::Nobody),
        &format!("https://{}/", silent.address),
    );
    assert!(matches!(fault(&reply), TlsFault::Lost { .. }));
}

#[test]
fn an_end_without_goodbye_ends_a_body() {
    let (address, _) = server("server", Clients::Anyone);
    let client = Client::start();
    assert_eq!(
        body(&get(
            &client,
            &trusting("ca.pem"),
            &format!("https://{address}/last")
        )),
        "secret"
    );
}

#[test]
fn other_settings_never_share_a_connection() {
    let (address, seen) = server("server", Clients::Anyone);
    let client = Client::start();
    let session = client.session();
    for tls in [trusting("ca.pem"), profile(&Verify::Nobody)] {
        let mut call = client.call(&session, "GET", &format!("https://{address}/"));
        call.tls = tls;
        assert_eq!(body(&client.run(call)), "secret");
    }
    wait_until("both connections were seen", || {
        seen.handshakes.load(Ordering::SeqCst) == 2
    });
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let missing = TlsProfile::new(&roots(data("missing.pem")), None);
    assert!(
        matches!(missing.err(), Some(TlsSetupError::File { path, .. }) if path == data("missing.pem"))
    );
    let no_certificate = TlsProfile::new(&roots(data("client.key.pem")), None);
    assert!(matches!(
        no_certificate.err(),
        Some(TlsSetupError::Content { .. })
    ));
    let no_key = ClientCertificate {
        certificate: data("client.pem"),
        key: None,
    };
    let refused = TlsProfile::new(&Verify::Nobody, Some(&no_key));
    assert!(matches!(refused.err(), Some(TlsSetupError::Content { .. })));
}

/// Many records, and what follows them belongs to the next answer.
#[test]
fn a_large_body_arrives_whole_and_the_next_answer_after_it() {
    let (address, seen) = server("server", Clients::Anyone);
    let client = Client::start();
    let tls = trusting("ca.pem");
    let session = client.session();
    let url = |path: &str| format!("https://localhost:{}/{path}", address.port());
    for (path, expected) in [
        ("large", large_body()),
        ("", b"secret".to_vec()),
        ("large", large_body()),
        ("large", large_body()),
        ("", b"secret".to_vec()),
    ] {
        let mut call = client.call(&session, "GET", &url(path));
        call.tls = Arc::clone(&tls);
        let reply = client.run(call);
        assert!(response(&reply).body == expected, "{path}");
    }
    assert_eq!(seen.handshakes.load(Ordering::SeqCst), 1);
}

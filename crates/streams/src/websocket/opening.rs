//! Opening a connection: as a call opens one, then the handshake of the protocol.

use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use rlocust_core::clock;
use rlocust_http::{Arrivals, Destination, Network, Protocol, Stream};

use super::fault::Fault;
use super::options::Options;
use super::shared::Opening;

/// A connection that is open.
pub(super) struct Connection {
    pub stream: WebSocketStream<Stream>,
    pub arrivals: Arrivals,
    pub opening: Opening,
}

/// Each user has a buffer of this size; what is longer grows it for its time.
const READ_BUFFER: usize = 4 * 1024;

/// Connects and shakes hands, within the limit of the options.
pub(super) async fn open(network: &Network, options: Options) -> Result<Connection, Fault> {
    let limit = options.connect_limit;
    let opened = tokio::time::timeout(limit, open_at_leisure(network, options)).await;
    opened.unwrap_or(Err(Fault::TooSlow { limit }))
}

async fn open_at_leisure(network: &Network, options: Options) -> Result<Connection, Fault> {
    let began = clock::instant();
    let opened = network
        .open(Destination {
            url: &options.url,
            tls: &options.tls,
            protocol: Protocol::Http1,
            limit: options.connect_limit,
            proxies: options.proxies.as_deref(),
        })
        .await
        .map_err(Fault::of_opening)?;
    let arrivals = opened.stream.arrivals();
    let config = Some(config(options.max_message));
    let shaken = client_async_with_config(options.request, opened.stream, config).await;
    let (stream, answer) = shaken.map_err(Fault::of_handshake)?;
    let chosen = answer.headers().get("sec-websocket-protocol");
    let subprotocol = chosen.and_then(|value| value.to_str().ok());
    Ok(Connection {
        stream,
        opening: Opening {
            began: began + opened.held,
            opened: arrivals.last().unwrap_or_else(clock::instant),
            subprotocol: subprotocol.map(str::to_owned),
        },
        arrivals,
    })
}

/// Of a connection whose messages have so many bytes at most.
pub(super) fn config(max_message: usize) -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_message_size(Some(max_message))
        .max_frame_size(Some(max_message))
}

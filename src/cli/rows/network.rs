//! Network options: how connections come about. All of them are ours; Locust leaves this to the system.

use crate::cli::option::{Kind, Opt};

pub const OPTIONS: &[Opt] = &[
    Opt::repeated(
        &["--resolve"],
        "resolve",
        "<host:port:address>",
        "Connect to this address where a request names this host and port; may be repeated",
    )
    .env("LOCUST_RESOLVE"),
    Opt::repeated(
        &["--source-address"],
        "source_address",
        "<address>",
        "Connect from this address of the machine; may be repeated, then users take them in turn",
    )
    .env("LOCUST_SOURCE_ADDRESS"),
    Opt::text(
        &["--dns-ttl"],
        "dns_ttl",
        "<seconds>",
        "How long an answer of the name server is used for new connections; 0 asks for each [default: 1]",
    )
    .kind(Kind::Timespan)
    .env("LOCUST_DNS_TTL"),
    Opt::text(
        &["--io-threads"],
        "io_threads",
        "<int>",
        "Threads that send and receive [default: one for every two cores]",
    )
    .kind(Kind::Integer)
    .env("LOCUST_IO_THREADS"),
    Opt::text(
        &["--max-body"],
        "max_body",
        "<size>",
        "How long the body of an answer may be, before its encoding is undone and after, as 100MB or 1GiB; longer ones \
         fail as MemoryError [default: 1GiB]",
    )
    .kind(Kind::Size)
    .env("LOCUST_MAX_BODY"),
    Opt::text(
        &["--max-response-time"],
        "max_response_time",
        "<time>",
        "How long a call may take until its answer is whole, redirects included, as 90, 20s or 3m; a longer one fails. For \
         runs of days: the limits of the clients are for silence, and end no answer that trickles [default: no limit]",
    )
    .kind(Kind::Timespan)
    .env("LOCUST_MAX_RESPONSE_TIME"),
];

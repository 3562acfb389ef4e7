//! The web interface of a run: Locust's routes with Locust's JSON, `/api/v1` for the page and for programs, the page
//! itself, the report, `/metrics`. Everything that has been counted is answered from published ticks by a thread of its
//! own; what only the script can answer (start, stop, its classes) is an order to it, so that a script that computes
//! leaves the page alive (`docs/decisions/0025-the-web-asks-the-script-last.md`).
#![forbid(unsafe_code)]

mod answer;
mod api;
mod feed;
mod files;
mod guard;
mod locust;
mod logs;
mod openapi;
mod page;
mod report;
mod respond;
mod routes;
mod runs;
mod script;
mod server;
mod site;
mod timeline;

pub use api::Seen;
pub use files::file;
pub use page::CSP;
pub use report::{ReportParts, TimelineOutput, report};
pub use runs::{Baseline, KeptTimeline};
pub use server::{BindError, WebServer};
pub use site::{ScriptInfo, Site};
pub use timeline::Timeline;

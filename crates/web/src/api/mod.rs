//! `/api/v1`: what the page and programs read, in one line of JSON; times in milliseconds, moments in Unix seconds,
//! sizes in bytes. `openapi` describes it.
mod endpoints;
mod errors;
mod events;
mod figures;
mod generator;
mod series;
mod state;
mod tail;

pub use endpoints::{endpoints, endpoints_of, histogram, histogram_of};
pub use errors::{error, errors, errors_of};
pub use events::{reset_event, state_event, tick_event};
pub use series::{SeriesWindow, heatmap, heatmap_of, series, series_of};
pub use state::{Seen, state, state_of};
pub use tail::logs;

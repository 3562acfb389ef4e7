//! The rows of the option table, a file per group of the help.

pub mod common;
pub mod logging;
pub mod master;
pub mod monitoring;
pub mod network;
pub mod other;
pub mod positional;
pub mod stats;
pub mod tags;
pub mod verdict;
pub mod web;
pub mod worker;

//! The simulator against the recorded and transcribed exchanges, over real HTTPS.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test fails by panicking, in its helpers too

mod fixtures;
mod support;

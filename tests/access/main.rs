//! The Access client against the simulator: results, and the requests it took to get them.

mod clients;
mod directories;
mod kit;
mod sign_in;
mod tokens;
mod transport;

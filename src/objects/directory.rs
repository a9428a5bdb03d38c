//! Directories of any type, which are only read.

pub mod data_source;
pub mod data_source_of_all;

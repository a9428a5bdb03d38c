//! A Workspace ONE Access tenant in memory, served over HTTPS on the loopback interface.
//!
//! It exists so that the provider can be developed, demonstrated and tested without a tenant. Where public
//! sources leave the real behaviour open, the open question has a label (`Q1` to `Q28`), the default is the most
//! likely answer, and a field of [`Switches`] selects the others. Whatever goes wrong on a network is a
//! [`Fault`]. Everything received is recorded, so that a test can assert on calls and not only on results.
//!
//! Each endpoint is a plain function from a request to a response over one locked `World`; only
//! `server` knows about sockets.

mod api;
mod choices;
mod clients;
mod clock;
mod control;
mod directories;
mod fault;
mod http;
mod jwt;
mod lag;
mod mask;
mod options;
mod profiles;
mod record;
mod routes;
mod scim;
mod server;
mod spelling;
mod switches;
mod tenant;
mod tls;
mod tokens;
mod ttl;
mod world;

pub use choices::{
    Acceptance, AcsDiscovery, DeleteAnswer, DirectoryIds, DirectoryJson, DomainsRead, ErrorBody, Etags,
    IdRead, ListOrder, ListShape, MediaTypes, NameRead, OddEntry, Paging, PostAnswer, PutSecret,
    RefreshToken, SecretRead, Spelling, TokenCheck, TokenRequest, TtlUnit, Unauthorized,
};
pub use clients::Client;
pub use directories::{Directory, DirectoryType};
pub use fault::{Action, Fault};
pub use options::Options;
pub use profiles::{Profile, Setting};
pub use record::Recorded;
pub use server::Simulator;
pub use switches::Switches;
pub use tenant::Tenant;

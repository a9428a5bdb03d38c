//! `/jersey/manager/api/identityProviders`: as much of it as tells a tenant with the identity service from one without.

use serde_json::json;

use super::directories::writable;
use crate::http::{Call, Reply};
use crate::world::World;

/// GET of the list: there are none.
pub(crate) fn list(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    world.admin(call)?;
    Ok(Reply::json(200, &json!({"items": []})))
}

/// POST: Q25; where it is allowed, it is not simulated.
pub(crate) fn write(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    world.admin(call)?;
    writable(world)?;
    Err(Reply::error(
        501,
        "simulator.not.simulated",
        "Identity providers are not simulated.",
    ))
}

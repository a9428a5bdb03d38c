//! `list "wsoa_other_directory"`: finds the directories of type Other.

use async_trait::async_trait;
use terraform_plugin::list::{Found, ListResource, Stop};
use terraform_plugin::text::quoted;
use terraform_plugin::value::Model as _;
use terraform_plugin::{Context, Diagnostics, model};

use super::{OtherDirectory, State, describe, refresh};
use crate::access::AllDirectories;
use crate::{access, diagnose};

/// The list resource.
pub struct OtherDirectories;

model! {
    /// Finds the directories of type *Other*, to import them. Those that are being deleted are left out.
    pub struct Config {
        /// How their names begin.
        name_prefix: String = optional(),
    }
}

#[async_trait]
impl ListResource for OtherDirectories {
    type Of = OtherDirectory;
    type Config = Config;

    fn of(&self) -> OtherDirectory {
        OtherDirectory
    }

    async fn list(
        &self,
        tenant: &Context<access::Tenant>,
        config: Config,
        found: &mut Found<'_, OtherDirectory>,
    ) -> Result<(), Stop> {
        let failed = |error| diagnose::error("The directories cannot be listed", &error);
        let AllDirectories {
            mut directories,
            not_whole,
        } = tenant.all_directories().await.map_err(failed)?;
        if let Some(reason) = not_whole {
            tenant.tell(Diagnostics::warning(
                "The list of directories is not whole",
                format!("There may be more directories than these: {reason}."),
            ));
        }
        let prefix = config.name_prefix.or_empty();
        directories.retain(|it| !it.is_of_another_type() && it.name.starts_with(prefix));
        directories.sort_by(|one, other| one.id.cmp(&other.id));
        for directory in directories {
            let display_name = format!("{} ({})", directory.name, directory.id);
            let mut state = State {
                id: directory.id.as_str().into(),
                ..State::of_defaults()
            };
            if found.wants_objects() {
                let told = tenant.with_domains(vec![directory]).await.map_err(failed)?;
                for directory in &told {
                    refresh::fill(&mut state, directory);
                    describe(&mut state, tenant, directory);
                }
                if state.domains.is_null() {
                    tenant.tell(Diagnostics::warning(
                        "The domains are not known",
                        format!(
                            "The tenant does not tell the domains of the directory {}. Write them into its configuration \
                             yourself.",
                            quoted(&display_name)
                        ),
                    ));
                }
            }
            found.push(&display_name, state).await?;
        }
        Ok(())
    }
}

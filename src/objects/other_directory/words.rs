//! What a user is told about a directory.

use terraform_plugin::resource::Resource as _;
use terraform_plugin::text::quoted;
use terraform_plugin::{Diagnostics, hcl, text};

use super::{DIRECTORY_TYPE, OtherDirectory, State};
use crate::access::{Clash, CreateDirectoryError, Directory, Error, Obstacle};
use crate::diagnose;

/// What a deletion takes with it (EVIDENCE 3.5, Q26).
const LOSS: &str = "Every user and group in it goes with the directory, and what they have downstream may go too: \
                    devices that are enrolled through Workspace ONE UEM may be wiped.";

/// The block that takes `id` over.
pub fn import_block(id: &str) -> Option<String> {
    hcl::import_block(OtherDirectory::NAME, id)
}

fn name_of(state: &State) -> String {
    quoted(state.name.or_empty())
}

/// What keeps a tainted directory.
const UNTAINT: &str =
    "If it is tainted, that is, marked for replacement, terraform untaint (or tofu untaint) keeps it.";

/// What has the directory forgotten, in place of its block; indented, so that the CLI does not wrap it.
fn removed_block() -> String {
    format!(
        "  removed {{\n    from = {}.NAME\n\n    lifecycle {{\n      destroy = false\n    }}\n  }}",
        OtherDirectory::NAME
    )
}

/// A protected directory that is to be deleted. Nobody tells the provider why: the same call comes for a destroy and for
/// a block that is gone.
pub fn protected_from_deletion(state: &State) -> Diagnostics {
    Diagnostics::error_at(
        "deletion_protection",
        "The directory is protected",
        format!(
            "Nothing was destroyed. Deleting the directory {} would delete every user and group in it, and it is \
             protected in state. To delete it all the same, set deletion_protection = false and apply that, without destroying \
             anything; then delete it. Without that apply, the setting in the configuration has no effect. If the \
             block is gone, put it back with deletion_protection = false, apply, and then remove it.\n\nTo leave the \
             directory and all its users at the tenant and only forget it here, use terraform state rm (or tofu state \
             rm), or write in place of its block",
            name_of(state)
        ),
    )
    .suggesting(Some(removed_block()))
}

/// A protected directory that is to be replaced by what is configured. `is_lifted` says that the configuration lifts the
/// protection, and state does not.
pub fn protected_from_replacement(state: &State, is_lifted: bool) -> Diagnostics {
    let how = if is_lifted {
        "The configuration says deletion_protection = false, but that is not applied yet. If the replacement is wanted, \
         apply that first, without the replacement, and then replace it."
    } else {
        "If that is wanted, set deletion_protection = false, apply that, and then replace it."
    };
    Diagnostics::error_at(
        "deletion_protection",
        "The directory is protected",
        format!(
            "Nothing was destroyed: to replace the directory {} would delete every user and group in it. {how} {UNTAINT}",
            name_of(state)
        ),
    )
}

/// The same while a plan is applied, which may have done other things.
pub fn protected_from_taint(state: &State) -> Diagnostics {
    Diagnostics::error_at(
        "deletion_protection",
        "The directory is protected",
        format!(
            "The directory was not destroyed: to replace {} would delete every user and group in it. If that is wanted, \
             set deletion_protection = false, apply that, and then replace it. {UNTAINT}",
            name_of(state)
        ),
    )
}

/// A protected directory that a change of its configuration would replace. `is_lifted` says that the configuration lifts
/// the protection, and state does not.
pub fn protected_from(state: &State, changed: &str, is_lifted: bool) -> Diagnostics {
    let how = if is_lifted {
        "The configuration says deletion_protection = false, but that is not applied yet. If the replacement is wanted, \
         take the other change back, apply, and then make it again."
    } else {
        "A directory is protected from that as long as state or configuration says so. If it is wanted, set \
         deletion_protection = false, apply that, and then replace it with this change."
    };
    Diagnostics::error_at(
        "deletion_protection",
        "The directory is protected",
        format!(
            "Nothing was destroyed: the configuration changes {changed} of the directory {}. The tenant can only make \
             another one, which would delete every user and group in it. {how} This is in the way of a destroy as well, \
             unless that has -refresh=false.",
            name_of(state)
        ),
    )
}

/// A replacement that is about to be planned.
pub fn replacement(state: &State) -> Diagnostics {
    Diagnostics::warning(
        "All users and groups of the directory will be deleted",
        format!(
            "This plan deletes the directory {} and makes another one, which is empty. {LOSS}",
            name_of(state)
        ),
    )
}

/// A replacement that nobody was warned of, once it is done.
pub fn replaced(state: &State) -> Diagnostics {
    Diagnostics::warning(
        "All users and groups of the directory are deleted",
        format!(
            "The directory {} was deleted to be made again, because that was asked for or because it was \
             tainted. {LOSS}",
            name_of(state)
        ),
    )
}

/// A name that is changed in case alone.
pub fn no_renaming() -> Diagnostics {
    Diagnostics::warning_at(
        "name",
        "The tenant cannot rename a directory",
        "The name differs from the present one in case alone. That is taken over here and changes nothing at the \
         tenant, which goes on to show the old spelling.",
    )
}

/// What a directory of which nobody knows whether it exists is told about.
fn how_to_settle(state: &State) -> String {
    let name = name_of(state);
    format!(
        "Refresh or apply again in a minute: what the tenant lists by then may settle it. Otherwise look for the \
         directory {name} at the tenant. If it is not there, or not yours, run terraform state rm (or tofu state rm) \
         on this resource. If it is yours, do the same and import it. Once it is settled that there is a directory, \
         terraform untaint (or tofu untaint) keeps it from being replaced."
    )
}

/// The import block for a directory that may be the one, or for one to be filled in.
fn block_for(suspect: Option<&str>) -> Option<String> {
    import_block(suspect.unwrap_or("ID OF THE DIRECTORY"))
}

/// A creation of which nobody knows what came of it: [`CreateDirectoryError::Unclear`].
pub fn left_open(state: &State, error: &Error, reason: &str, suspect: Option<&Directory>) -> Diagnostics {
    Diagnostics::error_at(
        "name",
        "It is not known whether the directory was created",
        format!(
            "{} Then {reason}. It is kept in state without an id, and is neither deleted nor replaced until it is \
             known.\n\n{}",
            diagnose::sentence(error),
            how_to_settle(state)
        ),
    )
    .suggesting(block_for(suspect.map(|suspect| suspect.id.as_str())))
}

/// The same at a refresh.
pub fn still_unclear(state: &State, reason: &str, suspect: Option<&Directory>) -> Diagnostics {
    Diagnostics::warning(
        "It is still not known whether the directory was created",
        format!(
            "The directory {}: {reason}. {}",
            name_of(state),
            how_to_settle(state)
        ),
    )
    .suggesting(block_for(suspect.map(|suspect| suspect.id.as_str())))
}

/// Something is to be done to a directory of which nobody knows whether it exists.
pub fn unproved(state: &State, action: &str) -> Diagnostics {
    Diagnostics::error(
        format!("The directory is not {action}, because nobody knows whether it exists"),
        format!(
            "The creation of the directory {} got no clear answer. {}",
            name_of(state),
            how_to_settle(state)
        ),
    )
    .suggesting(block_for(None))
}

/// A deletion of which it is known in advance that it will be refused.
pub fn unproved_destroy(state: &State) -> Diagnostics {
    Diagnostics::warning(
        "Nobody knows whether the directory exists",
        format!(
            "The creation of the directory {} got no clear answer, so an apply of this plan will refuse to delete \
             it. {}",
            name_of(state),
            how_to_settle(state)
        ),
    )
}

/// An object that was put aside, and that this very run has made anew or adopted.
pub fn taken_again(state: &State, id: &str) -> Diagnostics {
    Diagnostics::error(
        "The directory is in use again",
        format!(
            "The directory {} (id {}) was to be deleted as the predecessor of one that this run has made. But the \
             tenant calls that one by the same id, so that both are the same, and it was left alone. Remove one of \
             the two from state: terraform state rm (or tofu state rm), and import it.",
            name_of(state),
            text::item(id)
        ),
    )
    .suggesting(import_block(id))
}

/// A creation that gave nothing that could be in state.
pub fn not_created(name: &str, error: CreateDirectoryError) -> Diagnostics {
    match error {
        CreateDirectoryError::AlreadyExists {
            existing,
            clash,
            refusal,
        } => {
            let tenant = refusal.map_or_else(String::new, |error| {
                format!(" The tenant said: {}", diagnose::sentence(&error))
            });
            in_the_way("The directory exists already", &existing, &clash, &tenant)
        }
        CreateDirectoryError::ListNotWhole(reason) => Diagnostics::error(
            "Directories cannot be told apart",
            format!(
                "The tenant's list of directories is not whole: {}. Without it, nobody can tell whether the name or a \
                 domain is taken, nor what a creation has made whose answer gets lost, so none was begun. Run it \
                 again later. If it stays like this, make the directory by the tenant's own means and import it.",
                text::item(&reason)
            ),
        ),
        CreateDirectoryError::Failed(error) => {
            diagnose::error(&format!("Directory {} was not created", quoted(name)), &error)
        }
        // both leave something in state, and are told of together with it
        other @ (CreateDirectoryError::Unclear { .. } | CreateDirectoryError::OtherType(_)) => {
            Diagnostics::error("The directory may have been created", other.to_string())
        }
    }
}

/// A directory that has the name or a domain of one that is to be made.
fn in_the_way(summary: &str, existing: &Directory, clash: &Clash, then: &str) -> Diagnostics {
    let (kind, which) = match clash {
        Clash::Name(_) => ("name", String::new()),
        Clash::Domain(_) => ("domain", format!(": {}", quoted(&existing.name))),
    };
    Diagnostics::error_at(
        attribute_of(clash),
        summary,
        format!(
            "The tenant already has a directory with the {clash}{which} (id {}).{then} Choose another {kind}, or, if it is \
             of type Other, bring it under this configuration with",
            text::item(&existing.id)
        ),
    )
    .suggesting(import_block(&existing.id))
}

fn attribute_of(clash: &Clash) -> &'static str {
    match clash {
        Clash::Name(_) => "name",
        Clash::Domain(_) => "domains",
    }
}

/// The same for a directory that is only planned. A creation finds out by itself, and harms nothing.
pub fn taken(existing: &Directory, clash: &Clash) -> Diagnostics {
    let then = " An apply of this plan is refused as long as it is there.";
    in_the_way("The tenant has such a directory already", existing, clash, then).into_warnings()
}

/// What a replacement would find out only after its deletion.
pub fn obstacle(state: &State, obstacle: &Obstacle) -> Diagnostics {
    match obstacle {
        Obstacle::Taken(existing, clash) => taken_from_replacement(state, existing, clash),
        Obstacle::ListNotWhole(reason) => cut_before_replacement(state, reason),
    }
}

fn taken_from_replacement(state: &State, existing: &Directory, clash: &Clash) -> Diagnostics {
    Diagnostics::error_at(
        attribute_of(clash),
        "The replacement would fail after the deletion",
        format!(
            "The directory {} would be deleted, with every user and group in it, and the new one refused: the tenant \
             has a directory {} with the {clash} (id {}). Choose another. To destroy the directory all the same, use \
             -refresh=false.",
            name_of(state),
            quoted(&existing.name),
            text::item(&existing.id)
        ),
    )
}

/// A list that is cut short shows neither that the old one is deleted nor that the new one may be made.
pub fn cut_before_replacement(state: &State, reason: &str) -> Diagnostics {
    Diagnostics::error_at(
        "name",
        "The replacement would fail after the deletion",
        format!(
            "The directory {} would be deleted, with every user and group in it, and no new one made: the tenant's list of \
             directories is not whole ({reason}), so nobody can tell that the old one is gone and the name is free. \
             Plan again later. To destroy the directory all the same, use -refresh=false.",
            name_of(state)
        ),
    )
}

/// The tenant made a directory of another type.
pub fn of_another_type(directory: &Directory) -> Diagnostics {
    Diagnostics::error(
        "The tenant made a directory of another type",
        format!(
            "The directory {} (id {}) was created, but as one of type {} instead of {DIRECTORY_TYPE}. SCIM does not \
             fill such a directory. It is kept in state, so that it is not forgotten. Delete it, or remove it from \
             state with terraform state rm (or tofu state rm).",
            quoted(&directory.name),
            text::item(&directory.id),
            text::item(&directory.r#type)
        ),
    )
}

/// An import id that is none.
pub fn invalid_import(id: &str) -> Diagnostics {
    Diagnostics::error(
        "Invalid import id",
        format!(
            "A directory is imported by its id, a UUID, by name:NAME or by domain:DOMAIN; {} is none of them.",
            quoted(id)
        ),
    )
}

/// The same when it is imported.
pub fn not_importable(directory: &Directory) -> Diagnostics {
    Diagnostics::error(
        "Not a directory of type Other",
        format!(
            "The directory {} (id {}) is of type {}. {} manages directories of type {DIRECTORY_TYPE} only.",
            quoted(&directory.name),
            text::item(&directory.id),
            text::item(&directory.r#type),
            OtherDirectory::NAME
        ),
    )
}

/// The same at a refresh.
pub fn has_another_type(state: &State, directory: &Directory) -> Diagnostics {
    Diagnostics::warning_at(
        "type",
        "Not a directory of type Other",
        format!(
            "The tenant shows the directory {} (id {}) as one of type {}. SCIM does not fill such a directory.",
            name_of(state),
            text::item(&directory.id),
            text::item(&directory.r#type)
        ),
    )
}

/// The directory is gone: proved.
pub fn gone(state: &State, id: &str, was_protected: bool) -> Diagnostics {
    let (title, protection) = if was_protected {
        (
            "The protected directory is gone, with all its users and groups",
            " Somebody deleted it in the console or over the API: deletion_protection holds for what is done from here, \
             and the tenant knows nothing of it. Its users are gone until there is a directory again and it was \
             provisioned again.",
        )
    } else {
        ("The directory is gone, with all its users and groups", "")
    };
    Diagnostics::warning(
        title,
        format!(
            "The tenant no longer has the directory {} (id {}): two lists, seconds apart, were without it.{protection} It \
             leaves state. As long as it is configured, an apply makes a new one, which is empty.",
            name_of(state),
            text::item(id)
        ),
    )
}

/// A creation of which it is settled now that it made nothing.
pub fn nothing_was_created(state: &State) -> Diagnostics {
    Diagnostics::warning(
        "The directory was not created",
        format!(
            "It was not known whether the creation of the directory {} had succeeded. By now it is known that it \
             had not, and it leaves state.",
            name_of(state)
        ),
    )
}

/// What a creation has made of which nobody knew is in state already, as another object.
pub fn superseded(state: &State) -> Diagnostics {
    Diagnostics::warning(
        "The directory is in state already",
        format!(
            "It was not known whether an earlier creation of the directory {} had succeeded. By now there is one of \
             this name and these domains, which both are unique in a tenant, and another object in state has it. The \
             one that was left open leaves state; nothing is deleted.",
            name_of(state)
        ),
    )
}

/// Two objects in state turn out to be one directory.
pub fn twice_in_state(state: &State, id: &str) -> Diagnostics {
    Diagnostics::error(
        "The directory is twice in state",
        format!(
            "The directory {} (id {}) is also what an earlier creation has made of which nobody knew. Run this again. \
             If it stays like this, remove one of the two from state: terraform state rm (or tofu state rm).",
            name_of(state),
            text::item(id)
        ),
    )
}

/// It is settled now that there is a directory.
pub fn was_created(state: &State, directory: &Directory) -> Diagnostics {
    Diagnostics::warning(
        "The directory was created after all",
        format!(
            "It was not known whether the creation of the directory {} had succeeded. It has: the id is {}. A \
             resource whose creation failed is tainted, that is, marked for replacement. To keep the directory, run \
             terraform untaint (or tofu untaint) on it.",
            name_of(state),
            text::item(&directory.id)
        ),
    )
}

/// The directory was not seen, which proves nothing.
pub fn not_seen(state: &State, id: &str, reason: &str) -> Diagnostics {
    Diagnostics::warning(
        "The directory was not seen, and is kept",
        format!(
            "The tenant does not list the directory {} (id {}), but that is no proof that it is gone: {reason}. State \
             is left as it is. Refresh again in a minute.",
            name_of(state),
            text::item(id)
        ),
    )
}

/// The tenant shows something else than what is configured, and nobody here has changed it.
pub fn differs(attribute: &str, is: &str) -> Diagnostics {
    Diagnostics::warning_at(
        attribute,
        "The tenant shows the directory otherwise",
        format!(
            "{is} A directory is not replaced for that, only for a change of the configuration. To take over what the \
             tenant shows, write it into the configuration."
        ),
    )
}

//! Which schemas have faults, and which have none.

use super::*;
use crate::model;
use crate::schema::Attr;
use crate::schema::rules::{between, label, not_empty};
use crate::secret::Secret;
use crate::value::{List, Map, Set};

model! {
    /// An argument.
    struct Argument {
        /// It.
        it: String = optional(),
    }
}

model! {
    /// A result.
    struct Result {
        /// It.
        it: String = computed(),
    }
}

model! {
    /// A secret that is not kept.
    struct WriteOnly {
        /// It.
        it: Secret = optional().write_only(),
    }
}

model! {
    /// It cannot change in place.
    struct Replacing {
        /// It.
        it: String = optional().replaces(),
    }
}

model! {
    /// It has blocks.
    struct Blocks {
        /// It.
        it: List<Argument> = block(),
    }
}

model! {
    /// It comes from elsewhere.
    struct Elsewhere {
        /// It.
        it: String = optional().environment("IT"),
    }
}

fn faults_at(place: Place, attributes: Vec<Attribute>) -> Vec<String> {
    Schema::new(0, "A test.", attributes).faults(place)
}

fn faults(attribute: Attribute) -> Vec<String> {
    faults_at(Place::Resource, vec![attribute])
}

fn a<T: crate::value::Wire>(attribute: Attr<T>) -> Attribute {
    attribute.named("a", "An attribute.")
}

#[test]
fn what_is_sound_has_no_faults() {
    for attribute in [
        a(Attr::<String>::required().replaces().rule(label(3))),
        a(Attr::<i64>::optional_computed().default(2).rule(between(1, 3))),
        a(Attr::<Secret>::optional().write_only()),
        a(Attr::<List<WriteOnly>>::optional().rule(not_empty())),
        a(Attr::<WriteOnly>::optional().write_only()),
        a(Attr::<Map<Replacing>>::optional()),
        a(Attr::<Set<Argument>>::optional_computed().replaces()),
        a(Attr::<Set<Result>>::computed()),
        a(Attr::<Blocks>::block().at_least(1)),
        a(Attr::<Set<Argument>>::block().at_least(1).at_most(2)),
        a(Attr::<List<Argument>>::block().at_least(3)),
    ] {
        assert_eq!(faults(attribute), Vec::<String>::new());
    }
    let names = |place: Place, names: &[&'static str]| {
        let attributes = names
            .iter()
            .map(|name| Attr::<String>::optional().named(name, "A test."));
        faults_at(place, attributes.collect())
    };
    let free = [
        (Place::Provider, &["connection", "provider", "_a1"][..]),
        (Place::Resource, &["alias", "source", "version"]),
        (Place::DataSource, &["connection", "provisioner", "version"]),
        (Place::Ephemeral, &["connection", "provisioner", "version"]),
        (Place::Own, &["count", "provider", "for_each"]),
    ];
    for (place, free) in free {
        assert_eq!(names(place, free), Vec::<String>::new(), "{place:?}");
    }
}

#[test]
fn names_that_cannot_be_set_are_faults() {
    for (name, fault) in [
        (
            "",
            "a name consists of lower-case letters, digits and underscores",
        ),
        (
            "Upper",
            "a name consists of lower-case letters, digits and underscores",
        ),
        (
            "da-sh",
            "a name consists of lower-case letters, digits and underscores",
        ),
        ("2fa", "a name that starts with a digit is no identifier"),
    ] {
        let told = faults(Attr::<String>::optional().named(name, "A test."));
        assert_eq!(told, [format!("{name}: {fault}")]);
    }
    let named = |name| Attr::<String>::optional().named(name, "A test.");
    let block = |name| Attr::<Argument>::block().named(name, "A test.");
    let told = faults_at(
        Place::Resource,
        vec![named("a"), block("b"), block("a"), named("b")],
    );
    assert_eq!(
        told,
        ["a: there are two of that name", "b: there are two of that name"]
    );

    let in_all = ["count", "depends_on", "for_each", "lifecycle", "locals"];
    for (place, more) in [
        (Place::Provider, &["alias", "source", "version"][..]),
        (Place::Resource, &["connection", "provider", "provisioner"]),
        (Place::DataSource, &["provider"]),
        (Place::Ephemeral, &["provider"]),
    ] {
        for name in in_all.iter().chain(more) {
            for attribute in [named(name), block(name)] {
                let told = faults_at(place, vec![attribute]);
                assert_eq!(
                    told,
                    [format!("{name}: the language takes this name")],
                    "{place:?}"
                );
            }
        }
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn contradictions_are_faults() {
    let number = || Attr::<i64>::optional_computed();
    let in_write_only = "what is in something write-only is write-only itself";
    let in_result = "what is in a result is a result itself";
    let many = "a single block is there at least 0 or 1 times, and never more than once";
    let no_block =
        "a block has no default and is neither computed, nor write-only, nor sensitive; what is in it may be";
    for (attribute, at, fault) in [
        (
            Attr::<bool>::optional().named("a", ""),
            "a",
            "the description has to be sentences",
        ),
        (
            Attr::<bool>::optional().named("a", "No sentence"),
            "a",
            "the description has to be sentences",
        ),
        (
            a(number().write_only()),
            "a",
            "what is write-only cannot be computed",
        ),
        (
            a(Attr::<i64>::optional().write_only().replaces()),
            "a",
            "a change of what is write-only is not seen, so it replaces nothing",
        ),
        (
            a(Attr::<i64>::optional().default(1)),
            "a",
            "only what is optional and computed has a default",
        ),
        (
            a(Attr::<i64>::computed().replaces()),
            "a",
            "what is not configurable neither replaces nor has rules",
        ),
        (
            a(Attr::<i64>::computed().rule(between(1, 2))),
            "a",
            "what is not configurable neither replaces nor has rules",
        ),
        (
            a(number().rule(label(3))),
            "a",
            "the rule \"1 to 3 characters, no control characters\" is for another type",
        ),
        (
            a(number().default(0).rule(between(1, 2))),
            "a",
            "the default breaks the rule \"between 1 and 2\"",
        ),
        (
            a(Attr::<Set<WriteOnly>>::optional()),
            "a.it",
            "what is in a set cannot be write-only",
        ),
        (
            a(Attr::<Set<WriteOnly>>::block()),
            "a.it",
            "what is in a set cannot be write-only",
        ),
        (
            a(Attr::<Argument>::optional().write_only()),
            "a.it",
            in_write_only,
        ),
        (a(Attr::<List<Argument>>::computed()), "a.it", in_result),
        (
            a(Attr::<Set<Replacing>>::optional()),
            "a.it",
            "no path leads into a set, so nothing in it replaces; the set may",
        ),
        (
            a(Attr::<Blocks>::optional()),
            "a.it",
            "a nested attribute has no blocks",
        ),
        (
            a(Attr::<String>::block()),
            "a",
            "a block has attributes of its own",
        ),
        (
            a(Attr::<List<Map<Argument>>>::block()),
            "a",
            "a block has attributes of its own",
        ),
        (
            a(Attr::<Map<Argument>>::block()),
            "a",
            "blocks are not kept in a map",
        ),
        (a(Attr::<Argument>::block().at_least(2)), "a", many),
        (a(Attr::<Argument>::block().at_most(1)), "a", many),
        (
            a(Attr::<List<Argument>>::block().at_least(2).at_most(1)),
            "a",
            "it is there at least more often than at most",
        ),
        (a(Attr::<Argument>::block().sensitive()), "a", no_block),
        (
            a(Attr::<Argument>::optional_computed().at_least(1)),
            "a",
            no_block,
        ),
        (
            a(Attr::<Elsewhere>::optional()),
            "a.it",
            "what is nested is not read from the environment",
        ),
        (
            a(Attr::<String>::optional().environment("A")),
            "a",
            "only an optional argument of the provider block is read from the environment",
        ),
    ] {
        assert_eq!(faults(attribute), [format!("{at}: {fault}")]);
    }
    let list = a(Attr::<List<String>>::optional().environment("A"));
    assert_eq!(
        faults_at(Place::Provider, vec![list]),
        ["a: an environment variable is no collection"]
    );
    for attribute in [
        a(Attr::<String>::optional().write_only()),
        a(Attr::<WriteOnly>::optional()),
    ] {
        assert_eq!(
            faults_at(Place::DataSource, vec![attribute]),
            ["write-only means nothing in a data source"]
        );
    }
    assert_eq!(
        Schema::new(0, "No sentence", Vec::new()).faults(Place::Own),
        ["the description has to be sentences"]
    );
}

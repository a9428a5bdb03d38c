//! Nested attributes and blocks as core sees them: a made-up declaration, told in protocol messages, its proposals judged
//! by core's rules for plans.

use crate::generated::tfplugin6 as pb;
use crate::schema::Place;
use crate::secret::Secret;
use crate::testing::schema::{Block, Schemas, full_config};
use crate::testing::value::codec;
use crate::testing::{Val, list, obj, rules};
use crate::value::{Dynamic, List, Map, Model as _, Object, Set};
use crate::{convert, model, object};

model! {
    /// A key.
    struct Key {
        /// Whose it is.
        owner: String = required(),
        /// What opens.
        code: Secret = optional_computed(),
        /// What opens once.
        code_wo: Secret = optional().write_only(),
        /// How often it turns.
        turns: i64 = optional_computed().default(2),
        /// How heavy it is.
        weight: f64 = computed(),
    }
}

model! {
    /// A chip.
    struct Chip {
        /// What it tells.
        code: Secret = computed(),
    }
}

model! {
    /// A badge.
    struct Badge {
        /// Its color.
        color: String = computed(),
        /// Its chips.
        chips: List<Chip> = computed(),
    }
}

model! {
    /// A drawer.
    struct Drawer {
        /// Its label.
        label: String = optional(),
        /// What is in it.
        badges: Set<Tag> = optional(),
        screw: Map<Tag> = optional().described("Screws."),
    }
}

model! {
    /// A tag.
    struct Tag {
        /// Its color.
        color: String = required(),
        /// Its number.
        number: i64 = computed(),
    }
}

model! {
    /// A door.
    struct Door {
        /// The lock.
        lock: Key = optional_computed(),
        /// Keys, in order.
        keys: List<Key> = optional(),
        /// Badges.
        tags: Set<Tag> = optional(),
        /// Badges that it has.
        badges: List<Badge> = computed(),
        /// Keys of guests.
        guests: Map<Key> = optional(),
        /// The bell.
        bell: Tag = block(),
        /// Hinges.
        hinge: List<Key> = block().at_most(3),
        /// Screws.
        screw: Set<Tag> = block(),
        /// The drawer.
        drawer: List<Drawer> = block(),
    }
}

/// As core reads it, which panics where core would not use the provider.
fn block() -> Block {
    assert_eq!(Door::schema().faults(Place::Resource), Vec::<String>::new());
    let response = pb::get_provider_schema::Response {
        resource_schemas: [("door".to_owned(), convert::schema(Door::schema()))].into(),
        ..Default::default()
    };
    Schemas::read(response).resource("door").block.clone()
}

fn received(block: &Block, value: &Val) -> Option<Object> {
    let value = pb::DynamicValue {
        msgpack: codec::encode(&block.ty(), value),
        json: Vec::new(),
    };
    object::decode(Some(value), Door::schema()).unwrap_or_else(|told| panic!("{told:?}"))
}

fn sent(block: &Block, mut object: Object) -> Val {
    Door::schema().fit_for_state(&mut object);
    // through the typed model, as every plan goes
    let object = Door::from_object(object)
        .unwrap_or_else(|error| panic!("{error}"))
        .into_object();
    let value =
        object::encode(&Dynamic::Object(object), Door::schema()).unwrap_or_else(|told| panic!("{told:?}"));
    codec::decode(&block.ty(), &value.msgpack).unwrap()
}

fn planned(block: &Block, prior: &Val, config: &Val) -> Val {
    let prior_object = received(block, prior);
    let config_object = received(block, config).expect("a configuration");
    let proposed = Door::schema().propose(&config_object, prior_object.as_ref());
    let planned = sent(block, proposed);
    assert_eq!(
        rules::plan_problems(block, prior, config, &planned),
        Vec::<String>::new()
    );
    planned
}

/// Each unknown with a number of its own, and nothing where a whole object is open.
fn applied(block: &Block, planned: &Val) -> Val {
    fn fill(value: &Val, name: &str, next: &mut i64) -> Val {
        match value {
            Val::Unknown => {
                *next += 1;
                match name {
                    "weight" => Val::Float(f64::from(i32::try_from(*next).unwrap()) + 0.1),
                    "number" => Val::Int(*next),
                    "lock" | "badges" => Val::Null,
                    _ => Val::from(format!("made {next}")),
                }
            }
            Val::List(items) => Val::List(items.iter().map(|item| fill(item, name, next)).collect()),
            Val::Object(fields) => {
                let fill = |(name, value): (&String, &Val)| (name.clone(), fill(value, name, next));
                Val::Object(fields.iter().map(fill).collect())
            }
            value => value.clone(),
        }
    }
    let actual = fill(planned, "", &mut 0);
    let stored = sent(block, received(block, &actual).expect("an object"));
    assert_eq!(
        rules::incompatibilities(block, planned, &stored),
        Vec::<String>::new()
    );
    stored
}

#[test]
fn core_takes_what_is_declared_and_hides_every_secret() {
    let block = block();
    for (path, sensitive, write_only) in [
        ("lock", false, false),
        ("lock.code", true, false),
        ("keys.code", true, false),
        ("guests.code_wo", true, true),
        ("badges.color", false, false),
        ("badges.chips.code", true, false),
        ("hinge.code", true, false),
        ("hinge.owner", false, false),
        ("drawer.screw.color", false, false),
    ] {
        let attribute = block.attribute(path).unwrap_or_else(|| panic!("{path}"));
        assert_eq!(
            (attribute.sensitive, attribute.write_only),
            (sensitive, write_only),
            "{path}"
        );
    }
    let hinge = &block.blocks["hinge"];
    assert_eq!((hinge.min, hinge.max), (0, 3));
}

#[test]
fn core_takes_what_is_proposed_over_a_whole_life() {
    let block = block();
    let configurations = [
        obj! {},
        obj! {
            lock: obj! { owner: "Ann", code_wo: "x" },
            keys: list![obj! { owner: "Ann" }, obj! { owner: "Bob", code: "1", turns: 3 }],
            tags: list![obj! { color: "red" }, obj! { color: "blue" }],
            guests: obj! { cy: obj! { owner: "Cy" }, di: obj! { owner: "Di", code_wo: "y" } },
            bell: obj! { color: "red" },
            hinge: list![obj! { owner: "Ann", code_wo: "z" }, obj! { owner: "Ann" }],
            screw: list![obj! { color: "red" }, obj! { color: "blue" }],
            drawer: list![obj! {
                label: "top",
                badges: list![obj! { color: "red" }, obj! { color: "blue" }],
                screw: obj! { left: obj! { color: "red" } },
            }],
        },
        obj! {
            lock: obj! { owner: "Bob" },
            keys: list![obj! { owner: "Bob" }],
            tags: list![obj! { color: "blue" }, obj! { color: "pink" }],
            guests: obj! { di: obj! { owner: "Eve" }, fay: obj! { owner: "Fay" } },
            hinge: list![obj! { owner: "Bob" }],
            screw: list![obj! { color: "blue" }, obj! { color: "pink" }],
            drawer: list![obj! {
                badges: list![obj! { color: "blue" }, obj! { color: "pink" }],
            }, obj! { label: "new" }],
        },
        obj! { keys: list![], tags: list![], guests: obj! {} },
    ];
    // from each to each, and what did not change plans no change
    for from in &configurations {
        let from = full_config(&block, from.clone());
        let made = applied(&block, &planned(&block, &Val::Null, &from));
        assert!(block.write_only_values(&made).is_empty(), "{made}");
        assert_eq!(planned(&block, &made, &from), made);
        for to in &configurations {
            let to = full_config(&block, to.clone());
            let changed = applied(&block, &planned(&block, &made, &to));
            assert_eq!(planned(&block, &changed, &to), changed);
        }
    }
}

#[test]
fn what_is_not_known_yet_is_planned_as_such() {
    let block = block();
    let config = full_config(
        &block,
        obj! {
            lock: Val::Unknown,
            keys: list![obj! { owner: Val::Unknown }],
            tags: Val::Unknown,
            guests: obj! { cy: obj! { owner: "Cy", turns: Val::Unknown } },
            hinge: Val::Unknown,
            drawer: list![obj! { label: Val::Unknown, badges: list![Val::Unknown, Val::Unknown] }],
        },
    );
    let unknown = planned(&block, &Val::Null, &config).unknown_paths();
    for path in [
        "lock",
        "keys[0].owner",
        "keys[0].weight",
        "tags",
        "guests.cy.turns",
        "hinge",
        "drawer[0].label",
        "drawer[0].badges[1]",
    ] {
        assert!(unknown.iter().any(|it| it == path), "{path}: {unknown:?}");
    }
    assert!(!unknown.iter().any(|it| it == "guests.cy.owner"), "{unknown:?}");
}

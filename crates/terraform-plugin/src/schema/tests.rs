//! What a schema carries out, with a door that has everything.

use std::collections::BTreeMap;

use super::rules::{between, each_one_of, label};
use super::*;
use crate::model;
use crate::secret::Secret;
use crate::value::{List, Map, Model, Path, Set, Value};

model! {
    /// A key.
    struct Key {
        /// Whose it is.
        owner: String = required().rule(label(8)),
        /// What opens.
        code: Secret = optional_computed(),
        /// What opens once.
        code_wo: Secret = optional().write_only(),
        /// How often it turns.
        turns: i64 = optional_computed().default(2).rule(between(1, 9)),
        /// Number of the blank.
        blank: String = optional().replaces(),
        /// Engraved.
        number: i64 = computed(),
    }
}

model! {
    /// A badge, of which there may be many alike.
    struct Badge {
        /// Its color.
        color: String = required().rule(label(8)),
        /// Its chip.
        chip: String = computed(),
    }
}

model! {
    /// What a door has in common with a window.
    struct Opening {
        /// Its pane.
        pane: String = optional(),
        /// Its id.
        id: String = computed(),
    }
}

model! {
    /// Nothing at all.
    struct Nothing {}
}

fn note() -> Attr<String> {
    Attr::optional().described("For people.")
}

model! {
    /// A door.
    /// It has  two lines.
    #[version(3)]
    struct Door {
        /// Where it is.
        place: String = required().replaces_unless(|one, other| one.eq_ignore_ascii_case(other)),
        /// Its colors.
        colors: Set<String> = optional_computed().default(["red"]).replaces().rule(each_one_of(&["red", "blue"])),
        /// Once painted.
        paint_wo: Secret = optional().write_only(),
        /// Seconds until it falls shut.
        seconds: i64 = optional_computed(),
        note: String = shared(note),
        opening: Opening,
        /// The lock.
        r#lock: Key = optional(),
        /// Keys, in order.
        keys: List<Key> = optional(),
        /// Badges.
        badges: Set<Badge> = optional(),
        /// Keys of guests.
        guests: Map<Key> = optional(),
        /// The bell.
        bell: Badge = block(),
        /// Hinges.
        hinge: List<Key> = block().at_least(1).at_most(3),
        /// Screws.
        screw: Set<Badge> = block(),
    }
}

fn text(text: &str) -> Dynamic {
    Dynamic::String(text.to_owned())
}

fn number(number: i64) -> Dynamic {
    Dynamic::Number(number.into())
}

fn secret(text: &str) -> Dynamic {
    Dynamic::Secret(Secret::new(text))
}

/// An object of `M` of which nothing else is said.
fn object<M: Model>(pairs: &[(&str, Dynamic)]) -> Object {
    let mut object = M::default().into_object();
    for (name, value) in pairs {
        assert!(
            object.insert((*name).to_owned(), value.clone()).is_some(),
            "{name}"
        );
    }
    object
}

fn key(pairs: &[(&str, Dynamic)]) -> Dynamic {
    Dynamic::Object(object::<Key>(pairs))
}

fn badge(color: &str, chip: Dynamic) -> Dynamic {
    Dynamic::Object(object::<Badge>(&[("color", text(color)), ("chip", chip)]))
}

fn door(pairs: &[(&str, Dynamic)]) -> Object {
    object::<Door>(pairs)
}

fn list(elements: impl IntoIterator<Item = Dynamic>) -> Dynamic {
    Dynamic::Sequence(elements.into_iter().collect())
}

fn map(entries: impl IntoIterator<Item = (&'static str, Dynamic)>) -> Dynamic {
    Dynamic::Map(
        entries
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}

#[test]
fn a_declaration_is_struct_schema_and_conversion_in_one() {
    let schema = Door::schema();
    assert_eq!(schema.faults(Place::Resource), Vec::<String>::new());
    assert_eq!((schema.version, Key::schema().version), (3, 0));
    assert_eq!(schema.description, "A door. It has  two lines.");
    let names: Vec<_> = schema.attributes.iter().map(|attribute| attribute.name).collect();
    assert_eq!(
        names,
        [
            "place", "colors", "paint_wo", "seconds", "note", "pane", "id", "lock", "keys", "badges",
            "guests", "bell", "hinge", "screw"
        ]
    );
    assert_eq!(schema.attributes[4].description, "For people.");
    let door = Door {
        place: "North".into(),
        opening: Opening {
            pane: "glass".into(),
            ..Opening::default()
        },
        keys: Value::Known(vec![
            Value::Known(Key {
                code: Value::Known(Secret::new("1234")),
                ..Key::default()
            }),
            Value::Unknown,
        ]),
        guests: Value::Known(Map::from([("Ann".to_owned(), Value::Known(Key::default()))])),
        badges: Value::Known([Badge::default()].into()),
        r#lock: Value::Unknown,
        ..Door::of_defaults()
    };
    assert!(door.colors == Value::Known(["red"].into()) && door.seconds.is_null());
    let object = door.clone().into_object();
    assert!(object["pane"] == text("glass") && object["lock"] == Dynamic::Unknown);
    assert!(crate::value::codec::encode(&Dynamic::Object(object.clone()), schema.ty()).is_ok());
    assert!(Door::from_object(object).is_ok_and(|read| read == door));

    assert!(
        Nothing::attributes().is_empty()
            && Nothing::from_object(Object::new()).is_ok_and(|it| it == Nothing {})
    );

    let mut wrong = Door::default().into_object();
    wrong.insert("keys".to_owned(), list([key(&[("turns", text("two"))])]));
    let error = Door::from_object(wrong).err().map(|error| error.to_string());
    assert_eq!(error.as_deref(), Some("keys[0].turns: a number is required"));
}

#[test]
fn null_is_not_enough_for_what_is_required_and_results_cannot_be_given() {
    let told = |pairs: &[(&str, Dynamic)]| -> Vec<String> {
        let objections = Door::schema().objections(&door(pairs));
        objections
            .into_iter()
            .map(|it| format!("{}: {}", it.path, it.summary))
            .collect()
    };
    assert_eq!(told(&[]), ["place: Missing required argument"]);
    let with = |name: &'static str, value: Dynamic| told(&[("place", text("x")), (name, value)]);
    let nothing: [&str; 0] = [];
    assert_eq!(with("place", Dynamic::Unknown), nothing);
    assert_eq!(with("seconds", number(9)), nothing);
    for value in [text("mine"), Dynamic::Unknown] {
        assert_eq!(with("id", value), ["id: Not an argument"]);
    }
    assert_eq!(
        with(
            "keys",
            list([key(&[]), Dynamic::Unknown, key(&[("owner", text(" "))])])
        ),
        [
            "keys[0].owner: Missing required argument",
            "keys[2].owner: Invalid owner"
        ]
    );
    assert_eq!(
        with(
            "guests",
            map([("Ann", key(&[("owner", text("Ann")), ("turns", number(10))]))])
        ),
        [r#"guests["Ann"].turns: Invalid turns"#]
    );
    assert_eq!(
        with("lock", key(&[("owner", text("Ann")), ("number", number(1))])),
        ["lock.number: Not an argument"]
    );
    for set in ["badges", "screw"] {
        let value = list([badge("red", Dynamic::Null), badge("", Dynamic::Null)]);
        assert_eq!(
            with(set, value),
            [format!("{set}: Invalid color")],
            "no path leads into a set"
        );
    }
    assert_eq!(
        with("bell", badge("", Dynamic::Null)),
        ["bell.color: Invalid color"]
    );
    assert_eq!(
        with("colors", list([text("red"), text("green")])),
        ["colors: Invalid colors"]
    );
}

#[test]
fn a_new_object_has_config_then_defaults_then_unknowns() {
    let config = door(&[
        ("place", text("a")),
        ("paint_wo", Dynamic::Unknown),
        (
            "keys",
            list([key(&[("owner", text("Ann")), ("code_wo", secret("x"))])]),
        ),
    ]);
    let made = key(&[
        ("owner", text("Ann")),
        ("code", Dynamic::Unknown),
        ("turns", number(2)),
        ("number", Dynamic::Unknown),
    ]);
    let expected = door(&[
        ("place", text("a")),
        ("colors", list([text("red")])),
        ("seconds", Dynamic::Unknown),
        ("id", Dynamic::Unknown),
        ("keys", list([made])),
    ]);
    assert!(Door::schema().propose(&config, None) == expected);
}

#[test]
fn an_argument_that_was_removed_falls_back_to_its_default_and_else_stays() {
    let prior = door(&[
        ("place", text("a")),
        ("colors", list([text("blue")])),
        ("seconds", number(9)),
        ("id", text("1")),
        ("note", text("n")),
    ]);
    let expected = door(&[
        ("place", text("a")),
        ("colors", list([text("red")])),
        ("seconds", number(9)),
        ("id", text("1")),
    ]);
    assert!(Door::schema().propose(&door(&[("place", text("a"))]), Some(&prior)) == expected);
}

/// As core does it, so that what the provider filled in stays with the object for which it was.
#[test]
fn nested_objects_go_on_by_place_by_key_or_by_what_is_configured() {
    let configured = |owner: &str| key(&[("owner", text(owner))]);
    let kept = |owner: &str, n: i64| {
        key(&[
            ("owner", text(owner)),
            ("code", secret("1234")),
            ("turns", number(2)),
            ("number", number(n)),
        ])
    };
    let new = |owner: &str| {
        key(&[
            ("owner", text(owner)),
            ("code", Dynamic::Unknown),
            ("turns", number(2)),
            ("number", Dynamic::Unknown),
        ])
    };
    let null = || Dynamic::Null;
    for (what, name, prior, config, planned) in [
        (
            "one that was there",
            "lock",
            kept("Ann", 1),
            configured("Bob"),
            kept("Bob", 1),
        ),
        ("one that was not", "lock", null(), configured("Bob"), new("Bob")),
        ("one that goes", "lock", kept("Ann", 1), null(), null()),
        (
            "one that is not known",
            "lock",
            kept("Ann", 1),
            Dynamic::Unknown,
            Dynamic::Unknown,
        ),
        (
            "a list",
            "keys",
            list([kept("Ann", 1), kept("Bob", 2)]),
            list([configured("Bob"), Dynamic::Unknown, configured("Cy")]),
            list([kept("Bob", 1), Dynamic::Unknown, new("Cy")]),
        ),
        (
            "a map",
            "guests",
            map([("a", kept("Ann", 1)), ("b", kept("Bob", 2))]),
            map([("b", configured("Bea")), ("c", configured("Cy"))]),
            map([("b", kept("Bea", 2)), ("c", new("Cy"))]),
        ),
        (
            "a set",
            "badges",
            list([
                badge("red", text("1")),
                badge("red", text("2")),
                badge("blue", text("3")),
            ]),
            list([
                badge("blue", null()),
                badge("red", null()),
                badge("red", null()),
                badge("red", null()),
                badge("pink", null()),
            ]),
            list([
                badge("blue", text("3")),
                badge("red", text("1")),
                badge("red", text("2")),
                badge("red", Dynamic::Unknown),
                badge("pink", Dynamic::Unknown),
            ]),
        ),
        (
            "a block",
            "bell",
            badge("red", text("1")),
            badge("blue", null()),
            badge("blue", text("1")),
        ),
        ("no blocks", "hinge", list([kept("Ann", 1)]), list([]), list([])),
    ] {
        let planned_door = Door::schema().propose(&door(&[(name, config)]), Some(&door(&[(name, prior)])));
        assert!(planned_door[name] == planned, "{what}");
    }
}

#[test]
fn a_change_of_what_replaces_makes_a_new_object_unless_it_means_the_same() {
    let blank = |blank: &str| key(&[("owner", text("Ann")), ("blank", text(blank))]);
    let no_blank = || key(&[("owner", text("Ann"))]);
    let null = || Dynamic::Null;
    let none: &[&str] = &[];
    for (what, name, prior, planned, expected) in [
        ("the same", "place", text("a"), text("A"), none),
        ("another", "place", text("a"), text("b"), &["place"]),
        ("not known yet", "place", text("a"), Dynamic::Unknown, &["place"]),
        ("not told before", "place", null(), text("a"), &["place"]),
        (
            "another order",
            "colors",
            list([text("a"), text("b")]),
            list([text("b"), text("a")]),
            none,
        ),
        (
            "other elements",
            "colors",
            list([text("a")]),
            list([text("b")]),
            &["colors"],
        ),
        ("in place", "seconds", number(1), number(2), none),
        ("one object", "lock", blank("1"), blank("2"), &["lock.blank"]),
        ("it comes", "lock", null(), blank("2"), &["lock.blank"]),
        ("it goes", "lock", blank("1"), null(), &["lock.blank"]),
        ("it comes without", "lock", null(), no_blank(), none),
        (
            "a list",
            "keys",
            list([blank("1"), blank("2")]),
            list([blank("1")]),
            &["keys[1].blank"],
        ),
        (
            "a map",
            "guests",
            map([("a", blank("1")), ("b", blank("2"))]),
            map([("b", blank("3")), ("a", blank("1"))]),
            &[r#"guests["b"].blank"#],
        ),
        (
            "a block",
            "hinge",
            list([blank("1")]),
            list([blank("2")]),
            &["hinge[0].blank"],
        ),
    ] {
        let replaced = Door::schema().replaced(&door(&[(name, prior)]), &door(&[(name, planned)]));
        let replaced: Vec<_> = replaced.iter().map(ToString::to_string).collect();
        assert_eq!(replaced, expected, "{what}");
    }
}

#[test]
fn write_only_values_reach_an_apply_and_nothing_else() {
    let with_secret = || {
        key(&[
            ("owner", text("Ann")),
            ("code", secret("1")),
            ("code_wo", secret("x")),
        ])
    };
    let config = door(&[
        ("place", text("a")),
        ("paint_wo", secret("p")),
        ("lock", with_secret()),
        ("keys", list([with_secret(), Dynamic::Unknown])),
        ("guests", map([("a", with_secret())])),
        ("badges", list([badge("red", Dynamic::Null)])),
        ("hinge", list([with_secret()])),
    ]);
    let told = Door::schema().write_only_values(&config);
    let told: Vec<_> = told
        .iter()
        .map(|it| format!("{} {} {}", it.path, it.name, it.kept_as.unwrap_or("-")))
        .collect();
    assert_eq!(
        told,
        [
            "paint_wo paint_wo -",
            "lock.code_wo code_wo code",
            "keys[0].code_wo code_wo code",
            r#"guests["a"].code_wo code_wo code"#,
            "hinge[0].code_wo code_wo code"
        ]
    );

    let alone = || key(&[("code_wo", secret("x"))]);
    let expected = door(&[
        ("paint_wo", secret("p")),
        ("lock", alone()),
        ("keys", list([alone(), Dynamic::Unknown])),
        ("guests", map([("a", alone())])),
        ("hinge", list([alone()])),
    ]);
    assert!(Door::schema().write_only_part(config.clone()) == expected);

    let mut state = config;
    Door::schema().fit_for_state(&mut state);
    assert!(Door::schema().write_only_values(&state).is_empty());
    assert!(
        state["screw"] == list([]) && state["bell"] == Dynamic::Null,
        "no blocks"
    );
    let Dynamic::Object(lock) = &state["lock"] else {
        panic!("an object")
    };
    assert!(lock["code"] == secret("1"), "what is not write-only stays");
}

#[test]
fn a_secret_is_marked_wherever_it_is() {
    let sensitive = |schema: &Schema| -> Vec<&'static str> {
        let attributes = schema.attributes.iter();
        attributes.filter(|it| it.sensitive()).map(|it| it.name).collect()
    };
    assert_eq!(sensitive(Door::schema()), ["paint_wo"]);
    assert_eq!(sensitive(Key::schema()), ["code", "code_wo"]);
    // what has no place of its own in the schema is hidden with all that is around it
    assert!(Attr::<List<Map<Key>>>::computed().named("a", "A.").sensitive());
    assert!(Attr::<Set<Secret>>::computed().named("a", "A.").sensitive());
    assert!(
        Attr::<String>::computed()
            .sensitive()
            .named("a", "A.")
            .sensitive()
    );
    assert!(!Attr::<List<Map<Badge>>>::computed().named("a", "A.").sensitive());
}

#[test]
fn an_object_of_defaults_says_nothing_else() {
    let defaults: BTreeMap<_, _> = Key::schema().defaults();
    assert!(defaults == object::<Key>(&[("turns", number(2))]));
    assert_eq!(Path::root().to_string(), "");
}

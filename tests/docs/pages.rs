//! Which pages there are, and what goes into them.

use std::collections::{BTreeMap, BTreeSet};

use terraform_plugin::provider::Provider as _;
use terraform_plugin::schema::Schema;
use terraform_plugin::value::Model as _;
use terraform_provider_wsoa::provider::Settings;

use super::template::Template;
use super::{compatibility, files, function, links, provider, schema};

/// All pages by path, and the templates and examples they were made from.
pub struct Rendered {
    pub pages: BTreeMap<String, String>,
    pub used: BTreeSet<String>,
}

/// The name of a type without the provider's, as the registries name pages.
pub fn short(name: &str) -> &str {
    name.strip_prefix("wsoa_").unwrap_or(name)
}

/// Renders everything.
pub fn render() -> Rendered {
    let sources = Sources {
        templates: files("templates"),
        examples: files("examples"),
    };
    let mut rendered = Rendered {
        pages: BTreeMap::new(),
        used: BTreeSet::new(),
    };
    let provider = provider();
    let offers = provider.offers();
    sources.page(&mut rendered, "index", "wsoa", &of_schema(Settings::schema()));
    let identities: BTreeMap<_, _> = offers.identities().into_iter().collect();
    for (name, schema) in offers.resource_schemas() {
        let page = format!("resources/{}", short(name));
        let mut values = of_schema(schema).to_vec();
        let identity = identities.get(name).copied().map(schema::identity_markdown);
        values.extend(identity.map(|text| ("IdentityMarkdown", text)));
        sources.page(&mut rendered, &page, name, &values);
    }
    for (folder, schemas) in [
        ("data-sources", offers.data_source_schemas()),
        ("list-resources", offers.list_schemas()),
        ("ephemeral-resources", offers.ephemeral_schemas()),
    ] {
        for (name, schema) in schemas {
            let page = format!("{folder}/{}", short(name));
            sources.page(&mut rendered, &page, name, &of_schema(schema));
        }
    }
    for (name, declaration) in offers.function_declarations() {
        let page = format!("functions/{name}");
        let values = function::values(&name, &declaration);
        sources.page(&mut rendered, &page, &name, &values);
    }
    for name in sources.templates.keys() {
        let page = name.trim_start_matches("templates/").trim_end_matches(".md.tmpl");
        if page.starts_with("guides/") {
            let values = match page {
                "guides/compatibility" => vec![
                    ("CompatibilityMarkdown", compatibility::markdown()),
                    ("VersionsInCi", compatibility::in_ci()),
                ],
                _ => Vec::new(),
            };
            sources.page(&mut rendered, page, "", &values);
        }
    }
    rendered
}

/// What a template may refer to, beside the name.
pub type Values = [(&'static str, String)];

fn of_schema(schema: &Schema) -> [(&'static str, String); 2] {
    [
        ("Description", schema.description.to_owned()),
        ("SchemaMarkdown", schema::markdown(schema)),
    ]
}

struct Sources {
    templates: BTreeMap<String, String>,
    examples: BTreeMap<String, String>,
}

impl Sources {
    fn page(&self, rendered: &mut Rendered, page: &str, name: &str, values: &Values) {
        let file = format!("templates/{page}.md.tmpl");
        let text = self
            .templates
            .get(&file)
            .unwrap_or_else(|| panic!("{name} has no template: {file}"));
        let template = Template {
            file: &file,
            text,
            examples: &self.examples,
        };
        let values = values.iter().map(|(key, value)| (*key, value.as_str()));
        let (text, used) = template.render(&values.chain([("Name", name)]));
        rendered.used.extend(used);
        rendered.used.insert(file);
        let page = format!("docs/{page}.md");
        let text = links::absolute(&page, &text);
        rendered.pages.insert(page, text);
    }
}

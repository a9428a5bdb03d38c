//! Which pages there are, and what goes into them.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use terraform_plugin::provider::Provider as _;
use terraform_plugin::schema::Schema;
use terraform_plugin::value::Model as _;
use terraform_provider_wsoa::provider::Settings;

use super::files;
use super::links;
use super::provider;
use super::schema;
use super::template::Template;

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
    sources.page(&mut rendered, "index", "wsoa", Some(Settings::schema()));
    for (name, schema) in offers.resource_schemas() {
        sources.page(
            &mut rendered,
            &format!("resources/{}", short(name)),
            name,
            Some(schema),
        );
    }
    for (name, schema) in offers.ephemeral_schemas() {
        let page = format!("ephemeral-resources/{}", short(name));
        sources.page(&mut rendered, &page, name, Some(schema));
    }
    for name in sources.templates.keys() {
        let page = name.trim_start_matches("templates/").trim_end_matches(".md.tmpl");
        if page.starts_with("guides/") {
            sources.page(&mut rendered, page, "", None);
        }
    }
    rendered
}

struct Sources {
    templates: BTreeMap<String, String>,
    examples: BTreeMap<String, String>,
}

impl Sources {
    fn page(&self, rendered: &mut Rendered, page: &str, name: &str, schema: Option<&Schema>) {
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
        let values = schema.map(|schema| {
            [
                ("Name", name.to_owned()),
                ("Description", schema.description.to_owned()),
                ("SchemaMarkdown", schema::markdown(schema)),
            ]
        });
        let (text, used) =
            template.render(&values.iter().flatten().map(|(key, value)| (*key, value.as_str())));
        rendered.used.extend(used);
        rendered.used.insert(file);
        let page = format!("docs/{page}.md");
        let text = links::absolute(&page, &text);
        rendered.pages.insert(page, text);
    }
}

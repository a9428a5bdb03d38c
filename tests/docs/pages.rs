//! Which pages there are, and what goes into them.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use terraform_plugin::provider::Provider as _;
use terraform_plugin::schema::Schema;
use terraform_plugin::value::Model as _;
use terraform_provider_wsoa::provider::Settings;

use super::files;
use super::function;
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
    sources.page(&mut rendered, "index", "wsoa", &of_schema(Settings::schema()));
    for resource in &offers.resources {
        let page = format!("resources/{}", short(resource.name()));
        let mut values = of_schema(resource.schema()).to_vec();
        let identity = resource.identity_schema().map(schema::identity_markdown);
        values.extend(identity.map(|text| ("IdentityMarkdown", text)));
        sources.page(&mut rendered, &page, resource.name(), &values);
    }
    for data_source in &offers.data_sources {
        let page = format!("data-sources/{}", short(data_source.name()));
        sources.page(
            &mut rendered,
            &page,
            data_source.name(),
            &of_schema(data_source.schema()),
        );
    }
    for list in &offers.lists {
        let page = format!("list-resources/{}", short(list.name()));
        sources.page(&mut rendered, &page, list.name(), &of_schema(list.schema()));
    }
    for ephemeral in &offers.ephemeral {
        let page = format!("ephemeral-resources/{}", short(ephemeral.name()));
        sources.page(
            &mut rendered,
            &page,
            ephemeral.name(),
            &of_schema(ephemeral.schema()),
        );
    }
    for offered in &offers.functions {
        let page = format!("functions/{}", offered.name());
        let values = function::values(offered.name(), &offered.declaration());
        sources.page(&mut rendered, &page, offered.name(), &values);
    }
    for name in sources.templates.keys() {
        let page = name.trim_start_matches("templates/").trim_end_matches(".md.tmpl");
        if page.starts_with("guides/") {
            sources.page(&mut rendered, page, "", &[]);
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
        rendered.pages.insert(format!("docs/{page}.md"), text);
    }
}

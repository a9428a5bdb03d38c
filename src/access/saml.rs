//! The metadata of the tenant as a SAML service provider: for everybody, without a sign-in (EVIDENCE 4.8).
//!
//! Three facts are wanted of it, so it is scanned for tags and not parsed: nothing in it is expanded or followed.

use std::collections::BTreeMap;

use reqwest::Method;

use super::http::call::Call;
use super::http::error::{Area, Error};
use super::http::media_type;
use super::tenant::Tenant;
use super::tenant_url::SAML_METADATA;

/// What the metadata say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamlMetadata {
    /// The entity id.
    pub entity_id: String,
    /// The assertion consumer service for the binding HTTP-POST, if there is one.
    pub acs_url: Option<String>,
    /// The certificates for signatures, DER in base64 without white space, in their order.
    pub signing_certificates: Vec<String>,
    /// All of it.
    pub xml: String,
}

impl Tenant {
    /// Reads the metadata.
    pub async fn saml_metadata(&self) -> Result<SamlMetadata, Error> {
        let call = Call {
            endpoint: "GET sp.xml",
            vendor: Some(media_type::SAML_METADATA),
            xml: true,
            ..Call::new(Method::GET, self.tenant_url().path(SAML_METADATA), Area::Tokens)
        };
        let answer = self.0.http.send(&call, None).await?;
        let xml = String::from_utf8_lossy(&answer.body).into_owned();
        SamlMetadata::read(xml).ok_or_else(|| call.protocol(&answer, "the answer is no SAML metadata"))
    }
}

impl SamlMetadata {
    /// Reads them. `None` without an entity id.
    fn read(xml: String) -> Option<Self> {
        let mut entity_id = None;
        let mut services: Vec<(bool, String)> = Vec::new();
        let mut certificates: Vec<String> = Vec::new();
        let mut for_signatures = false;
        for tag in Tags(&xml) {
            match tag.name {
                "EntityDescriptor" => entity_id = tag.attribute("entityID").or(entity_id),
                "AssertionConsumerService"
                    if tag
                        .attribute("Binding")
                        .is_some_and(|it| it.ends_with("HTTP-POST")) =>
                {
                    let is_default = tag.attribute("isDefault").is_some_and(|it| it == "true");
                    services.extend(tag.attribute("Location").map(|location| (is_default, location)));
                }
                "KeyDescriptor" => for_signatures = tag.attribute("use").is_none_or(|it| it == "signing"),
                "/KeyDescriptor" => for_signatures = false,
                "X509Certificate" if for_signatures => {
                    let certificate: String = tag.text.split_whitespace().collect();
                    if !certificates.contains(&certificate) {
                        certificates.push(certificate);
                    }
                }
                _ => {}
            }
        }
        let first = services
            .iter()
            .find(|(is_default, _)| *is_default)
            .or(services.first());
        Some(Self {
            entity_id: entity_id.filter(|id| !id.is_empty())?,
            acs_url: first.map(|(_, location)| location.clone()),
            signing_certificates: certificates,
            xml,
        })
    }
}

/// The tags in the rest of a document.
struct Tags<'a>(&'a str);

/// A tag: what begins an element, or, with a slash in front of its name, ends one.
struct Tag<'a> {
    /// The name without a prefix.
    name: &'a str,
    attributes: BTreeMap<&'a str, &'a str>,
    /// What follows, up to the next tag.
    text: &'a str,
}

impl Tag<'_> {
    fn attribute(&self, name: &str) -> Option<String> {
        let text = self.attributes.get(name)?;
        let mut plain = (*text).to_owned();
        for (entity, character) in [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&apos;", "'"),
            ("&amp;", "&"), // last, or what it makes would be read again
        ] {
            plain = plain.replace(entity, character);
        }
        Some(plain)
    }
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        loop {
            let (_, rest) = self.0.split_once('<')?;
            let skipped = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>"), ("!", ">")]
                .iter()
                .find_map(|(begin, end)| rest.strip_prefix(begin).map(|inside| (inside, *end)));
            if let Some((inside, end)) = skipped {
                self.0 = inside.split_once(end)?.1;
                continue;
            }
            let (inside, after) = rest.split_at(end_of_tag(rest)?);
            self.0 = after;
            let whole = inside.trim_end_matches('/');
            let (name, attributes) = whole.split_once(char::is_whitespace).unwrap_or((whole, ""));
            let name = match name.strip_prefix('/') {
                Some(closed) if local(closed) == "KeyDescriptor" => "/KeyDescriptor",
                Some(_) => "/",
                None => local(name),
            };
            return Some(Tag {
                name,
                attributes: read_attributes(attributes),
                text: after
                    .trim_start_matches('>')
                    .split('<')
                    .next()
                    .unwrap_or_default(),
            });
        }
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Where the tag ends: at the first `>` outside of quotation marks.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    text.char_indices().find_map(|(at, c)| {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
        None
    })
}

fn read_attributes(mut text: &str) -> BTreeMap<&str, &str> {
    let mut attributes = BTreeMap::new();
    while let Some((name, rest)) = text.split_once('=') {
        let rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            break;
        };
        let Some((value, after)) = rest[1..].split_once(quote) else {
            break;
        };
        attributes.insert(local(name.trim()), value);
        text = after;
    }
    attributes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_are_found_whatever_the_prefixes() {
        let xml = r#"<?xml version="1.0"?><!-- <md:EntityDescriptor entityID="no"> -->
<md:EntityDescriptor xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata' entityID="https://a/sp.xml?a=1&amp;b=&amp;lt;>">
 <ds:Signature><ds:X509Certificate>SIGNER</ds:X509Certificate></ds:Signature>
 <md:SPSSODescriptor>
  <md:KeyDescriptor use="signing"><ds:X509Certificate>
    MIIB
    AQ==</ds:X509Certificate></md:KeyDescriptor>
  <md:KeyDescriptor use="encryption"><ds:X509Certificate>OTHER</ds:X509Certificate></md:KeyDescriptor>
  <md:KeyDescriptor><ds:X509Certificate>SECOND</ds:X509Certificate></md:KeyDescriptor>
  <md:KeyDescriptor><ds:X509Certificate>SECOND</ds:X509Certificate></md:KeyDescriptor>
  <md:AssertionConsumerService Binding="urn:x:HTTP-Artifact" isDefault="true" Location="https://a/artifact"/>
  <md:AssertionConsumerService Binding="urn:x:HTTP-POST" Location="https://a/first"/>
  <md:AssertionConsumerService isDefault = "true" Binding="urn:x:HTTP-POST" Location="https://a/acs"/>
 </md:SPSSODescriptor>
</md:EntityDescriptor>"#;
        let found = SamlMetadata::read(xml.to_owned()).expect("metadata");
        assert_eq!(found.entity_id, "https://a/sp.xml?a=1&b=&lt;>");
        assert_eq!(found.acs_url.as_deref(), Some("https://a/acs"));
        assert_eq!(found.signing_certificates, ["MIIBAQ==", "SECOND"]);
    }

    #[test]
    fn what_is_none_is_not_read() {
        for text in [
            "",
            "<",
            "<html><body>Sign in</body></html>",
            "<EntityDescriptor entityID=\"",
            "<EntityDescriptor entityID=x>",
            "<!-- <EntityDescriptor entityID=\"a\"/>",
            "<EntityDescriptor entityID=\"\"/>",
            "<é entityID='é",
        ] {
            assert_eq!(SamlMetadata::read(text.to_owned()), None, "{text}");
        }
        let least = SamlMetadata::read("<EntityDescriptor entityID='a'/>".to_owned()).expect("metadata");
        assert_eq!((least.acs_url, least.signing_certificates.len()), (None, 0));
    }
}

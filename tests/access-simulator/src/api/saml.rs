//! The tenant as a SAML service provider: for everybody.

use crate::http::{Call, Reply};
use crate::world::World;

/// Of no use to anybody; it only has to be found.
const CERTIFICATE: &str = "MIIBszCCAVmgAwIBAgIUc2ltdWxhdGVkIGNlcnRpZmljYXRl";

/// `GET /API/1.0/GET/metadata/sp.xml`. That it is there, its entity id and the address for assertions are documented; its
/// form is that of any SAML 2.0 metadata.
#[allow(clippy::unnecessary_wraps)] // the common form of endpoints
pub(crate) fn metadata(world: &mut World, _: &Call) -> Result<Reply, Reply> {
    let saas = &world.saas;
    let body = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{saas}/API/1.0/GET/metadata/sp.xml">
  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
        <ds:X509Data><ds:X509Certificate>
{CERTIFICATE}
        </ds:X509Certificate></ds:X509Data>
      </ds:KeyInfo>
    </md:KeyDescriptor>
    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
        Location="{saas}/auth/saml/response" index="0" isDefault="true"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
"#
    );
    Ok(Reply::text(200, "text/xml;charset=UTF-8", body))
}

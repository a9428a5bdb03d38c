//! What is asked of a thing in protocol 6, in one file for each kind of thing, whatever its types.

mod data_source;
mod ephemeral;
pub(crate) mod function;
pub(crate) mod list;
mod resource;

pub(crate) use data_source::DataSourceRpcs;
pub(crate) use ephemeral::EphemeralRpcs;
pub(crate) use function::FunctionRpcs;
pub(crate) use list::{ListRpcs, ServedList};
pub(crate) use resource::ResourceRpcs;

/// Declares what is asked of one kind of thing, whatever its types: the protocol's message in, the protocol's message
/// out. What is told beside the answer is collected in the last argument.
macro_rules! rpcs {
    (
        $(#[$about:meta])*
        $kind:ident { $($(#[$what:meta])* $method:ident: $rpc:ident;)* }
        $($more:tt)*
    ) => {
        $(#[$about])*
        #[async_trait]
        pub(crate) trait $kind<C>: Send + Sync {
            /// Name of the type.
            fn name(&self) -> &'static str;
            /// Schema.
            fn schema(&self) -> &'static Schema;
            /// What Terraform would object to, and what it would not notice.
            #[cfg(feature = "testing")]
            fn self_check(&self) -> Vec<String>;
            $(
                $(#[$what])*
                async fn $method(
                    &self,
                    session: &Session<C>,
                    request: pb::$rpc::Request,
                    told: &Told,
                ) -> Result<pb::$rpc::Response, Diagnostics>;
            )*
            $($more)*
        }
    };
}
use rpcs;

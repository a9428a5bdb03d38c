//! Picks what the process is for: serving a CLI, serving for debugging, or telling about itself.

use std::alloc::System;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::Arc;

use terraform_plugin::clock::SystemClock;
use terraform_plugin::handshake::Request;
use terraform_plugin::{serve, text};
use terraform_provider_wsoa::access::Interrupt;
use terraform_provider_wsoa::probe;
use terraform_provider_wsoa::provider::{ADDRESS, Environment, Wsoa, without_credentials};
use tokio::sync::watch;
use zeroizing_alloc::ZeroAlloc;

/// All that is freed is overwritten. Secrets are zeroised where this crate holds them; below it, HTTP, TLS and gRPC copy
/// them into buffers of their own.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

const NAME: &str = env!("CARGO_PKG_NAME");
const VERSION: &str = env!("CARGO_PKG_VERSION");

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["--version" | "-V"] => tell(&format!("{NAME} {VERSION}")),
        ["--help" | "-h"] => tell(&help()),
        ["probe", ref arguments @ ..] => probe(arguments),
        ["--debug" | "-debug"] if serve::sockets_are_private() => {
            run(Arc::new(environment), |provider, clock| {
                serve::serve_for_debugging(provider, clock)
            })
        }
        ["--debug" | "-debug"] => run(without_credentials(Arc::new(environment)), |provider, clock| {
            serve::serve_for_debugging(provider, clock)
        }),
        [] => match Request::from_environment(environment) {
            Some(request) => run(Arc::new(environment), |provider, clock| {
                serve::serve(provider, clock, request)
            }),
            None => refuse("It is a plugin: Terraform or OpenTofu starts it."),
        },
        [argument, ..] => refuse(&format!("There is no argument {}.", text::quoted(argument))),
    }
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn run<F: Future<Output = Result<(), serve::Error>>>(
    variables: Environment,
    serve: impl FnOnce(Wsoa, Arc<SystemClock>) -> F,
) -> ExitCode {
    serve::prepare("wsoa", env!("CARGO_CRATE_NAME"), environment);
    let clock = Arc::new(SystemClock);
    let provider = Wsoa::new(clock.clone(), variables);
    serve::to_the_end(NAME, serve(provider, clock))
}

/// Asks a tenant how it answers: for a person, so that Ctrl-C is this process's own.
fn probe(arguments: &[&str]) -> ExitCode {
    terraform_plugin::leave_no_core_dump();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let code = runtime.map(|runtime| {
        runtime.block_on(async {
            let (count, interrupts) = watch::channel(0);
            let interrupt = Interrupt::default();
            let requested = interrupt.clone();
            tokio::spawn(async move {
                loop {
                    terraform_plugin::interrupted().await;
                    requested.request();
                    count.send_modify(|count| *count += 1);
                }
            });
            tokio::task::yield_now().await; // it listens from now on
            let surroundings = probe::Surroundings {
                environment: Arc::new(environment),
                clock: Arc::new(SystemClock),
                interrupt,
                interrupts,
                out: &mut std::io::stdout(),
                err: &mut std::io::stderr(),
                is_terminal: std::io::stderr().is_terminal(),
            };
            probe::run(arguments, surroundings).await
        })
    });
    match code {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("{NAME}: {error}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "asked for by a person, not by a CLI")]
fn tell(text: &str) -> ExitCode {
    println!("{text}");
    ExitCode::SUCCESS
}

fn refuse(why: &str) -> ExitCode {
    eprintln!("{NAME} {VERSION} cannot be run like this. {why}\n\n{}", help());
    ExitCode::FAILURE
}

fn help() -> String {
    format!(
        "Terraform and OpenTofu provider for Workspace ONE Access.\n\n\
         Name it in a configuration, and terraform or tofu starts it when needed:\n\n  \
         terraform {{\n    required_providers {{\n      wsoa = {{ source = \"{}\" }}\n    }}\n  }}\n\n\
         Options:\n  \
         probe      ask a tenant how it answers; see probe --help\n  \
         --debug    serve until interrupted, and print how a CLI attaches to this process\n  \
         --version  print the version\n  \
         --help     print this text",
        ADDRESS.trim_start_matches("registry.terraform.io/")
    )
}

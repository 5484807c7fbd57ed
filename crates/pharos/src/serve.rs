//! `pharos serve`.

use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, bail};
use pharos_server::{Options, Server};
use pharos_service::Service;
use pharos_service::candidates::Candidates;
use pharos_service::generator::{Generator, KeyMaker};
use pharos_service::uses::Uses;

use crate::command_line::Serve;
use crate::configuration::{Configuration, RateLimitScope, root_access_key};
use crate::signal::stop_signal;
use crate::system::{SystemClock, SystemRandom};
use crate::{banner, hardening, logging, master_keys, store, tls};

/// Starts the server and runs it until it is told to stop.
pub(crate) fn run(arguments: Serve) -> Result<()> {
    logging::start();
    hardening::forbid_core_dumps();
    let configuration = Configuration::load(arguments)?;
    let root = root_access_key()?;
    let certificate = configuration
        .tls
        .clone()
        .map(tls::Certificate::open)
        .transpose()?;
    // The address before the store: a start that fails should leave nothing behind.
    let listener = listen(&configuration.listen)?;
    let address = listener.local_addr().context("cannot tell the address")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(async {
        let service = Arc::new(open_service(&configuration).await?);
        let options = Options {
            // On loopback only who may read the log anyway is told.
            explain_signatures: configuration
                .explain_signatures
                .unwrap_or(address.ip().is_loopback()),
            strictness: configuration.service_strictness,
            enforce_rate_limits: configuration.enforce_rate_limits,
            allowed_origins: configuration.allowed_origins.clone(),
        };
        let mut server =
            Server::new(listener, Arc::clone(&service), options).context("cannot listen")?;
        let is_tls = certificate.is_some();
        if let Some(certificate) = certificate {
            server = server.with_tls(certificate.tls());
            tokio::spawn(certificate.keep_fresh()?);
        }
        let stop = stop_signal()?;
        let stop = async move {
            stop.await;
            tracing::info!("stopping: finishing the requests in flight");
        };
        let access = service
            .ensure_root(root)
            .await
            .with_context(|| format!("cannot use the store {}", configuration.place.store))?;
        banner::print(
            &banner::endpoint(address, is_tls),
            &configuration.place.store,
            &access,
        )?;
        drop(access);
        if !server.run(stop).await {
            bail!("some requests were still in flight when the time to finish them was over");
        }
        tracing::info!("stopped; every request in flight was answered");
        Ok(())
    })
}

fn listen(address: &str) -> Result<TcpListener> {
    TcpListener::bind(address).with_context(|| {
        format!(
            "cannot listen on {address}; choose another HOST:PORT with --listen, or port 0 for any \
             free one"
        )
    })
}

async fn open_service(configuration: &Configuration) -> Result<Service> {
    let place = &configuration.place;
    let store::Opened {
        store,
        shared_calls,
    } = store::open(&place.store).await?;
    let shared_calls = match configuration.rate_limit_scope {
        RateLimitScope::Node => None,
        RateLimitScope::Cluster => Some(shared_calls.context(
            "`rate_limit.scope = \"cluster\"` needs a store that nodes share; use a postgres:// store, or \
             `\"node\"`",
        )?),
    };
    let random = Arc::new(SystemRandom);
    let is_new = store.master_key().await?.is_none();
    let master_keys = master_keys::open(&place.master_keys, is_new, &*random)?;
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let maker: Arc<dyn KeyMaker> = Arc::new(pharos_keys::Generator::library());
    let generator = Generator::start(threads, &maker).context("cannot start generator threads")?;
    Ok(Service {
        store,
        generator,
        candidates: Candidates::default(),
        uses: Uses::default(),
        master_keys,
        clock: Arc::new(SystemClock::new()),
        random,
        shared_calls,
        key_pair_quota: configuration.key_pair_quota,
        instances: configuration.instances,
        import_rules: configuration.import_rules.clone(),
    })
}

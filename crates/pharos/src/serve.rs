//! `pharos serve`.

use std::net::TcpListener;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use pharos_keys::Generator;
use pharos_server::{MetricsServer, Options, Server};
use pharos_service::Service;
use pharos_service::candidates::Candidates;
use pharos_service::generator::GeneratorQueue;
use pharos_service::uses::Uses;
use prometheus_client::registry::Registry;

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
    // Before anybody can ask for a key.
    let generator = Generator::new(configuration.generator.method)?;
    let path = generator.path();
    // The addresses before the store: a start that fails should leave nothing behind.
    let listener = listen(&configuration.listen, "--listen")?;
    let metrics_listener = configuration.metrics_listen.as_deref();
    let metrics_listener = metrics_listener.map(|address| listen(address, "--metrics-listen"));
    let metrics_listener = metrics_listener.transpose()?;
    let address = listener.local_addr().context("cannot tell the address")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(async {
        let service = Arc::new(open_service(&configuration, generator).await?);
        let options = Options {
            // On loopback only who may read the log anyway is told.
            explain_signatures: configuration
                .explain_signatures
                .unwrap_or(address.ip().is_loopback()),
            strictness: configuration.service_strictness,
            enforce_rate_limits: configuration.enforce_rate_limits,
            allowed_origins: configuration.allowed_origins.clone(),
            explorer: configuration.explorer,
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
        tracing::info!(
            path = path.name(),
            key_type = configuration.generator.key_type.name(),
            threads = configuration.generator.threads,
            "the generator is ready"
        );
        if let Some(listener) = metrics_listener {
            serve_metrics(listener, &service)?;
        }
        banner::print(
            &banner::endpoint(address, is_tls),
            configuration.explorer,
            &configuration.place.store,
            &access,
        )?;
        drop(access);
        let all_answered = server.run(stop).await;
        if !service.generator_queue.stop().await {
            tracing::error!(
                "a generator thread did not end when it was told to; it ends with the process"
            );
        }
        if !all_answered {
            bail!("some requests were still in flight when the time to finish them was over");
        }
        tracing::info!("stopped; every request in flight was answered");
        Ok(())
    })
}

fn listen(address: &str, flag: &str) -> Result<TcpListener> {
    TcpListener::bind(address).with_context(|| {
        format!(
            "cannot listen on {address}; choose another HOST:PORT with {flag}, or port 0 for any free one"
        )
    })
}

/// Serves metrics for as long as the process runs, so that the last seconds can be seen too.
fn serve_metrics(listener: TcpListener, service: &Service) -> Result<()> {
    let address = listener.local_addr().context("cannot tell the address")?;
    let mut registry = Registry::with_prefix("pharos");
    service.register_metrics(&mut registry);
    let server = MetricsServer::new(listener, registry).context("cannot serve metrics")?;
    tokio::spawn(server.run());
    tracing::info!("metrics are at http://{address}/metrics");
    Ok(())
}

async fn open_service(configuration: &Configuration, generator: Generator) -> Result<Service> {
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
    let settings = configuration.generator;
    let generator_queue =
        GeneratorQueue::start(settings.threads, settings.key_type, Arc::new(generator))
            .context("cannot start the generator threads; set fewer with `generator_threads`")?;
    Ok(Service {
        store,
        generator_queue,
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

//! Runs a gateway in this process.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use leadconnector_mcp::calls::{CallService, DefaultCaller};
use leadconnector_mcp::cli::compose;
use leadconnector_mcp::config::{CliOverrides, ConnectionSettings, OperatorKey, SandboxDefaults, Settings};
use leadconnector_mcp::sandbox::{MARKETPLACE_CLIENT_ID, MARKETPLACE_CLIENT_SECRET};
use leadconnector_mcp::server::{self, Shutdown};
use leadconnector_mcp::tools::{Tool, ToolRegistry};
use leadconnector_mcp::web::{self, Access};

/// The issuer of gateways with OAuth. Requests name another host, so that a URL derived from them would be noticed.
pub const PUBLIC_URL: &str = "https://gw.example.com";

/// Builds a gateway for a test.
pub struct TestGatewayBuilder {
    flags: CliOverrides,
    changes: Vec<SettingsChange>,
    default_caller: Option<DefaultCaller>,
    tools: Option<Vec<Tool>>,
}

type SettingsChange = Box<dyn FnOnce(&mut Settings)>;

/// A running gateway; it stops when this is dropped.
pub struct TestGateway {
    pub calls: Arc<CallService>,
    pub settings: Settings,
    pub server: Server,
    pub(super) http: reqwest::Client,
}

/// A running server; it stops when this is dropped.
pub struct Server {
    pub address: SocketAddr,
    pub shutdown: Shutdown,
}

impl TestGatewayBuilder {
    /// A gateway in front of an upstream. The process environment does not affect it.
    pub fn on(upstream: &str) -> Self {
        let flags = CliOverrides {
            listen: Some("127.0.0.1:0".to_owned()),
            upstream: Some(upstream.to_owned()),
            ..CliOverrides::default()
        };
        Self { flags, changes: Vec::new(), default_caller: None, tools: None }
    }

    /// Changes the flags that the settings are loaded from.
    pub fn flags(mut self, change: impl FnOnce(&mut CliOverrides)) -> Self {
        change(&mut self.flags);
        self
    }

    /// Changes settings that only a file can set.
    pub fn settings(mut self, change: impl FnOnce(&mut Settings) + 'static) -> Self {
        self.changes.push(Box::new(change));
        self
    }

    /// Disables retries.
    pub fn without_retries(self) -> Self {
        self.settings(|settings| settings.upstream.max_attempts = 1)
    }

    /// Turns OAuth on, with `key` as the operator's only one and [`PUBLIC_URL`] as issuer.
    pub fn oauth(self, key: &OperatorKey) -> Self {
        let defaults =
            SandboxDefaults { key: key.clone(), marketplace: (MARKETPLACE_CLIENT_ID, MARKETPLACE_CLIENT_SECRET) };
        self.flags(|flags| {
            flags.oauth = true;
            flags.public_url = Some(PUBLIC_URL.to_owned());
            flags.sandbox = Some(defaults);
        })
    }

    /// Sets the caller of requests without a token.
    pub fn default_caller(self, caller: DefaultCaller) -> Self {
        Self { default_caller: Some(caller), ..self }
    }

    /// Replaces the gateway's tools.
    pub fn tools(self, tools: Vec<Tool>) -> Self {
        Self { tools: Some(tools), ..self }
    }

    pub async fn start(self) -> TestGateway {
        let mut settings = Settings::load(&self.flags, |_| None).unwrap();
        for change in self.changes {
            change(&mut settings);
        }
        let calls = match self.tools {
            Some(tools) => {
                let registry = ToolRegistry::with_tools(tools, compose::list_options(&settings));
                Arc::new(CallService::new(registry, &settings, compose::observers()).unwrap())
            }
            None => compose::call_service(&settings).unwrap(),
        };
        let shutdown = Shutdown::default();
        let access = Access { default_caller: self.default_caller, oauth: compose::oauth(&settings, &calls).unwrap() };
        let router = web::router(calls.clone(), &settings.server, &access, &shutdown);
        let connections = settings.server.connections.clone();
        let server = Server::start_within(router, connections, shutdown).await;
        // No certificates: loading the system's would cost more than a call, and the gateway does not speak TLS.
        // A minute is more than any call may take: a test whose gateway does not respond fails instead of hanging.
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .tls_certs_only([])
            .timeout(Duration::from_mins(1));
        let http = http.build().unwrap();
        TestGateway { calls, settings, server, http }
    }
}

impl Server {
    /// Serves on a free port.
    pub async fn start(router: Router) -> Self {
        let defaults = Settings::load(&CliOverrides::default(), |_| None).unwrap().server.connections;
        Self::start_within(router, defaults, Shutdown::default()).await
    }

    async fn start_within(router: Router, connections: ConnectionSettings, shutdown: Shutdown) -> Self {
        let listener = server::bind(([127, 0, 0, 1], 0).into()).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(server::serve(listener, router, web::too_many_connections, connections, shutdown.clone()));
        Self { address, shutdown }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shutdown.begin();
    }
}

impl TestGateway {
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url())
    }
}

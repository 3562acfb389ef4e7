//! Every route: its method, its path, who answers, and what the description of the API says of it.
use super::site::Site;
use super::{api, locust, page, runs};
use rlocust_run::run::{HttpAnswer, HttpRequest};

/// Who answers.
#[derive(Clone, Copy)]
pub enum Handler {
    /// We do, from what has been counted.
    Us(fn(&Site, &HttpRequest) -> HttpAnswer),
    /// We do, from files: on a thread where that holds nobody up.
    Files(fn(&Site, &HttpRequest) -> HttpAnswer),
    /// The store of an earlier run, piece by piece.
    Download,
    /// The script gets the request as it came.
    Script,
    /// The script gets it under a name that no client can ask for.
    Question(&'static str),
    /// The same, and where the script is silent its last answer counts.
    Recalled(&'static str),
    /// The page, with what the script says of the run.
    Index,
    /// The report, with what the script says of its tasks.
    Report,
    Stream,
    /// The description of the API.
    Description,
}

/// One of them; a path that ends in `/*` stands for all below it, `{id}` for one word.
#[derive(Clone, Copy)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub by: Handler,
    pub about: &'static str,
    /// Of the query.
    pub parameters: &'static [&'static str],
}

const fn route(method: &'static str, path: &'static str, by: Handler) -> Route {
    Route {
        method,
        path,
        by,
        about: "",
        parameters: &[],
    }
}

const fn api(method: &'static str, path: &'static str, by: Handler, about: &'static str) -> Route {
    Route {
        about,
        ..route(method, path, by)
    }
}

const WINDOW: &[&str] = &["from", "to", "step", "endpoint"];

pub const ROUTES: &[Route] = &[
    route("GET", "/", Handler::Index),
    route(
        "GET",
        "/assets/*",
        Handler::Us(|_, request| page::asset(request)),
    ),
    route(
        "GET",
        "/icon.svg",
        Handler::Us(|_, request| page::asset(request)),
    ),
    route("POST", "/swarm", Handler::Script),
    route("POST", "/stop", Handler::Script),
    route("POST", "/stats/reset", Handler::Script),
    route("POST", "/user", Handler::Script),
    route("GET", "/login", Handler::Script),
    route("GET", "/tasks", Handler::Recalled("/tasks")),
    route("GET", "/stats/requests", Handler::Us(locust::requests)),
    route(
        "GET",
        "/stats/requests/csv",
        Handler::Us(locust::requests_csv),
    ),
    route(
        "GET",
        "/stats/requests_full_history/csv",
        Handler::Us(locust::full_history_csv),
    ),
    route(
        "GET",
        "/stats/failures/csv",
        Handler::Us(locust::failures_csv),
    ),
    route("GET", "/stats/report", Handler::Report),
    route("GET", "/exceptions", Handler::Us(locust::exceptions)),
    route(
        "GET",
        "/exceptions/csv",
        Handler::Us(locust::exceptions_csv),
    ),
    route("GET", "/logs", Handler::Us(locust::logs)),
    route("GET", "/worker-count", Handler::Us(locust::worker_count)),
    route("GET", "/healthz", Handler::Us(locust::healthz)),
    route("GET", "/metrics", Handler::Us(locust::metrics)),
    api(
        "GET",
        "/api/v1/state",
        Handler::Us(api::state),
        "Where the run stands, and who makes it",
    ),
    api(
        "GET",
        "/api/v1/form",
        Handler::Recalled("_form"),
        "What a start may be asked for",
    ),
    Route {
        parameters: &["last_event_id"],
        ..api(
            "GET",
            "/api/v1/stream",
            Handler::Stream,
            "Server-sent events: tick, state, reset",
        )
    },
    api(
        "GET",
        "/api/v1/endpoints",
        Handler::Us(api::endpoints),
        "Every endpoint over the whole run",
    ),
    Route {
        parameters: WINDOW,
        ..api(
            "GET",
            "/api/v1/series",
            Handler::Us(api::series),
            "Figures over time, in columns",
        )
    },
    Route {
        parameters: WINDOW,
        ..api(
            "GET",
            "/api/v1/heatmap",
            Handler::Us(api::heatmap),
            "Counts by response time, over time",
        )
    },
    Route {
        parameters: &["endpoint"],
        ..api(
            "GET",
            "/api/v1/histogram",
            Handler::Us(api::histogram),
            "Response times of the whole run",
        )
    },
    api(
        "GET",
        "/api/v1/errors",
        Handler::Us(api::errors),
        "Failures and exceptions",
    ),
    api(
        "GET",
        "/api/v1/errors/*",
        Handler::Us(api::error),
        "One of them, with its traceback",
    ),
    api(
        "GET",
        "/api/v1/tasks",
        Handler::Recalled("_tasks"),
        "Expected shares of tasks",
    ),
    Route {
        parameters: &["node", "after"],
        ..api(
            "GET",
            "/api/v1/logs",
            Handler::Us(api::logs),
            "The last lines logged",
        )
    },
    api(
        "POST",
        "/api/v1/start",
        Handler::Question("_start"),
        "Starts a test",
    ),
    api(
        "POST",
        "/api/v1/edit",
        Handler::Question("_edit"),
        "Changes the load of a test",
    ),
    api(
        "POST",
        "/api/v1/stop",
        Handler::Question("_stop"),
        "Stops the test",
    ),
    api(
        "POST",
        "/api/v1/reset",
        Handler::Question("_reset"),
        "Resets the statistics",
    ),
    Route {
        parameters: &["limit"],
        ..api(
            "GET",
            "/api/v1/runs",
            Handler::Files(runs::runs),
            "Earlier runs, the newest first; needs --history",
        )
    },
    api(
        "GET",
        "/api/v1/runs/{id}",
        Handler::Files(runs::run),
        "One of them: settings, endpoints, figures over time, errors",
    ),
    api(
        "PATCH",
        "/api/v1/runs/{id}",
        Handler::Files(runs::note_run),
        "Changes the note or the labels of a run",
    ),
    api(
        "DELETE",
        "/api/v1/runs/{id}",
        Handler::Files(runs::delete_run),
        "Deletes a run",
    ),
    api(
        "GET",
        "/api/v1/runs/{id}/report",
        Handler::Files(runs::report_of_run),
        "The report of a run",
    ),
    api(
        "GET",
        "/api/v1/runs/{id}/store",
        Handler::Download,
        "The result store of a run",
    ),
    Route {
        parameters: &["a", "b"],
        ..api(
            "GET",
            "/api/v1/compare",
            Handler::Files(runs::compare_runs),
            "What changed from run a to run b, and whether chance explains it",
        )
    },
    api(
        "GET",
        "/api/v1/openapi.json",
        Handler::Description,
        "This description",
    ),
];

/// What is found at a path.
pub enum Found {
    Route(&'static Route),
    /// The path is there for other methods: `Allow`.
    WrongMethod(String),
    Nothing,
}

/// `HEAD` is `GET` without its body.
pub fn find(method: &str, path: &str) -> Found {
    let method = if method == "HEAD" { "GET" } else { method };
    let at_path: Vec<&Route> = ROUTES.iter().filter(|route| route.is_at(path)).collect();
    match at_path.iter().find(|route| route.method == method) {
        Some(route) => Found::Route(route),
        None if at_path.is_empty() => Found::Nothing,
        None => Found::WrongMethod(allowed(&at_path)),
    }
}

fn allowed(routes: &[&Route]) -> String {
    let mut methods: Vec<&str> = routes
        .iter()
        .map(|route| route.method)
        .chain(["OPTIONS"])
        .collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.sort_unstable();
    methods.join(", ")
}

impl Route {
    /// A parameter that a route of the API has not: a slip of the pen would else pass unseen. Locust's routes take any.
    pub fn unknown_parameter(&self, request: &HttpRequest) -> Option<String> {
        let is_unknown = |name: &String| !self.parameters.contains(&name.as_str());
        let is_described = !self.about.is_empty();
        super::answer::parameters(request).find(|name| is_described && is_unknown(name))
    }

    fn is_at(&self, path: &str) -> bool {
        if let Some(above) = self.path.strip_suffix('*') {
            return path.len() > above.len() && path.starts_with(above);
        }
        let Some((above, below)) = self.path.split_once("{id}") else {
            return path == self.path;
        };
        let id = path
            .strip_prefix(above)
            .and_then(|id| id.strip_suffix(below));
        id.is_some_and(|id| !id.is_empty() && !id.contains('/'))
    }
}

pub fn wrong_parameter(route: &Route, name: &str) -> HttpAnswer {
    let known = match route.parameters {
        [] => "it takes none".to_owned(),
        names => format!("it takes `{}`", names.join("`, `")),
    };
    let why = format!("`{name}` is no parameter of `{}`: {known}", route.path);
    super::answer::failure(400, &why)
}

pub fn wrong_method(method: &str, allow: String) -> HttpAnswer {
    let refusal = if method == "OPTIONS" {
        super::answer::text(200, "")
    } else {
        super::answer::text(
            405,
            "405 Method Not Allowed: The method is not allowed for the requested URL.",
        )
    };
    super::answer::with(refusal, "allow", allow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_a_route_of_the_api_has_not_is_named() {
        let of = |path: &str, query: &str| {
            let request = HttpRequest {
                query: query.to_owned(),
                ..HttpRequest::default()
            };
            match find("GET", path) {
                Found::Route(route) => route.unknown_parameter(&request),
                _ => None,
            }
        };
        assert_eq!(of("/api/v1/series", "from=1&endpoint=2"), None);
        assert_eq!(of("/api/v1/series", ""), None);
        let slip = of("/api/v1/series", "from=1&end%20point=2");
        assert_eq!(slip.as_deref(), Some("end point"));
        assert_eq!(of("/stats/requests", "limit=1&_=2"), None);
    }

    #[test]
    fn a_path_is_found_by_its_method_and_says_which_there_are() {
        let of = |method: &str, path: &str| match find(method, path) {
            Found::Route(route) => route.path.to_owned(),
            Found::WrongMethod(allow) => allow,
            Found::Nothing => "nothing".to_owned(),
        };
        assert_eq!(of("HEAD", "/stats/requests"), "/stats/requests");
        assert_eq!(of("GET", "/assets/a/b.js"), "/assets/*");
        assert_eq!(of("GET", "/stop"), "OPTIONS, POST");
        assert_eq!(of("POST", "/logs"), "GET, HEAD, OPTIONS");
        assert_eq!(of("GET", "/assets/"), "nothing");
        assert_eq!(of("GET", "_form"), "nothing");
        assert_eq!(of("GET", "/api/v1/runs/x"), "/api/v1/runs/{id}");
        assert_eq!(of("GET", "/api/v1/runs/x/store"), "/api/v1/runs/{id}/store");
        assert_eq!(of("GET", "/api/v1/runs/x/y"), "nothing");
        assert_eq!(of("GET", "/api/v1/runs/"), "nothing");
        assert_eq!(
            of("POST", "/api/v1/runs/x"),
            "DELETE, GET, HEAD, OPTIONS, PATCH"
        );
    }
}

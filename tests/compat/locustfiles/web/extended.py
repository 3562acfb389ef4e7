"""What suites do with the Flask app of the interface: routes, a blueprint with files and templates of its own, hooks
that add to Locust's answers, tabs and tables of their own, a page of their own, and looks into Flask itself.
"""

import json
import logging
import os

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for

from locust import User, constant, events, task

FOLDER = os.path.dirname(__file__)
lengths = {}


class Worker(User):
    wait_time = constant(0.05)
    host = "http://nowhere"

    @task
    def work(self):
        self.environment.events.request.fire(
            request_type="GET", name="/work", response_time=1, response_length=9, exception=None, context={}
        )


@events.request.add_listener
def count(request_type, name, response_length, **_):
    lengths[name] = response_length


@events.reset_stats.add_listener
def forget():
    lengths.clear()


@events.init.add_listener
def extend(environment, web_ui, **_):
    if web_ui is None:
        return
    app = web_ui.app
    web_ui.template_args["extended_tabs"] = [{"title": "Lengths", "key": "lengths"}]
    web_ui.template_args["extended_tables"] = [{"key": "lengths", "structure": [{"key": "name", "title": "Name"}]}]
    web_ui.template_args["extended_csv_files"] = [{"href": "/own/csv", "title": "Lengths"}]
    web_ui.template_args["all_profiles"] = ["small", "big"]
    web_ui.template_args["state"] = "ours loses"

    @app.after_request
    def add_lengths(response):
        if request.path == "/stats/requests":
            rows = [{"key": "lengths", "data": [{"name": name, "length": lengths[name]} for name in sorted(lengths)]}]
            response.set_data(json.dumps({**response.json, "extended_stats": rows}))
        response.headers["X-Suite"] = request.endpoint or "no endpoint"
        return response

    @app.before_request
    def refuse():
        if request.args.get("refused"):
            return Response("refused", status=403)

    @app.route("/metrics")
    def metrics():
        users = environment.runner.user_count
        return Response(f"users {users}\nrequests {environment.stats.num_requests > 0}\n", mimetype="text/plain")

    @app.route("/own/<int:number>", methods=["GET", "PUT"])
    def own(number):
        return jsonify({"number": number, "method": request.method, "sent": request.get_data(as_text=True)})

    @app.route("/addresses")
    def addresses():
        return jsonify([url_for(f"locust.{name}") for name in ("index", "swarm", "request_stats", "stats_report")])

    @app.route("/away")
    def away():
        return redirect(url_for("locust.index"))

    @app.route("/form", methods=["POST"])
    def form():
        return jsonify(request.form.to_dict(flat=False))

    @app.route("/broken")
    def broken():
        raise KeyError("nothing there")

    @app.errorhandler(404)
    def own_not_found(error):
        return "not here", 404

    blueprint = Blueprint("own", "own_pages", static_folder=f"{FOLDER}/pages", static_url_path="/own/static")
    blueprint.template_folder = f"{FOLDER}/pages"

    @blueprint.route("/own/page")
    def page():
        web_ui.update_template_args()
        return render_template("own.html", users=web_ui.template_args["user_count"], tabs=web_ui.template_args)

    @blueprint.route("/own/csv")
    def csv():
        response = make_response("name,length\n")
        response.headers["Content-Disposition"] = "attachment; filename=lengths.csv"
        return response

    @blueprint.route("/own/index")
    def index():
        web_ui.update_template_args()
        return render_template("index.html", template_args={**web_ui.template_args, "extended_tabs": ["mine"]})

    app.register_blueprint(blueprint)
    view = app.view_functions["locust.tasks"]
    app.view_functions["locust.tasks"] = lambda: (
        {**view(), "added": True} if isinstance(view(), dict) else added(view())
    )
    logging.info("ENDPOINTS %s", sorted(name for name in app.view_functions if name.startswith("locust.")))


def added(response):
    return jsonify({**response.json, "added": True})

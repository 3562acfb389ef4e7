"""MilvusUser over a client that answers from here: what pymilvus is asked, and what is reported."""

import locust.contrib.milvus as milvus

from tests.compat.programs.contrib.shown import environment, show


class Answers:
    """In the place of `pymilvus.MilvusClient`: there is no server for it here."""

    is_broken = False

    def __init__(self, **options):
        print("made", sorted(options.items()))

    def __getattr__(self, name):
        def call(**arguments):
            print(name, sorted(arguments.items()))
            if Answers.is_broken:
                raise RuntimeError(f"no {name}")
            hits = [[{"id": 1, "distance": 0.5}, {"id": 2, "distance": 0.4}]]
            return {"search": hits, "hybrid_search": [[]], "query": [{"id": 1}]}.get(name, {"count": 1})

        return call


milvus.MilvusClient = Answers


class Searcher(milvus.MilvusUser):
    def __init__(self, environment):
        super().__init__(
            environment, uri="http://db", collection_name="things", schema="schema", index_params="index", shards=2
        )


def tell(outcome):
    plain = ("success", "empty", "recall")
    return sorted((key, value if key in plain else type(value).__name__) for key, value in outcome.items())


def all_calls(user):
    print(tell(user.insert([{"id": 1}])))
    print(tell(user.upsert([{"id": 1}])))
    print(tell(user.search([[0.1]], "vector", 2)))
    print(tell(user.search([[0.1]], "vector", 2, calculate_recall=True, ground_truth=[1, 3])))
    print(tell(user.search([[0.1]], "vector", 5, "id > 1", {"a": 1}, ["id"], True, [1, 3])))
    print(tell(user.hybrid_search(["reqs"], "ranker", 2)))
    print(tell(user.query("id > 1", ["id"])))
    print(tell(user.delete("id > 1")))


user = Searcher(environment())
all_calls(user)
show("all calls", 10)
Answers.is_broken = True
all_calls(user)
show("all calls fail", 8)
user._fire_recall_event("milvus", "recall", {"recall": 0.5, "retrieved_count": 7})
show("a recall", 1)
recall = milvus.MilvusV2Client.get_recall
print(
    [
        recall(*case)
        for case in (([[{"id": 1}]], [1]), ([{"id": 1}], [2]), ([], [1]), ([[{"id": 1}]], [1, 2], 5), (None, None))
    ]
)
for missing in ("uri", "collection_name"):
    try:
        milvus.MilvusUser(user.environment, **{missing: None})
    except ValueError as error:
        print(error)
Answers.is_broken = False
user.on_stop()

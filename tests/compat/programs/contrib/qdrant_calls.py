"""QdrantUser over the database in memory that its client brings: insert, search, scroll, delete, failures."""

from locust.contrib.qdrant import QdrantUser
from qdrant_client.models import Distance, PointIdsList, PointStruct, VectorParams

from tests.compat.programs.contrib.shown import environment, show


class Searcher(QdrantUser):
    url = None
    client_kwargs = {"location": ":memory:"}
    collection_name = "things"
    vectors_config = VectorParams(size=2, distance=Distance.DOT)


def tell(outcome):
    return {
        key: value if key in ("success", "empty", "next_offset") else type(value).__name__
        for key, value in outcome.items()
    }


user = Searcher(environment())
print(sorted(tell(user.search([1.0, 0.0])).items()))
print(sorted(tell(user.upsert([PointStruct(id=n, vector=[n, 1.0], payload={"n": n}) for n in range(5)])).items()))
print(sorted(tell(user.search([1.0, 0.0], limit=3)).items()))
print(sorted(tell(user.scroll(limit=2)).items()))
print(sorted(tell(user.delete(PointIdsList(points=[1]))).items()))
show("five calls", 5)
user.client.collection_name = "gone"
for call in (lambda: user.search([1.0]), lambda: user.scroll(), lambda: user.upsert([]), lambda: user.delete(None)):
    print(sorted(tell(call()).items()))
show("a collection that is not there", 4)
user.on_stop()


class Nameless(QdrantUser):
    pass


try:
    Nameless(user.environment)
except ValueError as error:
    print(error)

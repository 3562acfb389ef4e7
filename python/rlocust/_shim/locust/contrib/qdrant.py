"""Users of a Qdrant database: `self.upsert`, `self.search`, `self.scroll`, `self.delete`, each reported.

The class names the database and the collection; with `vectors_config` the collection is made where it is missing.
"""

from __future__ import annotations

from typing import Any

from locust.env import Environment
from locust.user.users import User
from rlocust._extras import hinted

from ._timed import Outcome, found, report, timed

with hinted():
    from qdrant_client import QdrantClient
    from qdrant_client.models import VectorParams


class QdrantLocustClient:
    """Qdrant's client for one collection; what it answers are outcomes: `success`, `response_time`, `result` …"""

    def __init__(
        self, url: str | None, collection_name: str, api_key: str | None = None, timeout: int = 60, **kwargs: Any
    ) -> None:
        self.url = url
        self.collection_name = collection_name
        self.api_key = api_key
        self.timeout = timeout
        self.client = QdrantClient(url=url, api_key=api_key, timeout=timeout, **kwargs)

    def close(self) -> None:
        self.client.close()

    def create_collection(self, vectors_config: Any, **kwargs: Any) -> None:
        if not self.client.collection_exists(collection_name=self.collection_name):
            self.client.create_collection(collection_name=self.collection_name, vectors_config=vectors_config, **kwargs)

    def upsert(self, points: Any) -> Outcome:
        return timed(lambda: self.client.upsert(collection_name=self.collection_name, points=points))

    def search(
        self,
        query: Any,
        limit: int = 10,
        query_filter: Any = None,
        search_params: Any = None,
        with_payload: Any = True,
    ) -> Outcome:
        outcome = timed(
            lambda: self.client.query_points(
                collection_name=self.collection_name,
                query=query,
                limit=limit,
                query_filter=query_filter,
                search_params=search_params,
                with_payload=with_payload,
            )
        )
        return found(outcome, lambda result: result.points)

    def scroll(self, scroll_filter: Any = None, limit: int = 10, with_payload: Any = True) -> Outcome:
        outcome = timed(
            lambda: self.client.scroll(
                collection_name=self.collection_name,
                scroll_filter=scroll_filter,
                limit=limit,
                with_payload=with_payload,
            )
        )
        if "result" in outcome:
            outcome["result"], outcome["next_offset"] = outcome["result"]
        return found(outcome, lambda result: result)

    def delete(self, points_selector: Any) -> Outcome:
        return timed(lambda: self.client.delete(collection_name=self.collection_name, points_selector=points_selector))


class QdrantUser(User):
    """Inserts and searches vectors; `self.client` is a `QdrantLocustClient`, which reports nothing itself."""

    abstract = True
    url: str = "http://localhost:6333"
    api_key: str | None = None
    collection_name: str | None = None
    timeout: int = 60
    vectors_config: VectorParams | None = None
    client_kwargs: dict[str, Any] | None = None
    collection_kwargs: dict[str, Any] | None = None

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        if self.collection_name is None:
            raise ValueError("'collection_name' must be provided for QdrantUser")
        self.client_type = "qdrant"
        self.client = QdrantLocustClient(
            url=self.url,
            collection_name=self.collection_name,
            api_key=self.api_key,
            timeout=self.timeout,
            **(self.client_kwargs or {}),
        )
        if self.vectors_config is not None:
            self.client.create_collection(vectors_config=self.vectors_config, **(self.collection_kwargs or {}))

    @staticmethod
    def _fire_event(request_type: str, name: str, result: Outcome) -> None:
        report(request_type, name, result)

    def _reported(self, name: str, outcome: Outcome) -> Outcome:
        self._fire_event(self.client_type, name, outcome)
        return outcome

    def upsert(self, points: Any) -> Outcome:
        return self._reported("upsert", self.client.upsert(points))

    def search(
        self,
        query: Any,
        limit: int = 10,
        query_filter: Any = None,
        search_params: Any = None,
        with_payload: Any = True,
    ) -> Outcome:
        outcome = self.client.search(query, limit, query_filter, search_params, with_payload)
        return self._reported("search", outcome)

    def scroll(self, scroll_filter: Any = None, limit: int = 10, with_payload: Any = True) -> Outcome:
        return self._reported("scroll", self.client.scroll(scroll_filter, limit, with_payload))

    def delete(self, points_selector: Any) -> Outcome:
        return self._reported("delete", self.client.delete(points_selector))

    def on_stop(self) -> None:
        self.client.close()

"""Users of a Milvus database: `self.insert`, `self.search`, `self.query` and so on, each reported.

pymilvus talks gRPC, which yields to other users only where gevent's support for it is switched on: importing this does.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import locust
from locust.env import Environment
from locust.user.users import User
from rlocust._extras import hinted

from ._timed import Outcome, found, report, timed

if TYPE_CHECKING:
    from pymilvus import CollectionSchema
    from pymilvus.milvus_client import IndexParams

with hinted():
    import grpc.experimental.gevent
    from pymilvus import MilvusClient

grpc.experimental.gevent.init_gevent()


class BaseClient(ABC):
    """What a client of a vector database offers to a user."""

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def create_collection(self, schema: Any, index_params: Any, **kwargs: Any) -> None: ...

    @abstractmethod
    def insert(self, data: Any) -> Outcome: ...

    @abstractmethod
    def upsert(self, data: Any) -> Outcome: ...

    @abstractmethod
    def search(
        self,
        data: Any,
        anns_field: str,
        limit: int,
        filter: str = "",
        search_params: Any = None,
        output_fields: list[str] | None = None,
        calculate_recall: bool = False,
        ground_truth: Any = None,
    ) -> Outcome: ...

    @abstractmethod
    def hybrid_search(self, reqs: Any, ranker: Any, limit: int, output_fields: list[str] | None = None) -> Outcome: ...

    @abstractmethod
    def query(self, filter: str, output_fields: list[str] | None = None) -> Outcome: ...

    @abstractmethod
    def delete(self, filter: str) -> Outcome: ...


class MilvusV2Client(BaseClient):
    """Milvus' client for one collection; what it answers are outcomes: `success`, `response_time`, `result` …"""

    def __init__(
        self,
        uri: str,
        collection_name: str,
        token: str = "root:Milvus",
        db_name: str = "default",
        timeout: int = 60,
    ) -> None:
        self.uri = uri
        self.collection_name = collection_name
        self.token = token
        self.db_name = db_name
        self.timeout = timeout
        self.client = MilvusClient(uri=uri, token=token, db_name=db_name, timeout=timeout)

    def close(self) -> None:
        self.client.close()

    def create_collection(self, schema: Any, index_params: Any, **kwargs: Any) -> None:
        self.client.create_collection(
            collection_name=self.collection_name, schema=schema, index_params=index_params, **kwargs
        )

    def insert(self, data: Any) -> Outcome:
        return timed(lambda: self.client.insert(collection_name=self.collection_name, data=data))

    def upsert(self, data: Any) -> Outcome:
        return timed(lambda: self.client.upsert(collection_name=self.collection_name, data=data))

    def search(
        self,
        data: Any,
        anns_field: str,
        limit: int,
        filter: str = "",
        search_params: Any = None,
        output_fields: list[str] | None = None,
        calculate_recall: bool = False,
        ground_truth: Any = None,
    ) -> Outcome:
        outcome = timed(
            lambda: self.client.search(
                collection_name=self.collection_name,
                data=data,
                anns_field=anns_field,
                filter=filter,
                limit=limit,
                search_params=search_params,
                output_fields=_or_ids(output_fields),
            )
        )
        if found(outcome, _hits)["success"] and calculate_recall and ground_truth is not None:
            outcome["recall"] = self.get_recall(outcome["result"], ground_truth, limit)
        return outcome

    def hybrid_search(self, reqs: Any, ranker: Any, limit: int, output_fields: list[str] | None = None) -> Outcome:
        outcome = timed(
            lambda: self.client.hybrid_search(
                collection_name=self.collection_name,
                reqs=reqs,
                ranker=ranker,
                limit=limit,
                output_fields=_or_ids(output_fields),
                timeout=self.timeout,
            )
        )
        return found(outcome, _hits)

    @staticmethod
    def get_recall(search_results: Any, ground_truth: Any, limit: int | None = None) -> float:
        """The share of the true ids among those of the first query; 0.0 where it cannot be said."""
        try:
            first = search_results[0] if isinstance(search_results[0], list) else search_results
            ids = [hit["id"] if isinstance(hit, dict) else hit.get("id") for hit in first]
            true_ids = set(ground_truth[: len(ids) if limit is None else limit])
            if len(ground_truth) < (len(ids) if limit is None else limit):
                return 0.0
            return len(true_ids & set(ids)) / len(true_ids)
        except Exception:  # whatever a suite hands in: a recall that cannot be told is none
            return 0.0

    def query(self, filter: str, output_fields: list[str] | None = None) -> Outcome:
        outcome = timed(
            lambda: self.client.query(
                collection_name=self.collection_name, filter=filter, output_fields=_or_ids(output_fields)
            )
        )
        return found(outcome, lambda result: result)

    def delete(self, filter: str) -> Outcome:
        return timed(lambda: self.client.delete(collection_name=self.collection_name, filter=filter))


class MilvusUser(User):
    """Inserts and searches vectors; `self.client` is a `MilvusV2Client`, which reports nothing itself."""

    abstract = True

    def __init__(
        self,
        environment: Environment,
        uri: str = "http://localhost:19530",
        token: str = "root:Milvus",
        collection_name: str = "test_collection",
        db_name: str = "default",
        timeout: int = 60,
        schema: CollectionSchema | None = None,
        index_params: IndexParams | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(environment)
        for name, value in (("uri", uri), ("collection_name", collection_name)):
            if value is None:
                raise ValueError(f"'{name}' must be provided for MilvusUser")
        self.client_type = "milvus"
        self.client = MilvusV2Client(uri, collection_name, token, db_name, timeout)
        if schema is not None:
            self.client.create_collection(schema=schema, index_params=index_params, **kwargs)

    @staticmethod
    def _fire_event(request_type: str, name: str, result: Outcome) -> None:
        report(request_type, name, result)

    @staticmethod
    def _fire_recall_event(request_type: str, name: str, result: Outcome) -> None:
        """The recall in percent, in the column of response times: Locust has no other for it."""
        locust.events.request.fire(
            request_type=request_type,
            name=name,
            response_time=int(result.get("recall", 0.0) * 100),
            response_length=result.get("retrieved_count", 0),
            exception=result.get("exception"),
        )

    def _reported(self, name: str, outcome: Outcome) -> Outcome:
        self._fire_event(self.client_type, name, outcome)
        return outcome

    def insert(self, data: Any) -> Outcome:
        return self._reported("insert", self.client.insert(data))

    def upsert(self, data: Any) -> Outcome:
        return self._reported("upsert", self.client.upsert(data))

    def search(
        self,
        data: Any,
        anns_field: str,
        limit: int,
        filter: str = "",
        search_params: Any = None,
        output_fields: list[str] | None = None,
        calculate_recall: bool = False,
        ground_truth: Any = None,
    ) -> Outcome:
        outcome = self.client.search(
            data, anns_field, limit, filter, search_params, output_fields, calculate_recall, ground_truth
        )
        self._fire_event(self.client_type, "search", outcome)
        if "recall" in outcome:
            self._fire_recall_event(self.client_type, "recall", outcome)
        return outcome

    def hybrid_search(self, reqs: Any, ranker: Any, limit: int, output_fields: list[str] | None = None) -> Outcome:
        return self._reported("hybrid_search", self.client.hybrid_search(reqs, ranker, limit, output_fields))

    def query(self, filter: str, output_fields: list[str] | None = None) -> Outcome:
        return self._reported("query", self.client.query(filter, output_fields))

    def delete(self, filter: str) -> Outcome:
        return self._reported("delete", self.client.delete(filter))

    def on_stop(self) -> None:
        self.client.close()


def _or_ids(output_fields: list[str] | None) -> list[str]:
    return ["id"] if output_fields is None else output_fields


def _hits(result: Any) -> list[Any]:
    """Of all queries of a search."""
    return [hit for hits in result for hit in hits]

"""The OpenAPI document holds, whatever is sent: schemathesis calls each operation."""

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="the extra `web` is not installed")
schemathesis = pytest.importorskip("schemathesis")

from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection

from grader.web.people import Purpose, Role
from grader.web.settings import Allowance
from tests.report import records
from tests.web.visits import RIGHT, Visits, person, visits

OPERATIONS = 10
EXAMPLES = 12
MUCH = Allowance(
    submissions_per_minute=10**6,
    requests_per_minute=10**6,
    unfinished=10**6,
    followed=9,
)


def test_each_operation_does_what_the_document_says(tmp_path: Path) -> None:
    much = {"interviewer": MUCH, "strangers_per_minute": 10**6}
    with visits(tmp_path, url="http://testserver", **much) as site:
        who = person("Grace", Role.INTERVIEWER)
        job, record = _graded(site, site.caller(who))
        token = site.signer.sign(who, Purpose.API)
        headers = {"Authorization": f"Bearer {token}"}
        document = schemathesis.openapi.from_asgi(
            "/api/v1/openapi.json",
            site.application,
            headers=headers,
        )
        operations = [one.ok() for one in document.get_all_operations()]
        for operation in operations:
            for known in ({}, {"job": job, "record": record}):
                _call(operation, GenerationMode.POSITIVE, headers, known)
            _call(operation, GenerationMode.NEGATIVE, headers, {})

    assert len(operations) == OPERATIONS


def _graded(site: Visits, caller: Any) -> tuple[str, int]:
    body = {"problem": "softmax", "submission": {"source": RIGHT}}
    job = caller.post("/api/v1/submissions", json=body).json()
    record = records.wrong_answer()
    submission = record.submission.model_copy(update={"sha256": job["sha256"]})
    done = record.model_copy(update={"submission": submission})
    return job["id"], site.store.finish(job["id"], done)


def _call(
    operation: Any, mode: Any, headers: dict[str, str], known: dict[str, Any]
) -> None:
    path = {name: known[name] for name in known if f"{{{name}}}" in operation.path}
    if known and not path:
        return
    if mode is GenerationMode.NEGATIVE and not _can_be_wrong(operation):
        return

    @hypothesis_settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode, path_parameters=path or None))
    def call(case: Any) -> None:
        # What is wrong may be that there is no token, which is then added here; what is
        # refused is held in `test_api`.
        case.call_and_validate(
            headers=headers, excluded_checks=[negative_data_rejection]
        )

    call()


def _can_be_wrong(operation: Any) -> bool:
    return any(True for _ in operation.iter_parameters()) or bool(operation.body)

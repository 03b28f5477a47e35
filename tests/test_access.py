"""Who may do what: every operation of the table, asked for by everybody there is."""

from collections.abc import Iterator

import pytest
from flask import Flask

from registry.http.operations import PATH_PARAMETERS, Operation
from registry.http.table import OPERATIONS
from registry.kinds.catalogue import KINDS
from registry.kinds.model.kind import Kind
from tests import bearers, conftest
from tests.bearers import BEARERS, MAY
from tests.contract import ContractClient

ANYBODY = "anybody"

NEEDS = {
    "list": ANYBODY,
    "create": "officer",
    "read": ANYBODY,
    "replace": "curator",
    "amend": "curator",
    "withdraw": "curator",
    "list_records": ANYBODY,
    "read_record": ANYBODY,
    "suggest_records": ANYBODY,
    "match_name": ANYBODY,
    "match_names": ANYBODY,
    "reconcile": ANYBODY,
    "reconcile_batch": ANYBODY,
    "reconcile_suggest_entity": ANYBODY,
    "reconcile_suggest_type": ANYBODY,
    "reconcile_suggest_property": ANYBODY,
    "reconcile_properties": ANYBODY,
    "reconcile_flyout_entity": ANYBODY,
    "reconcile_flyout_type": ANYBODY,
    "reconcile_flyout_property": ANYBODY,
    "reconcile_preview": ANYBODY,
    "count_partnerships": ANYBODY,
    "list_partners": ANYBODY,
    "read_network": ANYBODY,
    "read_hierarchy": ANYBODY,
    "find_paths": ANYBODY,
    "list_contradictions": ANYBODY,
    "list_revisions": ANYBODY,
    "read_revision": ANYBODY,
    "list_vocabularies": ANYBODY,
    "read_vocabulary": ANYBODY,
    "welcome": ANYBODY,
    "read_openapi_json": ANYBODY,
    "read_openapi_yaml": ANYBODY,
    "read_api_catalog": ANYBODY,
    "check_live": ANYBODY,
    "check_ready": ANYBODY,
    "list_changes": ANYBODY,
    "read_changes_atom": ANYBODY,
    "export_registry": ANYBODY,
    "compare_revisions": ANYBODY,
    "verify_record": "reviewer",
    "merge_record": "curator",
    "undo_merge": "curator",
    "list_worklist": ANYBODY,
    "list_submissions": "officer",
    "create_submission": "officer",
    "read_submission": "officer",
    "weigh_submission": "officer",
    "replace_submission": "officer",
    "amend_submission": "officer",
    "comment_on_submission": "officer",
    "submit_submission": "officer",
    "start_review_submission": "reviewer",
    "return_submission": "reviewer",
    "accept_submission": "reviewer",
    "reject_submission": "reviewer",
    "apply_submission": "reviewer",
    "withdraw_submission": "officer",
    "read_me": "reader",
    "list_accounts": "administrator",
    "add_account": "administrator",
    "read_account": "administrator",
    "change_account": "administrator",
    "list_tokens": "administrator",
    "issue_token": "administrator",
    "revoke_token": "administrator",
    "read_admin_journal": "administrator",
}
"""For which role each operation is reserved, said once more, so that nobody opens one by mistake."""

NOWHERE = {
    "id": "k7r92wh453",
    "version": "1",
    "vocabulary": "lifecycle",
    "account": "Nemo",
    "serial": "000000000000",
    "submission": "k7r92wh453",
}
"""Words of paths that lead to nothing, so that nobody who is let in changes anything."""

ROWS = [(each, kind) for each in OPERATIONS for kind in (KINDS.values() if each.per_kind else (None,))]


@pytest.fixture(scope="module")
def registry(databases: conftest.Databases) -> Iterator[tuple[Flask, dict[str, str | None]]]:
    """An application without records, and a token for each bearer."""
    for app in conftest._app(databases.empty(), load=False):
        yield app, bearers.tokens(conftest.store_of(app))


def test_every_operation_is_said_to_be_for_somebody() -> None:
    unsaid = [each.name for each in OPERATIONS if each.name not in NEEDS]
    assert not unsaid, f"Say in NEEDS of tests/test_access.py for whom these are: {', '.join(unsaid)}"
    assert set(NEEDS) == {each.name for each in OPERATIONS}
    assert set(NOWHERE) == {each.name for each in PATH_PARAMETERS}


@pytest.mark.parametrize(("operation", "kind"), ROWS, ids=[each.operation_id(kind) for each, kind in ROWS])
def test_an_operation_is_open_to_those_it_is_for_and_to_nobody_else(
    registry: tuple[Flask, dict[str, str | None]], operation: Operation, kind: Kind | None
) -> None:
    app, tokens = registry
    wrong = []
    for name in BEARERS:
        found = _asked(app, operation, kind, tokens[name])
        expected = _expected(operation, name)
        if (found if found in (401, 403) else 200) != expected:
            wrong.append(f"{name}: {found}, not {'let in' if expected == 200 else expected}")
    assert wrong == []


def _expected(operation: Operation, name: str) -> int:
    """401 where the token does not count or is missing, 403 where it does not suffice, 200 for whoever is let in."""
    needed = NEEDS[operation.name]
    if BEARERS[name].fate != "valid":
        return 401
    if needed == ANYBODY or needed in MAY[name]:
        return 200
    return 403 if BEARERS[name].role else 401


def _asked(app: Flask, operation: Operation, kind: Kind | None, token: str | None) -> int:
    client = app.test_client()
    assert isinstance(client, ContractClient)
    client.token = token
    path = operation.path_for(kind)
    for name, word in NOWHERE.items():
        path = path.replace("{" + name + "}", word)
    return client.open(path, method=operation.method).status_code

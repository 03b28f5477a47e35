"""Accounts, their tokens, and the administrative journal; and for everybody with a token, who they are here."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from marshmallow import Schema

from registry.http.operations import Answered, Call, Operation, Reply, paged
from registry.http.parameters import Parameter, text, whole
from registry.http.schemas import Answer, Truth, next_field
from registry.kinds.model.fields import FREE_TEXT, Count, Form, Id, OneWord, Part, Several, Text, Timestamp
from registry.kinds.model.kind import Kind
from registry.kinds.model.views import view
from registry.service import access, accounts, auditing
from registry.service.roles import ROLES, SCOPES
from registry.store.accounts import Account
from registry.store.tokens import Token

_TWELVE = r"[0-9a-f]{12}"


def _role(about: str, *, required: bool = False) -> OneWord:
    return OneWord(ROLES, about, required=required, example="officer")


def _organizations(**options: Any) -> Several:
    about = "The records of the organizations that the account acts for."
    return Several(Id("An id."), about, most=100, distinct=True, **options)


def _scopes(**options: Any) -> Several:
    about = "What the token may be used for, as far as the role of its account allows."
    return Several(OneWord(SCOPES, "A scope."), about, most=len(SCOPES), distinct=True, **options)


class NewAccount(Schema):
    """Who is to have an account, and what it may do."""

    name = Form(
        "Its name, as the journals will say it; it never changes.", longest=64, pattern=accounts.NAME, hint=accounts.NAME_HINT,
        required=True, example="Ada",
    )  # fmt: skip
    role = _role("What it may do; each role is allowed what those before it are.", required=True)
    organizations = _organizations(load_default=list)


class AccountChange(Schema):
    """What is to change of an account; what is left out stays."""

    role = _role("What it may do from now on; its tokens never get more scopes than they have.")
    organizations = _organizations()
    disabled = Truth("Whether its tokens are refused from now on.")


class NewToken(Schema):
    """What a token is to be good for."""

    scopes = _scopes()
    days = Count("After how many days it ends; never, if this is left out.", least=1, most=3660)


class AccountLine(Answer):
    """An account."""

    name = Text("Its name.", longest=200, required=True)
    role = _role("What it may do.", required=True)
    organizations = _organizations(required=True)
    created_at = Timestamp("Since when it exists.", required=True)
    disabled_at = Timestamp("Since when its tokens are refused; absent while they are not.")


class AccountPage(Answer):
    """A page of accounts, in the order of their names."""

    items = Several(Part(AccountLine, "An account."), "The accounts.", most=500, required=True)
    next = next_field()


class TokenLine(Answer):
    """What is known of a token: everything but the token."""

    id = Form(
        "Its id: the twelve characters behind its `prt_`.",
        longest=12,
        shortest=12,
        pattern=_TWELVE,
        hint="",
        required=True,
    )
    account = Text("The account that it belongs to.", longest=200, required=True)
    scopes = _scopes(required=True)
    created_at = Timestamp("When it was issued.", required=True)
    expires_at = Timestamp("When it ends; absent if it does not by itself.")
    revoked_at = Timestamp("When it was revoked; absent if it was not.")
    last_used_at = Timestamp("When it was last used, to the minute; absent if it never was.")


class TokenPage(Answer):
    """A page of the tokens of an account, the oldest first."""

    items = Several(Part(TokenLine, "A token."), "The tokens.", most=500, required=True)
    next = next_field()


class IssuedToken(TokenLine):
    """A token that was issued just now, with its text, which is shown this once."""

    token = Form(
        "The token, to be sent as `Authorization: Bearer`.", longest=80, pattern=access.PATTERN, hint="", required=True
    )


class Myself(Answer):
    """Who acts with the token that was sent."""

    name = Text("Name of the account.", longest=200, required=True)
    role = _role("What the account may do.", required=True)
    scopes = _scopes(required=True)
    organizations = _organizations(required=True)
    token = Form("Id of the token.", longest=12, shortest=12, pattern=_TWELVE, hint="", required=True)


class AuditDetail(Answer):
    """What a line tells besides; of a refusal: why, and of which request."""

    account = Text("Of a token that was issued: the account that it belongs to.", longest=200)
    role = _role("Of an account: the role that it was given.")
    organizations = _organizations()
    disabled = Truth("Of an account: whether its tokens are refused from then on.")
    scopes = _scopes()
    expires_at = Timestamp("Of a token: when it ends.")
    reason = Text("Of a refusal: why.", longest=500)
    address = Text("Of a refusal: the network address that the request came from.", longest=200, shortest=0)
    operation = Text("Of a refusal: the operation that was asked for.", longest=100, shortest=0)
    request_id = Text("Of a refusal: what names the request in the log and in its answer.", longest=64)


class AuditLine(Answer):
    """One line of the administrative journal."""

    number = Count("Its number: lines are numbered without gaps.", least=1, required=True)
    at = Timestamp("When; never before the line before it.", required=True)
    by = Text("The account that acted, `command line`, or `anonymous`.", longest=200, required=True)
    act = OneWord(auditing.ACTS, "What was done, or refused.", required=True)
    subject = Text(
        "The name of the account, or the id of the token; `malformed` for what was no token.",
        longest=200,
        required=True,
    )
    detail = Part(AuditDetail, "What the line tells besides.", required=True)
    digest = Form(
        "SHA-256 over the line and the digest of the line before it.", longest=64, shortest=64, pattern="[0-9a-f]{64}", hint="",
        required=True,
    )  # fmt: skip


class AuditPage(Answer):
    """A part of the administrative journal."""

    items = Several(Part(AuditLine, "A line."), "The lines, the oldest first.", most=500, required=True)
    next = Text("Where to go on, now or later: the same request past the last line.", longest=8000, required=True)
    more = Truth("Whether there are more lines already.", required=True)
    head = Count("The number of the last line.", required=True)
    head_digest = Form("Its digest.", longest=64, shortest=0, pattern="(?:[0-9a-f]{64})?", hint="", required=True)


def list_accounts(call: Call) -> Reply:
    """A page of accounts."""
    limit = call.values["limit"]
    found = accounts.listed(call.store, call.values["cursor"] or "", limit + 1)
    items = [_account(each) for each in found[:limit]]
    return paged(call, {"items": items}, items[-1]["name"] if len(found) > limit else None)


def add_account(call: Call) -> Reply:
    """A new account."""
    body = call.loaded()
    made = accounts.add(call.store, body["name"], body["role"], body["organizations"], call.by)
    return _json(_account(made), 201, [("Location", f"/v1/accounts/{quote(made.name, safe='')}")])


def read_account(call: Call) -> Reply:
    """One account."""
    return _json(_account(accounts.find(call.store, call.path["account"])))


def change_account(call: Call) -> Reply:
    """An account, changed."""
    return _json(_account(accounts.change(call.store, call.path["account"], call.by, **call.loaded())))


def list_tokens(call: Call) -> Reply:
    """A page of the tokens of an account."""
    limit = call.values["limit"]
    found = access.listed_of(call.store, call.path["account"], call.values["cursor"] or "", limit + 1)
    items = [_token(each) for each in found[:limit]]
    return paged(call, {"items": items}, items[-1]["id"] if len(found) > limit else None)


def issue_token(call: Call) -> Reply:
    """A new token."""
    body = call.loaded()
    made = access.issue_to(call.store, call.path["account"], body.get("days"), body.get("scopes"), call.by)
    return _json({**_token(made.token), "token": made.text}, 201)


def revoke_token(call: Call) -> Reply:
    """A token ended."""
    access.revoke(call.store, call.path["serial"], call.by)
    return Reply(status=204)


def read_admin_journal(call: Call) -> Reply:
    """Lines of the administrative journal."""
    found = auditing.lines(call.store, call.values["after"], call.values["limit"])
    last = found.items[-1].number if found.items else call.values["after"]
    return _json({
        "items": [line._asdict() for line in found.items], "next": call.url(after=last), "more": found.more,
        "head": found.head, "head_digest": found.digest,
    })  # fmt: skip


def read_me(call: Call) -> Reply:
    """Who asks."""
    assert call.holder is not None
    return _json(call.holder._asdict())


def _account(each: Account) -> dict[str, Any]:
    return _present(each._asdict())


def _token(each: Token) -> dict[str, Any]:
    said = _present(each._asdict())
    del said["digest"]
    return said


def _present(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}


def _json(body: object, status: int = 200, headers: list[tuple[str, str]] | None = None) -> Reply:
    return Reply(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), status, headers=headers or [])


_LIMIT = Parameter("limit", "How many to answer at most.", whole(1, 500), default=50, example=10)


def _account_pages(_: Kind | None) -> tuple[Parameter, ...]:
    return (_LIMIT, Parameter("cursor", "The name after which the page begins.", text(FREE_TEXT, 200)))


def _token_pages(_: Kind | None) -> tuple[Parameter, ...]:
    return (_LIMIT, Parameter("cursor", "Id of the token after which the page begins.", text(_TWELVE, 12, 12)))


def _lines(_: Kind | None) -> tuple[Parameter, ...]:
    return (
        Parameter("after", "The number of the last line that the client has; 0 begins at the beginning.", whole(0, 10**15), default=0, example=0),
        Parameter("limit", "How many lines to answer at most.", whole(1, 500), default=50, example=10),
    )  # fmt: skip


_BY_NAME = {"account": "$response.body#/name"}
_TO_ACCOUNT = dict.fromkeys(("read_account", "change_account", "list_tokens", "issue_token"), _BY_NAME)
_ADMINISTRATOR: dict[str, Any] = {"role": "administrator", "tag": "accounts", "private": True}

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "read_me", "GET", "/v1/me", "See who you are", "Tells the account behind the token that is sent: its name, role and organizations, and the token's scopes.",
        read_me, (Answered(200, "Who you are.", lambda _: Myself),), role="reader", tag="accounts", private=True,
    ),
    Operation(
        "list_accounts", "GET", "/v1/accounts", "List the accounts", "Lists all accounts, the disabled ones too, in the order of their names.",
        list_accounts, (Answered(200, "The accounts.", lambda _: AccountPage, headers=("Link",)),), _account_pages, **_ADMINISTRATOR,
    ),
    Operation(
        "add_account", "POST", "/v1/accounts", "Add an account",
        "Adds an account. It has no password: who is to act with it needs a token, which is issued next.",
        add_account, (Answered(201, "The account.", lambda _: AccountLine, headers=("Location",), links=_TO_ACCOUNT),),
        body=view(NewAccount, "writer"), refusals=(409,), **_ADMINISTRATOR,
    ),
    Operation(
        "read_account", "GET", "/v1/accounts/{account}", "Read an account", "Tells what an account may do, and for which organizations.",
        read_account, (Answered(200, "The account.", lambda _: AccountLine, links=_TO_ACCOUNT),), **_ADMINISTRATOR,
    ),
    Operation(
        "change_account", "PATCH", "/v1/accounts/{account}", "Change an account",
        "Changes its role or its organizations, disables it, or enables it again. This holds from the next request of its tokens on.",
        change_account, (Answered(200, "The account as it is now.", lambda _: AccountLine),),
        body=view(AccountChange, "writer"), refusals=(409,), **_ADMINISTRATOR,
    ),
    Operation(
        "list_tokens", "GET", "/v1/accounts/{account}/tokens", "List the tokens of an account",
        "Lists the tokens of an account, the revoked and ended ones too: what each may be used for, and when it was last.",
        list_tokens, (Answered(200, "The tokens.", lambda _: TokenPage, headers=("Link",)),), _token_pages, **_ADMINISTRATOR,
    ),
    Operation(
        "issue_token", "POST", "/v1/accounts/{account}/tokens", "Issue a token",
        "Issues a token of an account. Its text stands in this answer only: the registry keeps no more than a digest of it. "
        "Therefore no Idempotency-Key is taken: where the answer was lost, revoke the token and issue another.",
        issue_token,
        (Answered(201, "The token.", lambda _: IssuedToken, links={"revoke_token": {"serial": "$response.body#/id"}}),),
        body=view(NewToken, "writer"), refusals=(409,), repeatable=False, **_ADMINISTRATOR,
    ),
    Operation(
        "revoke_token", "DELETE", "/v1/tokens/{serial}", "Revoke a token", "Ends a token. It is refused from the next request on, for ever.",
        revoke_token, (Answered(204, "The token is revoked."),), **_ADMINISTRATOR,
    ),
    Operation(
        "read_admin_journal", "GET", "/v1/audit", "Read the administrative journal",
        "Answers the lines of the administrative journal past a number: what was done to accounts and tokens, and which tokens and acts "
        "were refused. Each line carries the digest of the one before it; no line holds a token.",
        read_admin_journal, (Answered(200, "The lines.", lambda _: AuditPage),), _lines, **_ADMINISTRATOR,
    ),
)  # fmt: skip

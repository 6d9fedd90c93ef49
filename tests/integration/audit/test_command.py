import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.domain.chain import GENESIS, chain_hash
from audit.log import Kind
from audit.models import AuditEntry, AuditHead
from tests.audit_rows import append, as_owner, break_log

pytestmark = pytest.mark.django_db


def audit(*arguments: str) -> str:
    output = StringIO()
    call_command("audit", *arguments, stdout=output)
    return output.getvalue()


def test_verify__whole_log__says_how_many_and_the_last_hash() -> None:
    append()
    last = append()

    assert f"All 2 entries are whole; the last hash is {last.hash}." in audit("verify")


def test_verify__empty_log__is_whole() -> None:
    assert "empty and whole" in audit("verify")


def test_verify__edited_entry__fails_and_names_it() -> None:
    for _ in range(3):
        append()
    with as_owner():
        AuditEntry.objects.filter(pk=2).update(actor="somebody else")

    with pytest.raises(CommandError, match=r"at entry 2 \(edited\): entry 2 .* actor differs") as failure:
        audit("verify")

    assert failure.value.returncode == 1


def test_any_action__table_that_cannot_be_read__says_what_to_do() -> None:
    break_log()

    with pytest.raises(CommandError, match=r"manage\.py migrate"):
        audit("verify")


def test_list__kind_and_number__shows_the_latest_of_them() -> None:
    append(kind=Kind.RULE, subject="rule 1")
    for number in range(3):
        append(reason=f"step {number}", actor="")

    lines = audit("list", "--kind", "percentage", "--last", "2").splitlines()

    assert [line.split()[0] for line in lines] == ["3", "4"]
    assert lines[1].endswith("percentage: 0.0 → 10.0  by admin: step 2")


def test_list__nothing__says_so() -> None:
    assert "No entry yet." in audit("list")


@pytest.mark.parametrize("arguments", [("--last", "0"), ("--last", "x"), ("--kind", "gossip")])
def test_list__nonsense__is_refused(arguments: tuple[str, str]) -> None:
    with pytest.raises(CommandError, match="argument --"):
        audit("list", *arguments)


@pytest.mark.parametrize("last", ["0", "99999999999999999999"])
def test_list__number_that_is_none__is_told_what_it_may_be(last: str) -> None:
    with pytest.raises(CommandError, match="at least 1 and at most 2,147,483,647"):
        audit("list", "--last", last)


def test_export__each_line__can_be_verified_by_others() -> None:
    for number in range(3):
        append(reason=f"“step” {number}", evidence={"bound": 0.1 + 0.2})

    before = GENESIS
    for line in audit("export").splitlines():
        whole = json.loads(line)
        content = line[len('{"entry":') : line.index(',"previous_hash"')]
        assert whole["previous_hash"] == before
        assert whole["hash"] == chain_hash(before, content)
        before = whole["hash"]

    assert before == AuditHead.objects.get().hash


def test_restore_head__lost__is_back() -> None:
    append()
    with as_owner():
        AuditHead.objects.all().delete()

    assert "entry 2 says so" in audit("restore-head", "--reason", "lost in a restore")
    assert "All 2 entries are whole" in audit("verify")


@pytest.mark.parametrize("reason", ["", "  ", "a reason"])
def test_restore_head__no_reason_or_no_need__is_refused(reason: str) -> None:
    with pytest.raises(CommandError, match=r"Say why|has its head"):
        audit("restore-head", "--reason", reason)

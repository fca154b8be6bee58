"""Catalogs at a git revision, in real repositories."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from servstd.catalog import load_catalog
from servstd.catalog.revision import folder_of
from servstd.errors import CatalogError, Problem

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

RULE = """\
rules:
  mail.reply:
    title: An answer
    check: {{kind: limit, of: {{field: wait}}, at_most: {limit}}}
"""
BASE = "fields: {wait: {type: number}}\ncatalog: {name: base}\n"
Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Runs git in a repository that is the current folder, away from any settings of this machine."""
    home = tmp_path / "home"
    folder = tmp_path / "repository"
    home.mkdir()
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    settings = {"HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CEILING_DIRECTORIES": str(tmp_path)}
    names = {f"GIT_{who}_{what}": "Ann Owner" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    for name, value in (settings | names).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(folder)

    def run(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout.strip()

    run("init", "--quiet", "--initial-branch=main")
    return run


@pytest.fixture
def repository(git: Git) -> Path:
    """Two commits: in the first the limit is 10, in the second 20; the working tree has 30."""
    folder = Path.cwd()
    for limit in (10, 20):
        write(folder / "base" / "words.yaml", BASE)
        write(folder / "standards" / "mail.yaml", f"extends: ../base\n{RULE.format(limit=limit)}")
        write(folder / "standards" / "notes.txt", "not a rule")
        write(folder / "docs" / "read.txt", "no rule either")
        git("add", ".")
        git("commit", "--quiet", "--message", f"the limit is {limit}")
    write(folder / "standards" / "mail.yaml", f"extends: ../base\n{RULE.format(limit=30)}")
    return folder


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def limit_of(where: str) -> float:
    with folder_of(where) as folder:
        rule = load_catalog(folder).rules["mail.reply"]
    return float(rule.spec["check"]["at_most"])


def problem_of(where: str) -> Problem:
    with pytest.raises(CatalogError) as error, folder_of(where) as folder:
        load_catalog(folder)
    [problem] = error.value.problems
    return problem


@pytest.mark.parametrize(
    ("where", "limit"),
    [
        ("standards", 30),
        ("standards/mail.yaml", 30),
        ("HEAD:standards", 20),
        ("HEAD:standards/", 20),
        ("HEAD:./standards", 20),
        ("HEAD~1:standards", 10),
        ("HEAD~1:standards/mail.yaml", 10),
        ("main@{0}:standards", 20),
        ("HEAD^{/limit is 10}:standards", 10),
    ],
)
def test_a_folder_is_read_at_a_revision_and_as_it_stands(where: str, limit: float, repository: Path) -> None:
    assert limit_of(where) == limit


def test_a_branch_a_tag_and_an_id_are_revisions(repository: Path, git: Git) -> None:
    git("tag", "v1", "HEAD~1")
    git("branch", "spring", "HEAD~1")
    revisions = ("v1", "spring", git("rev-parse", "HEAD~1"), git("rev-parse", "--short", "HEAD~1"))
    assert [limit_of(f"{one}:standards") for one in revisions] == [10, 10, 10, 10]


def test_a_path_counts_from_the_top_as_in_git_else_from_the_current_folder(
    repository: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository / "team" / "own" / "mail.yaml", BASE + RULE.format(limit=5))
    write(repository / "team" / "shared" / "mail.yaml", BASE + RULE.format(limit=6))
    write(repository / "shared" / "mail.yaml", BASE + RULE.format(limit=7))
    git("add", ".")
    git("commit", "--quiet", "--message", "a team's own")
    monkeypatch.chdir(repository / "team")
    assert limit_of("HEAD:own") == 5
    assert limit_of("HEAD:./own") == 5
    assert limit_of("HEAD:shared") == 7
    assert limit_of("HEAD:./shared") == 6
    assert limit_of("HEAD~1:standards") == 20
    assert limit_of("HEAD~1:../standards") == 20
    assert problem_of("HEAD~1:./standards").code == "unknown-path"


def test_what_exists_wins_over_a_revision_of_that_name(repository: Path) -> None:
    write(repository / "HEAD:standards" / "mail.yaml", BASE + RULE.format(limit=1))
    assert limit_of("HEAD:standards") == 1


def test_the_shipped_catalog_has_a_name() -> None:
    with folder_of("servstd") as folder:
        assert (folder / "vocabulary.yaml").is_file()


def test_the_temporary_folder_goes_when_the_block_ends(repository: Path) -> None:
    with folder_of("HEAD:standards") as folder:
        assert {path.name for path in folder.iterdir()} == {"mail.yaml"}
        assert not (folder.parent / "docs").exists()
    assert not folder.parent.exists()


def test_nothing_is_written_to_the_repository(repository: Path, git: Git) -> None:
    before = git("status", "--porcelain"), git("count-objects", "-v")
    limit_of("HEAD~1:standards")
    assert (git("status", "--porcelain"), git("count-objects", "-v")) == before


def test_a_problem_in_a_revision_names_its_file_there(repository: Path, git: Git) -> None:
    write(repository / "standards" / "mail.yaml", f"extends: ../base\n{RULE.format(limit='many')}")
    git("commit", "--all", "--quiet", "--message", "a slip")
    problem = problem_of("HEAD:standards")
    assert (problem.file, problem.line) == ("HEAD:standards/mail.yaml", 5)
    assert "servstd-" not in problem.render()


def test_a_revision_without_yaml_says_so_in_the_users_words(repository: Path) -> None:
    assert problem_of("HEAD:docs").render() == "no YAML file in 'HEAD:docs' [no-catalog]"


def test_a_revision_whose_folder_policy_holds_the_catalog_says_so_in_the_users_words(
    repository: Path, git: Git
) -> None:
    write(repository / "docs" / "policy" / "mail.yaml", BASE)
    git("add", ".")
    git("commit", "--quiet", "--message", "a policy")
    assert problem_of("HEAD:docs").hint == "did you mean 'HEAD:docs/policy'?"


def test_links_inside_the_repository_are_followed_and_others_are_not(repository: Path, git: Git) -> None:
    (repository / "current").symlink_to("standards")
    (repository / "newest").symlink_to("current")
    write(repository.parent / "somewhere" / "mail.yaml", BASE + RULE.format(limit=99))
    (repository / "outside").symlink_to(repository.parent / "somewhere")
    git("add", ".")
    git("commit", "--quiet", "--message", "links")
    (repository / "current").unlink()
    assert limit_of("HEAD:current") == 30
    assert limit_of("HEAD:newest/mail.yaml") == 30
    assert problem_of("HEAD:outside").code == "no-catalog"


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("HEAD:standrads", "there is no 'standrads' at the revision 'HEAD' [unknown-path]\ndid you mean 'standards'?"),
        ("mian~1:standards", "git knows no revision 'mian~1' [unknown-revision]\ndid you mean 'main'?"),
        ("HEAD~9:standards", "git knows no revision 'HEAD~9' [unknown-revision]"),
        ("-x:standards", "'-x:standards' begins with '-' [unknown-revision]\nwrite it as 'HEAD~1:standards'"),
        (":standards", "':standards' has no revision before the colon [unknown-revision]"),
        ("standrads", "no file or folder 'standrads' [no-catalog]\ndid you mean 'standards'?"),
        (
            "HEAD~1",
            "no file or folder 'HEAD~1' [no-catalog]\nfor the git revision, name a folder in it: 'HEAD~1:FOLDER'",
        ),
        (r"C:\standards", r"no file or folder 'C:\\standards' [no-catalog]"),
        ("C:/standards", "no file or folder 'C:/standards' [no-catalog]"),
        ("HEAD\0:standards", r"git knows no revision 'HEAD\x00' [unknown-revision]"),
        ("HEAD:../../standards", "there is no '../../standards' at the revision 'HEAD' [unknown-path]"),
    ],
)
def test_what_is_not_there_is_named(where: str, text: str, repository: Path) -> None:
    problem = problem_of(where)
    assert f"{problem.headline()}\n{problem.hint}".startswith(text)


def test_a_shallow_clone_says_why_a_revision_is_missing(
    repository: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("clone", "--quiet", "--depth=1", repository.as_uri(), "../shallow")
    monkeypatch.chdir(repository.parent / "shallow")
    hint = problem_of("HEAD~1:standards").hint
    assert hint == "the clone is shallow, so that older revisions are missing: git fetch --unshallow"


def test_outside_of_a_repository_a_revision_is_a_problem(
    git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    problem = problem_of("HEAD:standards")
    assert problem.headline() == (
        "'HEAD:standards' names a git revision, and the current folder is in no git repository [no-repository]"
    )


def test_without_git_a_revision_is_a_problem_and_a_folder_is_not(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert limit_of("standards") == 30
    assert problem_of("HEAD:standards").render() == (
        "'HEAD:standards' names a git revision, and the program 'git' is not installed [no-git]\n"
        "hint: install git, or name a folder"
    )
    assert problem_of("HEAD~1").hint is None

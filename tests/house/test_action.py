"""What other people's builds run: the GitHub Action and the pre-commit hook, step by step."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from clausegraph.cli.program import create_cli
from clausegraph.formats import READABLE
from lacking import lacking

ROOT = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
SCRIPTS = {step["id"]: step for step in STEPS if "run" in step}
INPUTS = ACTION["inputs"]
BIN = Path(sys.executable).parent
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
# Inputs of the step itself; each other one is an option of the command.
OWN = {"paths", "sarif", "upload-sarif", "working-directory", "python-version"}
SHAPES = """
@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
ex:BookShape a sh:NodeShape ;
    sh:property ex:BookShape-title ;
    sh:targetClass ex:Book .
ex:BookShape-title a sh:PropertyShape ;
    sh:message "Give the book a title (ex:title)." ;
    sh:minCount 1 ;
    sh:path ex:title .
"""
GOOD = '@prefix ex: <http://example.org/> .\nex:emma a ex:Book ; ex:title "Emma" .\n'
BAD = "@prefix ex: <http://example.org/> .\n\nex:ulysses a ex:Book .\n"
OTHER = '@prefix ex: <http://example.org/> .\nex:oslo ex:title "Oslo" .\n'


@dataclass(frozen=True)
class Ran:
    """What a step did: its exit code, what it printed, its outputs, the summary of the job."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A checkout with shapes and good data."""
    folder = tmp_path / "repository"
    for name, text in {
        "shapes/book shapes.ttl": SHAPES,
        "data/good.ttl": GOOD,
        "bad/bad.ttl": BAD,
        "other/other.ttl": OTHER,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(step: str, folder: Path, given: dict[str, str], **known: str) -> Ran:
    """Run a step as a runner does: with its environment, in its folder, in its shell."""
    if shutil.which("bash") is None:
        lacking("the steps of the action need bash, which is not installed here")
    inputs = {f"inputs.{name}": text.get("default", "") for name, text in INPUTS.items()}
    inputs |= {f"inputs.{name}": text for name, text in given.items()}
    known = {"runner.temp": str(folder.parent), **inputs, **known}
    spec = SCRIPTS[step]
    assert spec["shell"] == "bash"

    def filled(text: str) -> str:
        return EXPRESSION.sub(lambda match: known[match[1]], text)

    output, summary = folder.parent / "output", folder.parent / "summary"
    output.write_text("", encoding="utf-8")
    summary.write_text("", encoding="utf-8")
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", spec["run"]],  # noqa: S607
        cwd=folder / filled(spec.get("working-directory", ".")),
        env={
            **os.environ,
            **{name: filled(text) for name, text in spec["env"].items()},
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    lines = output.read_text(encoding="utf-8").splitlines()
    told = dict(line.split("=", 1) for line in lines)
    return Ran(done.returncode, done.stdout, told, summary.read_text(encoding="utf-8"))


def validate(folder: Path, **given: str) -> Ran:
    named = {name.replace("_", "-"): text for name, text in given.items()}
    inputs = {"shapes": "shapes", "background": "none", **named}
    return run("validate", folder, inputs, **{"steps.install.outputs.bin": str(BIN)})


def test_inputs_are_options_of_the_command() -> None:
    command = typer.main.get_command(create_cli()).commands["validate"]  # type: ignore[attr-defined]
    options = {option for parameter in command.params for option in parameter.opts}
    assert {f"--{name}" for name in INPUTS.keys() - OWN} <= options
    script = SCRIPTS["validate"]["run"]
    assert set(re.findall(r"(--[a-z-]+)\b", script)) <= options
    assert {text.get("required", False) for name, text in INPUTS.items() if name == "paths"} == {
        True
    }


def test_defaults_are_those_of_the_command() -> None:
    command = typer.main.get_command(create_cli()).commands["validate"]  # type: ignore[attr-defined]
    (severity,) = (one for one in command.params if one.name == "severity")
    assert INPUTS["severity"]["default"] == str(severity.default)
    assert all(isinstance(text.get("default", ""), str) for text in INPUTS.values())


def test_nothing_is_pasted_into_a_script() -> None:
    """An input such as a branch's name is what an attacker may choose."""
    assert not [step for step in SCRIPTS.values() if "${{" in step["run"]]
    used = {name for step in STEPS for name in re.findall(r"inputs\.([\w-]+)", str(step))}
    assert used == INPUTS.keys()


def test_actions_of_others_are_named_with_a_version() -> None:
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert all(re.fullmatch(r"[\w-]+/[\w/-]+@v\d+", name) for name in used)


def test_sound_data_pass(repository: Path) -> None:
    ran = validate(repository, paths="data")
    assert (ran.code, ran.outputs) == (0, {"exit-code": "0"})
    assert "::error" not in ran.log
    assert ran.summary.startswith("### SHACL validation: Nothing found\n")


def test_findings_fail_with_annotation_sarif_and_summary(repository: Path) -> None:
    ran = validate(repository, paths="data\nbad\n", sarif="out.sarif")
    assert ran.code == 1
    assert ran.outputs == {"exit-code": "1", "sarif": "out.sarif"}
    (annotation,) = re.findall(r"^::error .*$", ran.log, re.MULTILINE)
    assert "file=bad/bad.ttl,line=3," in annotation
    report = json.loads((repository / "out.sarif").read_text(encoding="utf-8"))
    assert len(report["runs"][0]["results"]) == 1
    assert ran.summary.startswith("### SHACL validation: Findings\n")
    assert "\nbad/bad.ttl:3: error: " in ran.summary
    assert "Give the book a title (ex:title)." in ran.summary


def test_nothing_checked_is_not_green(repository: Path) -> None:
    ran = validate(repository, paths="other")
    assert (ran.code, ran.outputs) == (4, {"exit-code": "4"})
    assert "Nothing was checked" in ran.summary
    assert validate(repository, paths="other", allow_empty="true").code == 0


def test_what_cannot_be_read_is_told(repository: Path) -> None:
    (repository / "data" / "broken.ttl").write_text("ex:a ex:b", encoding="utf-8")
    ran = validate(repository, paths="data", sarif="out.sarif")
    assert (ran.code, ran.outputs) == (3, {"exit-code": "3"})
    assert "broken.ttl:1" in ran.log
    assert "cannot be read" in ran.summary


def test_severity_reaches_the_command(repository: Path) -> None:
    shapes = SHAPES.replace("sh:minCount", "sh:severity sh:Warning ; sh:minCount")
    (repository / "shapes" / "book shapes.ttl").write_text(shapes, encoding="utf-8")
    assert validate(repository, paths="bad").code == 0
    assert validate(repository, paths="bad", severity="Warning").code == 1
    assert validate(repository, paths="bad", severity="Grave").code == 2


def test_known_findings_are_accepted(repository: Path) -> None:
    command = [BIN / "clausegraph", "validate", "bad", "--shapes", "shapes", "--no-background"]
    baseline = ["--baseline", "known.json", "--update-baseline"]
    subprocess.run([*command, *baseline], cwd=repository, check=True, capture_output=True)
    assert validate(repository, paths="bad", baseline="known.json").code == 0


def test_lines_name_paths_with_blanks_and_carriage_returns(repository: Path) -> None:
    ran = validate(repository, paths="\n  data  \r\n\r\n\tbad\r\n", shapes="shapes/book shapes.ttl")
    assert ran.code == 1
    assert "2 files" in ran.log


def test_folder_can_be_chosen(repository: Path) -> None:
    ran = validate(repository, paths=".", shapes="../shapes", working_directory="bad")
    assert ran.code == 1


@pytest.mark.parametrize(
    "text", ["$(touch pwned)", "data; touch pwned", "`touch pwned`", "--output=pwned", "-o pwned"]
)
def test_input_is_never_a_command_or_an_option(text: str, repository: Path) -> None:
    names = ("shapes", "background", "baseline", "changed_since", "max_results", "sarif")
    ran = validate(repository, paths=f"data\n{text}", **dict.fromkeys(names, text))
    assert ran.code in {2, 3}, ran.log
    only_paths = validate(repository, paths=text)
    assert (only_paths.code, "no such file" in only_paths.log) == (3, True)
    assert not list(repository.rglob("pwned"))


@pytest.mark.parametrize("paths", ["", " \n\t\r\n"])
def test_without_paths_nothing_is_taken_for_granted(paths: str, repository: Path) -> None:
    """The command alone would judge what ships."""
    ran = validate(repository, paths=paths)
    assert (ran.code, ran.outputs) == (2, {"exit-code": "2"})


def test_flag_is_true_or_false(repository: Path) -> None:
    assert validate(repository, paths="data", allow_empty="yes").code == 2


def test_report_for_code_scanning_has_a_file_of_its_own(repository: Path) -> None:
    ran = validate(repository, paths="bad", upload_sarif="true")
    assert ran.code == 1
    assert Path(ran.outputs["sarif"]).is_file()
    (upload,) = [step for step in STEPS if "upload-sarif" in step.get("uses", "")]
    assert "always()" in upload["if"]


def test_install_takes_this_checkout_and_the_versions_of_the_lock(tmp_path: Path) -> None:
    """pip is played by a script, since a build of our own need not fetch anything."""
    python = tmp_path / "python"
    python.write_text(
        "#!/usr/bin/env bash\n"
        'if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"\n'
        f'ln -s {shlex.quote(str(BIN / "clausegraph"))} "$3/bin/clausegraph"; exit 0; fi\n'
        'echo "$@ under $PIP_CONSTRAINT" >> "$FOLDER/log"\n',
        encoding="utf-8",
    )
    python.chmod(0o755)
    folder = tmp_path / "checkout"
    folder.mkdir()
    ran = run(
        "install",
        folder,
        {},
        **{"github.action_path": str(ROOT), "steps.python.outputs.python-path": str(python)},
    )
    assert ran.code == 0, ran.log
    assert ran.outputs == {"bin": str(tmp_path / "clausegraph" / "venv" / "bin")}
    versions = tmp_path / "clausegraph" / "versions.txt"
    log = (tmp_path / "clausegraph" / "log").read_text(encoding="utf-8")
    assert re.fullmatch(rf"-m pip install .* {ROOT} under {versions}\n", log)
    pinned = dict(line.split("==") for line in versions.read_text(encoding="utf-8").split())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    assert {re.split(r"[^\w-]", name)[0] for name in needed} <= pinned.keys()


# --- what the documentation shows

BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGE = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
WORKFLOW, CONFIGURATION = map(yaml.safe_load, BLOCK.findall(PAGE))


def test_workflow_of_the_documentation_uses_inputs_that_there_are() -> None:
    steps = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]
    (ours,) = [step for step in steps if "/clausegraph@" in step["uses"]]
    assert ours["with"].keys() <= INPUTS.keys()
    assert {name for name, text in INPUTS.items() if text.get("required")} <= ours["with"].keys()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert ours["uses"].endswith(f"@v{project['version']}")


def test_configuration_of_the_documentation_uses_the_hook_as_it_is(repository: Path) -> None:
    (source,) = CONFIGURATION["repos"]
    (hook,) = source["hooks"]
    assert hook["id"] == HOOK["id"]
    arguments = [*shlex.split(HOOK["entry"])[1:], *hook["args"], "data/good.ttl"]
    (repository / "people").mkdir()
    (repository / "people" / "people.ttl").write_text(OTHER, encoding="utf-8")
    done = subprocess.run([BIN / "clausegraph", *arguments], cwd=repository, check=False)
    assert done.returncode == 0


# --- the hook for pre-commit

(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


def test_hook_is_for_the_files_that_are_read() -> None:
    suffixes = {syntax.suffix for syntax in READABLE}
    assert all(re.search(HOOK["files"], f"data/a.b{suffix}") for suffix in suffixes)
    assert not [
        name for name in ("a.ttl.bak", "ttl", "a.json", "a.py") if re.search(HOOK["files"], name)
    ]
    assert set(re.findall(r"\w+", HOOK["files"])) == {suffix[1:] for suffix in suffixes}


def test_hook_is_installed_and_called_as_pre_commit_does() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    program, command = shlex.split(HOOK["entry"])
    assert program in project["scripts"]
    assert command in typer.main.get_command(create_cli()).commands  # type: ignore[attr-defined]
    assert HOOK["language"] == "python"
    assert HOOK["pass_filenames"]
    assert HOOK["require_serial"]


@pytest.mark.parametrize(("files", "code"), [(["data/good.ttl"], 0), (["bad/bad.ttl"], 1)])
def test_hook_judges_the_files_that_it_is_given(
    files: list[str], code: int, repository: Path
) -> None:
    arguments = ["--shapes", "shapes", "--background", "data"]
    command = [str(BIN / "clausegraph"), *shlex.split(HOOK["entry"])[1:], *arguments, *files]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr

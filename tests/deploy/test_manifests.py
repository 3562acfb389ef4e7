"""What `deploy/` offers to Kubernetes and compose fits their schemas; what it tells rlocust is in the option table.

`kubectl` builds the overlays where it is installed; it needs no cluster for that.
"""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import compose_spec
import kubernetes_validate
import pytest
import yaml

from tests.kit.places import ROOT
from tests.kit.tools import RLOCUST, run

DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
#: The operator's own kind, for which the schemas of Kubernetes have nothing.
OPERATOR = KUBERNETES / "operator.yaml"
MANIFESTS = [p for p in sorted(KUBERNETES.rglob("*.yaml")) if p != OPERATOR and p.name != "kustomization.yaml"]
COMPOSE = sorted(DEPLOY.glob("*compose.yaml"))

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the validators, about their own libraries


def built(overlay: str) -> list[dict[str, Any]]:
    if not shutil.which("kubectl"):
        pytest.skip("no kubectl on this machine: it builds the overlays")
    done = subprocess.run(["kubectl", "kustomize", KUBERNETES / overlay], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def named(documents: list[dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each for each in documents if each["kind"] == kind}


def containers(document: dict[str, Any]) -> list[dict[str, Any]]:
    return list(document["spec"]["template"]["spec"]["containers"])


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.stem)
def test_a_manifest_fits_the_schema_of_kubernetes(manifest: Path) -> None:
    for document in yaml.safe_load_all(manifest.read_text()):
        kubernetes_validate.validate(document, "1.37", strict=True)


@pytest.mark.parametrize("overlay", ["base", "ci"])
def test_an_overlay_fits_the_schema_and_holds_together(overlay: str) -> None:
    documents = built(overlay)
    for document in documents:
        kubernetes_validate.validate(document, "1.37", strict=True)
    master_labels = named(documents, "Service")["rlocust-master"]["spec"]["selector"].items()
    running = [each for each in documents if each["kind"] in ("Deployment", "Job")]
    masters = [each for each in running if master_labels <= each["spec"]["template"]["metadata"]["labels"].items()]
    assert [containers(each)[0]["args"][0] for each in masters] == ["--master"], "the service leads to the master alone"
    ports = {port["name"] for port in containers(masters[0])[0]["ports"]}
    assert {port["targetPort"] for port in named(documents, "Service")["rlocust-master"]["spec"]["ports"]} <= ports
    maps = named(documents, "ConfigMap")
    for each in running:
        volumes = each["spec"]["template"]["spec"]["volumes"]
        assert {volume["configMap"]["name"] for volume in volumes if "configMap" in volume} == set(maps)


def test_the_operators_test_carries_a_locustfile(tmp_path: Path) -> None:
    document = yaml.safe_load(OPERATOR.read_text())
    assert (document["apiVersion"], document["kind"]) == ("locust.cloud/v1", "LocustTest")
    locustfile = document["spec"]["locustfile"]
    (tmp_path / locustfile["filename"]).write_text(locustfile["content"])
    listed = run(RLOCUST, "--list", cwd=tmp_path)
    assert listed.exit_code == 0, listed.stderr
    assert "Visitor" in listed.stdout


@pytest.mark.parametrize("file", COMPOSE, ids=lambda path: path.stem)
def test_a_compose_file_fits_the_specification(file: Path) -> None:
    text = file.read_text().replace("host-gateway", "127.0.0.1")  # a word of Docker's, which the specification lacks
    options = compose_spec.PyOptions(apply_merge=True)
    options.from_yaml(text)
    with pytest.raises(ValueError, match="imagine"):
        options.from_yaml(text.replace("image:", "imagine:"))  # it does refuse what is not in the specification


@pytest.mark.parametrize("file", COMPOSE, ids=lambda path: path.stem)
def test_a_compose_file_names_files_that_exist(file: Path) -> None:
    services = yaml.safe_load(file.read_text())["services"]
    for service in services.values():
        for volume in service.get("volumes", []):
            assert (DEPLOY / volume.split(":")[0]).exists(), volume
        build = service.get("build")
        folder = DEPLOY / (build["context"] if isinstance(build, dict) else build or ".")
        assert (folder / (build["dockerfile"] if isinstance(build, dict) else "Dockerfile")).exists()
        if extended := service.get("extends"):
            assert extended["service"] in yaml.safe_load((DEPLOY / extended["file"]).read_text())["services"]


def test_options_and_variables_are_in_the_option_table() -> None:
    table = run(RLOCUST, "--help").stdout
    texts = [path.read_text() for path in [*MANIFESTS, *COMPOSE, ROOT / "docs" / "deployment.md"]]
    for manifest in [*MANIFESTS, DEPLOY / "cluster.compose.yaml"]:
        for arguments in re.findall(r"(?:args|command): \[(--.*)\]", manifest.read_text()):
            for option in re.findall(r"(--[a-z-]+)", arguments):
                assert option in table or option.startswith("--config.file"), f"{manifest.name}: {option}"
    for variable in {name for text in texts for name in re.findall(r"\bLOCUST_[A-Z_]*[A-Z]\b", text)}:
        assert f"[env: {variable}]" in re.sub(r"\s+", " ", table), variable


def test_what_is_shown_to_other_machines_is_said_to_be() -> None:
    for file in COMPOSE:
        for name, service in yaml.safe_load(file.read_text())["services"].items():
            for port in service.get("ports", []):
                assert port.startswith("127.0.0.1:"), f"{file.name}: {name} opens {port} to everybody"

"""The story itself. Exit status 1 if any step is not as told."""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from demo.server import Server
from demo.shop import CLUSTER, SERVICE, Shop, curl, docker, until, url
from tests.images import ensure_images

BOLD, GREEN, RED, PLAIN = ("\033[1m", "\033[32m", "\033[31m", "\033[0m") if sys.stdout.isatty() else ("",) * 4


class Story:
    """What was told, and whether it was so."""

    def __init__(self) -> None:
        self.verified: list[tuple[str, bool, str]] = []
        self._began = time.monotonic()

    def chapter(self, text: str) -> None:
        """What happens now."""
        print(f"\n{BOLD}[{time.monotonic() - self._began:5.1f} s] {text}{PLAIN}", flush=True)

    def tell(self, text: str) -> None:
        """What is to be seen."""
        print(f"    {text}", flush=True)

    def verify(self, claim: str, expected: object, found: object) -> None:
        """Hold a claim against the world."""
        self.verified.append((claim, expected == found, f"{found}"))
        if expected != found:
            self.tell(f"{RED}NOT AS TOLD: {claim}: expected {expected}, found {found}{PLAIN}")

    def end(self) -> int:
        """The table of what was verified; the exit status."""
        self.chapter("What was verified")
        for claim, holds, found in self.verified:
            mark = f"{GREEN}yes{PLAIN}" if holds else f"{RED}NO {PLAIN}"
            print(f"    {mark}  {claim:<72} {found}")
        wrong = sum(not holds for _, holds, _ in self.verified)
        print(
            f"\n    {len(self.verified) - wrong} of {len(self.verified)} as told, in {time.monotonic() - self._began:.0f} s."
        )
        return 1 if wrong else 0


def main() -> int:
    """Tell the story on a server of its own, and leave nothing behind."""
    story = Story()
    with tempfile.TemporaryDirectory(prefix="homeport-demo-") as folder:
        server = Server(Path(folder))
        try:
            _tell(story, server)
        except Exception as error:  # noqa: BLE001  # whatever went wrong is a step that was not as told
            story.verify(f"the story goes on ({type(error).__name__})", "so it does", str(error))
            story.tell(
                f"the server's log ends so:\n{server.log.read_text()[-3000:] if server.log.exists() else ''}"
            )
        finally:
            _tidy(server)
    return story.end()


def _tell(story: Story, server: Server) -> None:
    story.chapter("Two images, blue and green, made here: no registry is asked")
    ensure_images()
    story.chapter("A Homeport starts")
    story.tell(server.start())
    ecs = server.client("ecs")
    shop = Shop(ecs)
    for step in (_found, _blue, _green, _promote, _accident):
        step(story, ecs, shop)
    _crash(story, server, ecs, shop)


def _found(story: Story, ecs: Any, _: Shop) -> None:
    story.chapter("An EXTERNAL service that wants four tasks, and two revisions of what could run")
    ecs.create_cluster(clusterName=CLUSTER)
    for colour in ("blue", "green"):
        found = ecs.register_task_definition(
            family=SERVICE,
            containerDefinitions=[
                {
                    "name": "web",
                    "image": f"homeport/web:{colour}",
                    "memory": 32,
                    "portMappings": [{"containerPort": 80}],
                    "stopTimeout": 2,
                }
            ],
        )
        story.tell(f"{colour}: {found['taskDefinition']['taskDefinitionArn']}")
    service = ecs.create_service(
        cluster=CLUSTER, serviceName=SERVICE, desiredCount=4, deploymentController={"type": "EXTERNAL"}
    )["service"]
    story.verify(
        "a new EXTERNAL service has no task sets and runs nothing",
        ([], 0),
        (service["taskSets"], service["runningCount"]),
    )


def _create(ecs: Any, colour: str, percent: float) -> Any:
    revision = {"blue": 1, "green": 2}[colour]
    return ecs.create_task_set(
        cluster=CLUSTER,
        service=SERVICE,
        externalId=colour,
        taskDefinition=f"{SERVICE}:{revision}",
        scale={"value": percent, "unit": "PERCENT"},
    )["taskSet"]


def _scale(ecs: Any, shop: Shop, colour: str, percent: float) -> None:
    id = shop.task_sets()[colour]["id"]
    scale = {"value": percent, "unit": "PERCENT"}
    ecs.update_task_set(cluster=CLUSTER, service=SERVICE, taskSet=id, scale=scale)


def _show(story: Story, shop: Shop) -> None:
    for task in shop.tasks():
        if task["lastStatus"] == "RUNNING":
            story.tell(f"curl {url(task):<28} → {curl(url(task))}")


def _blue(story: Story, ecs: Any, shop: Shop) -> None:
    story.chapter("CreateTaskSet: blue at 100 %")
    blue = _create(ecs, "blue", 100)
    story.verify(
        "a new task set is ACTIVE and STABILIZING",
        ("ACTIVE", "STABILIZING"),
        (blue["status"], blue["stabilityStatus"]),
    )
    shop.until_steady("blue", 4)
    _show(story, shop)
    story.verify("blue at 100 % of 4: four containers answer blue", {"blue": 4}, dict(shop.answers()))
    ecs.update_service_primary_task_set(cluster=CLUSTER, service=SERVICE, primaryTaskSet=blue["id"])


def _green(story: Story, ecs: Any, shop: Shop) -> None:
    story.chapter("CreateTaskSet: green at 50 %, beside blue")
    _create(ecs, "green", 50)
    shop.until_steady("green", 2)
    _show(story, shop)
    story.verify("green at 50 %: two green beside four blue", {"blue": 4, "green": 2}, dict(shop.answers()))
    story.chapter("UpdateTaskSet: green at 100 %")
    _scale(ecs, shop, "green", 100)
    shop.until_steady("green", 4)
    story.verify("green at 100 %: four and four", {"blue": 4, "green": 4}, dict(shop.answers()))


def _promote(story: Story, ecs: Any, shop: Shop) -> None:
    story.chapter("UpdateServicePrimaryTaskSet: green; DeleteTaskSet: blue")
    sets = shop.task_sets()
    ecs.update_service_primary_task_set(cluster=CLUSTER, service=SERVICE, primaryTaskSet=sets["green"]["id"])
    service = ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]
    story.verify(
        "the promoted set's task definition is the service's",
        expected=True,
        found=service["taskDefinition"].endswith(f"{SERVICE}:2"),
    )
    deleted = ecs.delete_task_set(cluster=CLUSTER, service=SERVICE, taskSet=sets["blue"]["id"])["taskSet"]
    story.verify("a deleted task set is DRAINING at once", "DRAINING", deleted["status"])
    until(lambda: "blue" not in shop.task_sets(), "blue to be gone")
    _show(story, shop)
    story.verify("blue is gone, and only green answers", {"green": 4}, dict(shop.answers()))


def _accident(story: Story, _: Any, shop: Shop) -> None:
    story.chapter("Somebody kills a container by hand")
    before = shop.runtime_ids()
    victim = min(before)
    docker("kill", victim)
    story.tell(f"docker kill {victim[:12]}")
    until(lambda: victim not in shop.runtime_ids() and len(shop.runtime_ids()) == 4, "a replacement")
    story.verify("one container is new, three are as they were", 3, len(before & shop.runtime_ids()))
    story.verify("all four answer green", {"green": 4}, dict(shop.answers()))


def _crash(story: Story, server: Server, ecs: Any, shop: Shop) -> None:
    story.chapter("UpdateService: six tasks; and kill -9 of Homeport in the middle of it")
    before = shop.runtime_ids()
    addresses = [url(task) for task in shop.tasks()]
    ecs.update_service(cluster=CLUSTER, service=SERVICE, desiredCount=6)
    server.kill()
    story.tell("killed; meanwhile:")
    for address in addresses:
        story.tell(f"curl {address:<28} → {curl(address)}")
    story.verify("with Homeport dead, all four containers answer", 4, len(addresses))
    story.tell(server.start())
    shop.until_steady("green", 6)
    _show(story, shop)
    story.verify("the acknowledged write was not lost: six tasks", {"green": 6}, dict(shop.answers()))
    story.verify("none of the four was restarted", len(before), len(before & shop.runtime_ids()))
    for event in reversed(
        ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]["events"]
    ):
        story.tell(f"{event['createdAt']:%H:%M:%S} {event['message'][:150]}")
    ecs.delete_service(cluster=CLUSTER, service=SERVICE, force=True)
    until(lambda: not shop.tasks(), "the service's tasks to stop")
    story.verify("a deleted service leaves no task running", [], shop.tasks())


def _tidy(server: Server) -> None:
    """Stop the server, and remove what its installation has made; its label tells which containers those are."""
    server.stop()
    installation = server.installation()
    if installation is None:
        return
    ids = docker("ps", "-aq", "--filter", f"label=homeport.installation={installation}").split()
    if ids:
        docker("rm", "-f", "-v", *ids)


if __name__ == "__main__":
    sys.exit(main())

"""`make demo`: a blue/green deployment on Fargate through a load balancer, on real containers with addresses and names
of their own, told as it happens and verified at each step while clients keep asking.

A server of its own on a free port and in a temporary directory, two images made here, the two accidents that matter:
somebody kills a container, and Homeport itself is killed. Nothing is left behind. The exit status is 0 if all was as
told.
"""

import sys
import tempfile
import time
from pathlib import Path

from demo.front import Front
from demo.load import Count, Load
from demo.place import NAME, NAMESPACE, Place
from demo.server import Server, free_port
from demo.shop import CLUSTER, SERVICE, Shop, docker, until
from demo.story import Story
from demo.tidy import tidy
from demo.visitor import Visitor, settled
from tests.images import ensure_images

STEPS = ((100, 0), (90, 10), (50, 50), (0, 100))
REQUESTS_A_STEP = 1500
TOLERANCE = 3.0
"""Percentage points that a measured share may be off, with so few requests; `make bench` asks ten thousand."""
DEAD_S = 3.0


def main() -> int:
    """Tell the story on a server of its own, and leave nothing behind."""
    story = Story()
    with tempfile.TemporaryDirectory(prefix="homeport-demo-") as folder:
        server = Server(Path(folder))
        try:
            _tell(story, server)
        except Exception as error:  # noqa: BLE001  # whatever went wrong is a step that was not as told
            story.verify(f"the story goes on ({type(error).__name__})", "so it does", str(error))
            log = server.log.read_text()[-3000:] if server.log.exists() else ""
            story.tell(f"the server's log ends so:\n{log}")
        finally:
            tidy(server)
    return story.end()


def _tell(story: Story, server: Server) -> None:
    story.chapter("Two images, blue and green, made here: no registry is asked")
    ensure_images()
    story.chapter("A Homeport starts")
    story.tell(server.start())
    place = Place(server.client("ec2"), server.client("servicediscovery"))
    shop = Shop(server.client("ecs"), place)
    front = Front(server.client("elbv2"), place, free_port())
    visitor = Visitor(shop, place)
    _found(story, place, shop, front)
    _blue(story, shop, front)
    _visit(story, shop, front, visitor)
    load = Load("127.0.0.1", front.port, front.name)
    load.start()
    try:
        _green(story, shop, front, load)
        _names(story, place, shop, visitor)
        _shift(story, front, load)
        _promote(story, shop, front, load)
        _only_green(story, place, shop, visitor)
        _crash(story, server, shop, load, visitor)
        _accident(story, shop, load)
    finally:
        load.stop()
    _end(story, place, shop, front, visitor)


def _found(story: Story, place: Place, shop: Shop, front: Front) -> None:
    story.chapter("The default VPC, a security group that lets in only the load balancer, a private name")
    place.build()
    story.tell(f"{place.vpc}, {len(place.subnets)} subnets; http://{NAME}.{NAMESPACE}/ for whoever is inside")
    story.chapter("An application load balancer with a target group for each colour; all traffic to blue's")
    front.build()
    story.tell(f"http://{front.name}:{front.port}/")
    story.chapter("An EXTERNAL service that wants four tasks, and two revisions of what could run")
    shop.found()
    service = shop.service()
    story.verify(
        "a new EXTERNAL service has no task sets and runs nothing",
        ([], 0),
        (service["taskSets"], service["runningCount"]),
    )


def _blue(story: Story, shop: Shop, front: Front) -> None:
    story.chapter("CreateTaskSet: blue at 100 % on FARGATE, behind blue's target group, found by name")
    blue = shop.create("blue", 100, front.groups["blue"])
    story.verify(
        "a new task set is ACTIVE and STABILIZING",
        ("ACTIVE", "STABILIZING"),
        (blue["status"], blue["stabilityStatus"]),
    )
    shop.until_steady("blue", 4)
    story.verify("STEADY_STATE means that all targets are healthy", ["healthy"] * 4, front.states("blue"))
    story.verify("blue at 100 % of 4: four containers answer blue", {"blue": 4}, dict(shop.answers()))
    shop.promote("blue")


def _visit(story: Story, shop: Shop, front: Front, visitor: Visitor) -> None:
    story.chapter("Another task comes to the same VPC, and looks for the shop")
    story.tell(f"it has the address {visitor.arrive()}")
    blue = shop.addresses("blue")
    found = settled(visitor.looks_up, blue)
    story.verify("the private name leads to blue's addresses", blue, found)
    story.verify(
        "the shop's security group refuses the visitor at each of them",
        expected=[False] * len(blue),
        found=[visitor.is_let_in(address, 80) for address in blue],
    )
    (inside, *_) = front.inside()
    story.verify(
        "the load balancer lets it in, and is let in", "blue", visitor.asks(inside, front.port).split()[0]
    )
    story.verify(
        "its task metadata endpoint knows who it is",
        expected=True,
        found=visitor.arn in visitor.asks_who_it_is(),
    )


def _names(story: Story, place: Place, shop: Shop, visitor: Visitor) -> None:
    story.chapter("DiscoverInstances tells the task sets apart by ECS_TASK_SET_EXTERNAL_ID")
    for name in ("blue", "green"):
        story.verify(f"{name}'s addresses are {name}'s tasks'", shop.addresses(name), place.discovered(name))
    both = sorted(shop.addresses("blue") + shop.addresses("green"))
    story.verify("the private name leads to all eight", both, settled(visitor.looks_up, both))


def _only_green(story: Story, place: Place, shop: Shop, visitor: Visitor) -> None:
    green = shop.addresses("green")
    story.verify("the private name leads to green alone", green, settled(visitor.looks_up, green))
    story.verify("nothing of blue is discovered any more", [], place.discovered("blue"))


def _green(story: Story, shop: Shop, front: Front, load: Load) -> None:
    story.chapter("Clients ask all the time. CreateTaskSet: green at 50 %, beside blue; UpdateTaskSet: 100 %")
    shop.create("green", 50, front.groups["green"])
    shop.until_steady("green", 2)
    story.verify("green at 50 %: two green beside four blue", {"blue": 4, "green": 2}, dict(shop.answers()))
    shop.scale("green", 100)
    shop.until_steady("green", 4)
    story.verify("green's targets are healthy", ["healthy"] * 4, front.states("green"))
    _told(story, "while green came up, all requests went to blue", load.take(), only="blue")


def _shift(story: Story, front: Front, load: Load) -> None:
    story.chapter("ModifyListener: traffic is shifted from blue to green")
    for blue, green in STEPS:
        front.shift(blue, green)
        time.sleep(0.2)
        count = load.during(REQUESTS_A_STEP)
        answered = sum(count.answers.values()) or 1
        share = 100 * count.answers["green"] / answered
        story.tell(
            f"{blue:>3}/{green:<3} measured {count.split():<28} of {count.total:,} requests, {len(count.failures)} failed"
        )
        story.verify(
            f"{blue}/{green}: green's share is {green} % within {TOLERANCE:.0f} points, no request failed",
            (True, []),
            (abs(share - green) <= TOLERANCE, count.failures[:3]),
        )


def _promote(story: Story, shop: Shop, front: Front, load: Load) -> None:
    story.chapter("UpdateServicePrimaryTaskSet: green; DeleteTaskSet: blue")
    load.take()
    shop.promote("green")
    story.verify(
        "the promoted set's task definition is the service's",
        expected=True,
        found=shop.service()["taskDefinition"].endswith(f"{SERVICE}:2"),
    )
    deleted = shop.delete("blue")
    story.verify("a deleted task set is DRAINING at once", "DRAINING", deleted["status"])
    until(lambda: "blue" not in shop.task_sets(), "blue to be gone")
    story.verify("blue's targets are deregistered", [], front.states("blue"))
    story.verify("blue is gone, and only green answers", {"green": 4}, dict(shop.answers()))
    _told(story, "while blue was drained and stopped, no request failed", load.take(), only="green")


def _crash(story: Story, server: Server, shop: Shop, load: Load, visitor: Visitor) -> None:
    story.chapter("UpdateService: six tasks; and kill -9 of Homeport in the middle of it")
    before = shop.containers()
    load.take()
    shop.ecs.update_service(cluster=CLUSTER, service=SERVICE, desiredCount=6)
    server.kill()
    story.tell(f"killed, and left dead for {DEAD_S:.0f} s")
    time.sleep(DEAD_S)
    story.verify("with Homeport dead, names are answered", expected=4, found=len(visitor.looks_up()))
    story.verify(
        "and the visitor knows who it is", expected=True, found=visitor.arn in visitor.asks_who_it_is()
    )
    _told(story, "with Homeport dead, traffic flows: no request failed", load.take(), only="green")
    story.tell(server.start())
    shop.until_steady("green", 6)
    story.verify("the acknowledged write was not lost: six tasks", {"green": 6}, dict(shop.answers()))
    story.verify("none of the four was restarted", len(before), len(before & shop.containers()))
    _told(story, "while it came up again, no request failed", load.take(), only="green")


def _accident(story: Story, shop: Shop, load: Load) -> None:
    story.chapter("Somebody kills a container by hand")
    before = shop.containers()
    load.take()
    victim = min(before)
    docker("kill", victim)
    story.tell(f"docker kill {victim[:12]}")
    until(lambda: victim not in shop.containers() and len(shop.containers()) == 6, "a replacement")
    shop.until_steady("green", 6)
    story.verify("one container is new, five are as they were", 5, len(before & shop.containers()))
    count = load.take()
    story.tell(
        f"{count.total:,} requests meanwhile; {len(count.failures)} met the container that was killed, as they would on AWS"
    )
    load.during(200)
    count = load.during(500)
    _told(story, "with the replacement, no request fails", count, only="green")


def _end(story: Story, place: Place, shop: Shop, front: Front, visitor: Visitor) -> None:
    story.chapter("What the service tells of it")
    for event in reversed(shop.service()["events"]):
        story.tell(f"{event['createdAt']:%H:%M:%S} {event['message'][:150]}")
    visitor.leave()
    shop.ecs.delete_service(cluster=CLUSTER, service=SERVICE, force=True)
    until(lambda: not shop.tasks(), "the service's tasks to stop")
    story.verify("a deleted service leaves no task running", [], shop.tasks())
    front.tear_down()
    until(lambda: not place.members(), "the tasks' network interfaces to be given back")
    place.tear_down()
    story.verify("every address is given back, every group and name deleted", [], place.members())


def _told(story: Story, claim: str, count: Count, only: str) -> None:
    """Nothing failed, and one colour answered everything."""
    story.tell(f"{count.total:,} requests, {count.split()}, {len(count.failures)} failed")
    story.verify(claim, ([only], []), (sorted(count.answers), count.failures[:3]))


if __name__ == "__main__":
    sys.exit(main())

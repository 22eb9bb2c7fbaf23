"""The life of one task set as AWS's own capture shows it, call by call and event by event (task-sets.md §0)."""


def test_the_golden_timeline(world, ecs):
    ecs.create_cluster(clusterName="MyCluster")
    ecs.register_task_definition(
        family="MyTaskDefinition",
        containerDefinitions=[{"name": "app", "image": "busybox:local", "memory": 16}],
    )
    at = {"cluster": "MyCluster", "service": "MyService"}

    service = ecs.create_service(
        cluster="MyCluster",
        serviceName="MyService",
        desiredCount=1,
        deploymentController={"type": "EXTERNAL"},
    )["service"]
    assert (service["status"], service["launchType"], service["desiredCount"]) == ("ACTIVE", "EC2", 1)
    assert (service["taskSets"], service["deployments"], service["events"]) == ([], [], [])
    assert service.keys().isdisjoint({"taskDefinition", "networkConfiguration", "platformVersion"})

    world.pass_time(153.5)
    created = ecs.create_task_set(**at, taskDefinition="MyTaskDefinition:1")["taskSet"]
    id = created["id"]
    assert created["status"] == "ACTIVE"
    assert created["scale"] == {"value": 0.0, "unit": "PERCENT"}
    assert created["launchType"] == "EC2"
    counts = ("computedDesiredCount", "pendingCount", "runningCount")
    assert [created[count] for count in counts] == [0, 0, 0]
    assert created["createdAt"] == created["updatedAt"] == created["stabilityStatusAt"]
    assert created["stabilityStatus"] == "STABILIZING"

    world.settle()
    told = [
        f"(service MyService, taskSet {id}) updated state to STEADY_STATE.",
        "(service MyService) has reached a steady state.",
    ]
    assert _messages(ecs) == told

    world.pass_time(900)
    scaled = ecs.update_task_set(**at, taskSet=id, scale={"value": 50.0, "unit": "PERCENT"})["taskSet"]
    assert scaled["scale"] == {"value": 50.0, "unit": "PERCENT"}
    assert scaled["computedDesiredCount"] == 0
    assert scaled["stabilityStatus"] == "STABILIZING"
    assert scaled["updatedAt"] == scaled["stabilityStatusAt"] > created["createdAt"]

    world.settle()
    (task,) = ecs.list_tasks(cluster="MyCluster", startedBy=id)["taskArns"]
    told += [
        f"(service MyService) updated computedDesiredCount for taskSet {id} to 1.",
        f"(service MyService, taskSet {id}) has started 1 tasks: (task {task.rsplit('/', 1)[1]}).",
        f"(service MyService, taskSet {id}) updated state to STEADY_STATE.",
        "(service MyService) has reached a steady state.",
    ]
    assert _messages(ecs) == told

    before = ecs.describe_task_sets(**at, taskSets=[id])["taskSets"][0]
    promoted = ecs.update_service_primary_task_set(**at, primaryTaskSet=id)["taskSet"]
    assert (promoted["status"], promoted["computedDesiredCount"]) == ("PRIMARY", 1)
    assert promoted["updatedAt"] > before["updatedAt"]
    assert promoted["stabilityStatusAt"] == before["stabilityStatusAt"]
    world.settle()
    assert _messages(ecs) == told

    other = ecs.create_task_set(**at, taskDefinition="MyTaskDefinition:1")["taskSet"]["id"]
    world.pass_time(30)
    told += [f"(service MyService, taskSet {other}) updated state to STEADY_STATE."]
    assert _messages(ecs)[: len(told)] == told

    deleted = ecs.delete_task_set(**at, taskSet=other, force=True)["taskSet"]
    assert (deleted["status"], deleted["stabilityStatus"]) == ("DRAINING", "STABILIZING")
    assert deleted["updatedAt"] == deleted["stabilityStatusAt"] > deleted["createdAt"]
    world.settle()
    assert ecs.describe_task_sets(**at, taskSets=[other])["taskSets"] == []


def _messages(ecs):
    (service,) = ecs.describe_services(cluster="MyCluster", services=["MyService"])["services"]
    return [event["message"] for event in reversed(service["events"])]

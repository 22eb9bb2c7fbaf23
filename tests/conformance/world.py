"""A gateway, an engine and a machine in one process, under a clock that only the test moves.

boto3 is the client: a `before-send` hook takes each request off it as botocore has prepared it, signs it anew at the
world's time, and hands the gateway's answer back. `settle` lets virtual time pass, as the simulator does.
"""

import io
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest, AWSResponse
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from homeport.drivers.fake.balancer import FakeBalancer
from homeport.drivers.fake.runtime import FakeRuntime
from homeport.model.instance import Machine, MachineSeen
from homeport.model.task import Task
from homeport.model.user import User
from homeport.server import catalogue
from homeport.server.edge import Edge
from homeport.server.gateway import Gateway
from homeport.server.identities import Identities, Place
from homeport.server.keys import KeyPair
from homeport.server.services import Services
from homeport.server.welcome import welcoming
from homeport.store.memory import MemoryStore
from homeport.store.tx import Store
from homeport.wire.http import HttpResponse
from homeport.wire.sigv4 import SigningKey
from tests import signing
from tests.sim import world as simulated

ACCOUNT = "123456789012"
OTHER_ACCOUNT = "210987654321"
REGION = "us-east-1"
OTHER_REGION = "eu-central-1"
TARGET = "AmazonEC2ContainerServiceV20141113"
CALL_S = 0.001
"""How long a request travels, and its answer."""
QUIET_S = 10.0
PATIENCE_S = 900.0
MACHINE = MachineSeen(cpu=8192, memory_mib=16384, connected=True)

SESSION = boto3.session.Session(aws_access_key_id="none", aws_secret_access_key="none")
KEYS = {
    account: SigningKey(access_key_id=f"AKIA{account}", secret=f"secret of {account}", account=account)
    for account in (ACCOUNT, OTHER_ACCOUNT)
}
SERVED = {
    name
    for served in catalogue.services()
    if served.model.SIGNING_NAME == "ecs"
    for name in served.operations
}
"""The operations of ECS that are built."""
PAIRS = {
    key.access_key_id: KeyPair(
        access_key_id=key.access_key_id, secret=key.secret, account=account, created_at=0.0
    )
    for account, key in KEYS.items()
}


def dice_ids(seed: int) -> Callable[[], str]:
    """32 random hexadecimal digits each time, the same in every run."""
    dice = Random(seed)
    return lambda: f"{dice.getrandbits(128):032x}"


class World:
    """What there is: `store`, `runtime` (the machine), a gateway for each region, and the time, `now`."""

    def __init__(self, store: Store | None = None, machine: MachineSeen = MACHINE) -> None:
        self.store = store or MemoryStore(dice_ids(7))
        self._shell = simulated.World(1, self.store, simulated.Chaos(), (), capacity=machine)
        self.pairs = dict(PAIRS)
        self._gateways = {region: self._gateway(region) for region in (REGION, OTHER_REGION)}
        self._ids = dice_ids(8)
        self.pass_time(0)

    @property
    def now(self) -> float:
        """The world's time, in epoch seconds."""
        return self._shell.now

    @property
    def runtime(self) -> FakeRuntime:
        """The machine that runs the containers."""
        return self._shell.runtime

    @property
    def balancer(self) -> FakeBalancer:
        """The data plane: how it is (`moods`), and what targets answer health checks with (`code`, `codes`)."""
        return self._shell.balancer

    def answers(self, task_arn: str, code: int) -> None:
        """A task's ports answer health checks with this code from now on."""
        for ref, seen in self.runtime.containers.items():
            if ref.task == _id(task_arn):
                self.balancer.codes.update({binding.host_port: code for binding in seen.bindings})
        with self.store.read(self.now) as tx:
            task = tx.get(Task, _id(task_arn))
        if task is not None and task.state.address is not None:
            self.balancer.codes[task.state.address] = code

    def pass_time(self, seconds: float) -> None:
        """Let the engine and the machine go on for so long."""
        self._shell.run(self.now - simulated.START + seconds)
        assert not self._shell.watch.wrongs, self._shell.watch.wrongs

    def settle(self) -> None:
        """Let time pass until nothing but the machine's sign of life has been written for ten seconds."""
        quiet_since = self.now
        give_up_at = self.now + PATIENCE_S
        while self.now < quiet_since + QUIET_S:
            assert self.now < give_up_at, "the world does not come to rest"
            before = self.store.revision
            self.pass_time(1.0)
            changes = self.store.changes_since(before)
            assert changes is not None
            if any(not isinstance(change.record, Machine) for change in changes):
                quiet_since = self.now

    def kill_container(self, task_arn: str, container: str = "app") -> None:
        """Somebody kills a container by hand; the next listing shows it."""
        named = (_id(task_arn), container)
        (ref,) = [ref for ref in self.runtime.containers if (ref.task, ref.container) == named]
        self.runtime.kill(ref, self.now)

    def user(self, *statements: dict[str, Any], name: str = "bob", account: str = ACCOUNT) -> SigningKey:
        """The key of a user who may do what the statements of a policy say; the newest of a name counts."""
        policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        user = User(name=name, id=f"AIDA{name.upper():X<17}", created_at=self.now, policy=policy)
        key = SigningKey(access_key_id=f"AKIA{name.upper()}", secret=f"secret of {name}", account=account)
        self.pairs[key.access_key_id] = KeyPair(
            access_key_id=key.access_key_id, secret=key.secret, account=account, created_at=0.0, user=user
        )
        return key

    def client(
        self,
        service: str = "ecs",
        account: str = ACCOUNT,
        region: str = REGION,
        key: SigningKey | None = None,
    ) -> Any:
        """A boto3 client of an account in a region, which sends whatever it is told to, once.

        It signs as the account's administrator, unless a key is given.
        """
        config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
        client = SESSION.client(
            service, region_name=region, endpoint_url=f"http://{signing.HOST}", config=config
        )

        signing_name = client.meta.service_model.signing_name

        def send(request: AWSPreparedRequest, **_: object) -> AWSResponse:
            body = request.body if isinstance(request.body, bytes) else (request.body or "").encode()
            signer = key or KEYS[account]
            answer = self.send(_unsigned(request, body), signing_name, region=region, key=signer)
            headers = {name.decode(): value.decode() for name, value in answer.headers}
            return AWSResponse(request.url, answer.status, headers, _Body(answer.body))

        client.meta.events.register("before-send", send)
        return client

    def post(
        self, operation: str, body: bytes, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Status and decoded body of a signed ECS call whose body is as it is given."""
        named = {
            "Host": signing.HOST,
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"{TARGET}.{operation}",
            **(headers or {}),
        }
        request = AWSRequest("POST", f"http://{signing.HOST}/", data=body, headers=named)
        answer = self.send(request, "ecs", ACCOUNT, REGION)
        return answer.status, json.loads(answer.body)

    def answer(self, request: AWSRequest, key: SigningKey, age_s: float = 0.0) -> HttpResponse:
        """The gateway's answer to an ECS request signed with any key, any time ago."""
        auth = SigV4Auth(Credentials(key.access_key_id, key.secret, key.session_token), "ecs", REGION)
        signed = signing.sign(request, auth, self.now - age_s)
        return self._gateways[REGION].answer(signed, self._ids()).response

    def unsigned(self, request: AWSRequest) -> HttpResponse:
        """The gateway's answer to a request that nobody has signed."""
        return self._gateways[REGION].answer(signing.arrived(request), self._ids()).response

    def send(
        self,
        request: AWSRequest,
        service: str,
        account: str = ACCOUNT,
        region: str = REGION,
        key: SigningKey | None = None,
    ) -> HttpResponse:
        """The answer to a request that is signed now, for any service; some time passes on the way."""
        key = key or KEYS[account]
        auth = SigV4Auth(Credentials(key.access_key_id, key.secret, key.session_token), service, region)
        signed = signing.sign(request, auth, self.now)
        self._shell.now = round(self.now + CALL_S, 3)
        answer = self._gateways[region].answer(signed, self._ids()).response
        self._shell.now = round(self.now + CALL_S, 3)
        return answer

    def _gateway(self, region: str) -> Gateway:
        place = Place(region, ACCOUNT, seal=b"a seal of thirty-two bytes......")
        identities = Identities(self.pairs.get, place, lambda: self._shell.now)
        return Gateway(
            self.store,
            Services(catalogue.services()),
            identities,
            Edge(),
            lambda: self._shell.now,
            welcoming(tuple),
        )


def _id(task_arn: str) -> str:
    """A task's record, of the first account."""
    return "/".join([ACCOUNT, REGION, *task_arn.split("/")[1:]])


class _Body(io.BytesIO):
    """An answer's body as botocore reads it off a socket."""

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


def _unsigned(request: AWSPreparedRequest, body: bytes) -> AWSRequest:
    """A prepared request without botocore's signature, which was made at another time than the world's."""
    headers = {
        name: value.decode() if isinstance(value, bytes) else value
        for name, value in request.headers.items()
        if name.lower() not in ("authorization", "x-amz-date", "content-length")
    }
    return AWSRequest(request.method, request.url, data=body, headers={"Host": signing.HOST, **headers})


def refusal(call: Callable[..., Any], /, **members: Any) -> tuple[str, str]:
    """Code and text of the error that a call is answered with."""
    try:
        answer = call(**members)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    raise AssertionError(f"no error, but {answer}")


def messages(client: Any, service: str = "web") -> list[str]:
    """The texts of a service's events, oldest first."""
    (found,) = client.describe_services(services=[service])["services"]
    return [event["message"] for event in reversed(found["events"])]

"""One real Kafka broker (KRaft) on 127.0.0.1: SCRAM over TLS, rights by ACL, nothing in the clear.

    with running_broker(folder) as broker:
        producer = KafkaProducer(**broker.user("sharer").kafka_python)

`admin` may do everything; any other user may do what ACLs allow, at first nothing.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import UserScramCredentialUpsertion
from tests.kafka.certificates import BROKER_NAME, Certificates, made_in
from tests.kafka.jars import kafka_jars

ADMIN = "admin"
MECHANISM = "SCRAM-SHA-512"
PATIENCE_SECONDS = 90

# C1 alone starts in half the time, and the machine has few cores: a test sends little.
QUICK_START = ("-XX:TieredStopAtLevel=1",)


@dataclass(frozen=True)
class User:
    """Who asks, in the words of each client; the password is in a file too, as in production."""

    name: str
    password: str
    password_file: Path
    bootstrap: str
    authority: Path

    @property
    def environment(self) -> dict[str, str]:
        """What `ciog` reads."""
        return {
            "CIOG_KAFKA": self.bootstrap,
            "CIOG_KAFKA_USER": self.name,
            "CIOG_KAFKA_PASSWORD_FILE": str(self.password_file),
            "CIOG_KAFKA_CA": str(self.authority),
        }

    @property
    def kafka_python(self) -> dict[str, Any]:
        """Keyword arguments of kafka-python's clients."""
        return {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": "SASL_SSL",
            "ssl_cafile": str(self.authority),
            "sasl_mechanism": MECHANISM,
            "sasl_plain_username": self.name,
            "sasl_plain_password": self.password,
        }

    @property
    def aiokafka(self) -> dict[str, Any]:
        """Keyword arguments of aiokafka's clients."""
        settings = self.kafka_python
        del settings["ssl_cafile"]
        return settings | {"ssl_context": ssl.create_default_context(cafile=str(self.authority))}

    @property
    def confluent(self) -> dict[str, str]:
        """The settings of librdkafka, on which confluent-kafka stands."""
        return {
            "bootstrap.servers": self.bootstrap,
            "security.protocol": "SASL_SSL",
            "ssl.ca.location": str(self.authority),
            "sasl.mechanism": MECHANISM,
            "sasl.username": self.name,
            "sasl.password": self.password,
        }

    @property
    def java(self) -> dict[str, str]:
        """The properties of Kafka's own clients and tools."""
        return {
            "bootstrap.servers": self.bootstrap,
            "security.protocol": "SASL_SSL",
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.authority),
            "sasl.mechanism": MECHANISM,
            "sasl.jaas.config": _jaas(self.name, self.password),
        }


@dataclass
class Broker:
    """A broker that can be stopped, started, killed, paused and resumed; its ports stay."""

    folder: Path
    jars: Path
    certificates: Certificates
    port: int
    controller_port: int
    java_options: tuple[str, ...] = QUICK_START
    heap_mb: int = 256
    properties: dict[str, str] = field(default_factory=dict)
    _users: dict[str, User] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self._running().pid

    @property
    def data(self) -> Path:
        """Where the broker keeps its log."""
        return self.folder / "data"

    @property
    def admin(self) -> User:
        return self._login(ADMIN)

    def user(self, name: str) -> User:
        """Return a user of the broker, made there when first asked for."""
        self.users(name)
        return self._users[name]

    def users(self, *names: str) -> None:
        """Make users of the broker, all at once."""
        new = {name: self._login(name) for name in names if name not in self._users}
        if not new:
            return
        with KafkaAdminClient(**self.admin.kafka_python) as admin:
            refused = admin.alter_user_scram_credentials(
                [
                    UserScramCredentialUpsertion(name, MECHANISM, login.password, 4096)
                    for name, login in new.items()
                ]
            )
        assert refused == dict.fromkeys(new)
        self._users |= new

    def format(self) -> None:
        """Make the broker's data folder, empty but for its first user."""
        (self.folder / "server.properties").write_text(
            "".join(f"{name}={value}\n" for name, value in self._settings().items())
        )
        (self.folder / "log4j2.properties").write_text(
            "rootLogger.level=WARN\nrootLogger.appenderRef.out.ref=out\n"
            "appender.out.type=Console\nappender.out.name=out\n"
            "appender.out.layout.type=PatternLayout\nappender.out.layout.pattern=%d %p %c %m%n\n"
        )
        done = self.tool(
            "kafka.tools.StorageTool",
            "format",
            "--config",
            str(self.folder / "server.properties"),
            "--cluster-id",
            "Y2lvZy1odWItb2YtdGVzdA",
            "--add-scram",
            f"{MECHANISM}=[name={ADMIN},password={self.admin.password}]",
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def tool(self, main: str, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run one of Kafka's own tools to its end."""
        return subprocess.run(
            [*self._java(), main, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    def start(self) -> None:
        """Start the broker and return when it answers."""
        assert self._process is None, "the broker runs already"
        with (self.folder / "kafka.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._java(), "kafka.Kafka", str(self.folder / "server.properties")],
                stdout=log,
                stderr=log,
            )
        self._wait()

    def stop(self) -> None:
        """End the broker as an operator does (SIGTERM), and return when it has ended."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the broker as a power cut does (SIGKILL)."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Let the broker stand still (SIGSTOP): its ports stay open and nobody answers."""
        stopped = self._running()
        stopped.send_signal(signal.SIGSTOP)
        threads = Path(f"/proc/{stopped.pid}/task")
        # A signal is sent and not yet obeyed: a thread of another core may still answer.
        while any(_state(one) != "T" for one in threads.iterdir()):
            time.sleep(0.01)

    def resume(self) -> None:
        """Let a paused broker go on (SIGCONT)."""
        self._running().send_signal(signal.SIGCONT)

    def ended(self) -> bool:
        """Say whether the broker has ended, by itself or not; it can be started then."""
        if self._process is not None and self._process.poll() is not None:
            self._process = None
        return self._process is None

    def close(self) -> None:
        """End the broker if it runs, paused or not."""
        if self._process is not None:
            self.resume()
            self.kill()

    def _end(self, how: signal.Signals) -> None:
        process = self._running()
        process.send_signal(how)
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._process = None

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "the broker does not run"
        return self._process

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            assert self._running().poll() is None, (self.folder / "kafka.log").read_text()[-4000:]
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.1)
        raise AssertionError("the broker does not come up")

    def _java(self) -> list[str]:
        return [
            "java",
            f"-Xmx{self.heap_mb}m",
            "-XX:+UseSerialGC",
            *self.java_options,
            f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}",
            "-cp",
            f"{self.jars}/*",
        ]

    def _login(self, name: str) -> User:
        file = self.folder / f"{name}.password"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(os.urandom(16).hex())
        return User(name, file.read_text(), file, self.bootstrap, self.certificates.authority)

    def _settings(self) -> dict[str, str]:
        return {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@127.0.0.1:{self.controller_port}",
            "listeners": f"CLIENTS://127.0.0.1:{self.port},"
            f"CONTROLLER://127.0.0.1:{self.controller_port}",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "CLIENTS",
            # A controller cannot ask SCRAM of those who would tell it the passwords.
            "listener.security.protocol.map": "CLIENTS:SASL_SSL,CONTROLLER:SSL",
            "listener.name.controller.ssl.client.auth": "required",
            "sasl.enabled.mechanisms": MECHANISM,
            "sasl.mechanism.inter.broker.protocol": MECHANISM,
            f"listener.name.clients.{MECHANISM.lower()}.sasl.jaas.config": _jaas(
                ADMIN, self.admin.password
            ),
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(self.certificates.broker),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.certificates.authority),
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": f"User:{ADMIN};User:CN={BROKER_NAME}",
            "auto.create.topics.enable": "false",
            "log.dirs": str(self.data),
            "num.network.threads": "2",
            "num.io.threads": "2",
            "group.initial.rebalance.delay.ms": "0",
            "controlled.shutdown.enable": "false",
            "default.replication.factor": "1",
            "offsets.topic.num.partitions": "4",
            "offsets.topic.replication.factor": "1",
            "transaction.state.log.num.partitions": "4",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            **self.properties,
        }


def _jaas(name: str, password: str) -> str:
    module = "org.apache.kafka.common.security.scram.ScramLoginModule"
    return f'{module} required username="{name}" password="{password}";'


@contextlib.contextmanager
def running_broker(
    folder: Path,
    *,
    java_options: tuple[str, ...] = QUICK_START,
    heap_mb: int = 256,
    properties: dict[str, str] | None = None,
) -> Iterator[Broker]:
    """Run a broker in `folder` until the block ends; `properties` go into its `server.properties`.

    For figures of speed, give no `java_options` and a larger heap.

    Raises:
        NotHere: this machine cannot run one.
    """
    port, controller = free_ports(2)
    made, more = made_in(folder), properties or {}
    broker = Broker(folder, kafka_jars(), made, port, controller, java_options, heap_mb, more)
    broker.format()
    try:
        broker.start()
        yield broker
    finally:
        broker.close()


def free_ports(number: int) -> list[int]:
    """Return ports on which nobody listens now."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _state(thread: Path) -> str:
    """Return the letter of what a thread does; its name may hold spaces and brackets."""
    return (thread / "stat").read_text().rpartition(") ")[2][0]

"""What becomes of a message of a sharer or correlator that cannot be read."""

from __future__ import annotations

import logging

from cioghub.ports.workers import Outgoing
from cioghub.runtimes.kafka_workers.messages import Received, unread_message

_LOG = logging.getLogger("cioghub")


def set_aside(message: Received) -> Outgoing:
    """Log where a message lies that cannot be read; return what says so on `quarantine.hub`."""
    where = (message.topic, message.partition, message.offset)
    _LOG.error("cannot be read, and is in quarantine: topic %s, partition %d, offset %d", *where)
    return unread_message(message)

"""What every language's SDK is shown to do here, by Microsoft's SDK for Python, unmodified.

Reads MILLRACE_SDK_CONNECTION, a connection string for the plain port, and MILLRACE_SDK_CA, the file of certificates
to trust where the SDK insists on TLS. Prints one line `ok NAME` for each check that holds.
"""

import os
import sys
import traceback
from datetime import datetime, timedelta, timezone

from azure.servicebus import (
    NEXT_AVAILABLE_SESSION,
    ServiceBusClient,
    ServiceBusMessage,
    ServiceBusReceiveMode,
    ServiceBusSubQueue,
)
from azure.servicebus.management import (
    CorrelationRuleFilter,
    ServiceBusAdministrationClient,
    SqlRuleFilter,
)

CONNECTION = os.environ["MILLRACE_SDK_CONNECTION"]
WAIT_S = 15
EMPTY_S = 1
admin = ServiceBusAdministrationClient.from_connection_string(CONNECTION, connection_verify=os.environ["MILLRACE_SDK_CA"])
client = ServiceBusClient.from_connection_string(CONNECTION)


def send(queue, *messages):
    with client.get_queue_sender(queue) as sender:
        for message in messages:
            sender.send_messages(message)


def take(receiver, count):
    """So many messages, in the order of their arrival."""
    taken = []
    while len(taken) < count:
        more = receiver.receive_messages(count - len(taken), max_wait_time=WAIT_S)
        assert more, f"{len(taken)} of {count} messages came"
        taken += more
    return taken


def is_empty(receiver):
    return receiver.receive_messages(1, max_wait_time=EMPTY_S) == []


def check_administration(name):
    admin.create_queue(name, max_delivery_count=3, lock_duration=timedelta(seconds=30))
    queue = admin.get_queue(name)
    assert queue.max_delivery_count == 3
    assert queue.lock_duration == timedelta(seconds=30)
    assert name in [one.name for one in admin.list_queues()]
    queue.max_delivery_count = 5
    admin.update_queue(queue)
    assert admin.get_queue(name).max_delivery_count == 5
    send(name, ServiceBusMessage("one"))
    assert admin.get_queue_runtime_properties(name).active_message_count == 1
    admin.delete_queue(name)
    assert name not in [one.name for one in admin.list_queues()]


def check_send(name):
    admin.create_queue(name)
    sent = ServiceBusMessage(
        "Zeugnis ✓",
        message_id="m-1",
        correlation_id="c-1",
        subject="certificate",
        content_type="text/plain",
        time_to_live=timedelta(minutes=5),
        application_properties={"operator": "op-7", "score": 93, "passed": True, "share": 0.25},
    )
    send(name, sent)
    with client.get_queue_receiver(name, receive_mode=ServiceBusReceiveMode.RECEIVE_AND_DELETE) as receiver:
        (got,) = take(receiver, 1)
    assert str(got) == "Zeugnis ✓"
    assert (got.message_id, got.correlation_id, got.subject) == ("m-1", "c-1", "certificate")
    assert (got.content_type, got.time_to_live) == ("text/plain", timedelta(minutes=5))
    assert got.application_properties == {b"operator": b"op-7", b"score": 93, b"passed": True, b"share": 0.25}
    assert got.delivery_count == 0


def check_batch(name):
    admin.create_queue(name)
    with client.get_queue_sender(name) as sender:
        batch = sender.create_message_batch()
        for number in range(100):
            batch.add_message(ServiceBusMessage(f"{number}", message_id=f"{number}"))
        sender.send_messages(batch)
    with client.get_queue_receiver(name) as receiver:
        got = take(receiver, 100)
        assert [str(one) for one in got] == [f"{number}" for number in range(100)]
        for one in got:
            receiver.complete_message(one)


def check_complete(name):
    admin.create_queue(name)
    send(name, ServiceBusMessage("one"))
    with client.get_queue_receiver(name) as receiver:
        (got,) = take(receiver, 1)
        receiver.renew_message_lock(got)
        receiver.complete_message(got)
        assert is_empty(receiver)
    assert admin.get_queue_runtime_properties(name).total_message_count == 0


def check_abandon(name):
    admin.create_queue(name)
    send(name, ServiceBusMessage("one"))
    with client.get_queue_receiver(name) as receiver:
        (got,) = take(receiver, 1)
        receiver.abandon_message(got)
        (again,) = take(receiver, 1)
        assert again.delivery_count == got.delivery_count + 1
        receiver.complete_message(again)


def check_defer(name):
    admin.create_queue(name)
    send(name, ServiceBusMessage("one"), ServiceBusMessage("two"))
    with client.get_queue_receiver(name) as receiver:
        first, second = take(receiver, 2)
        receiver.defer_message(first)
        receiver.complete_message(second)
        assert is_empty(receiver)
        (deferred,) = receiver.receive_deferred_messages(first.sequence_number)
        assert str(deferred) == "one"
        receiver.complete_message(deferred)


def check_dead_letter(name):
    admin.create_queue(name)
    send(name, ServiceBusMessage("one"))
    with client.get_queue_receiver(name) as receiver:
        (got,) = take(receiver, 1)
        receiver.dead_letter_message(got, reason="schema", error_description="no operator")
    with client.get_queue_receiver(name, sub_queue=ServiceBusSubQueue.DEAD_LETTER) as receiver:
        (dead,) = take(receiver, 1)
        assert (dead.dead_letter_reason, dead.dead_letter_error_description) == ("schema", "no operator")
        receiver.complete_message(dead)


def check_sessions(name):
    admin.create_queue(name, requires_session=True)
    with client.get_queue_sender(name) as sender:
        for number in range(60):
            sender.send_messages(ServiceBusMessage(f"{number // 3}", session_id=f"op-{number % 3}"))
    for _ in range(3):
        with client.get_queue_receiver(name, session_id=NEXT_AVAILABLE_SESSION, max_wait_time=WAIT_S) as receiver:
            got = take(receiver, 20)
            assert [str(one) for one in got] == [f"{number}" for number in range(20)]
            assert {one.session_id for one in got} == {receiver.session.session_id}
            receiver.session.set_state("here")
            assert receiver.session.get_state() == b"here"
            receiver.session.renew_lock()
            for one in got:
                receiver.complete_message(one)
    with client.get_queue_receiver(name, session_id="op-1") as receiver:
        assert receiver.session.get_state() == b"here"


def check_schedule(name):
    admin.create_queue(name)
    due = datetime.now(timezone.utc) + timedelta(seconds=3)
    with client.get_queue_sender(name) as sender:
        kept, dropped = sender.schedule_messages([ServiceBusMessage("kept"), ServiceBusMessage("dropped")], due)
        assert kept != dropped
        sender.cancel_scheduled_messages(dropped)
    with client.get_queue_receiver(name) as receiver:
        (got,) = take(receiver, 1)
        # The clocks are one; the SDK's are whole milliseconds.
        assert datetime.now(timezone.utc) >= due - timedelta(milliseconds=1)
        assert str(got) == "kept"
        receiver.complete_message(got)
        assert is_empty(receiver)


def check_peek(name):
    admin.create_queue(name)
    send(name, ServiceBusMessage("one"), ServiceBusMessage("two"))
    with client.get_queue_receiver(name) as receiver:
        for _ in range(2):
            assert [str(one) for one in receiver.peek_messages(5, sequence_number=1)] == ["one", "two"]
        assert [one.delivery_count for one in take(receiver, 2)] == [0, 0]


def check_rules(name):
    admin.create_topic(name)
    for subscription, rule in (
        ("high", SqlRuleFilter("score >= 80 AND passed = TRUE")),
        ("presses", CorrelationRuleFilter(label="press", properties={"line": "4"})),
    ):
        admin.create_subscription(name, subscription)
        admin.delete_rule(name, subscription, "$Default")
        admin.create_rule(name, subscription, "wanted", filter=rule)
    with client.get_topic_sender(name) as sender:
        for body, subject, properties in (
            ("a", "press", {"score": 93, "passed": True, "line": "4"}),
            ("b", "press", {"score": 12, "passed": False, "line": "4"}),
            ("c", "oven", {"score": 85, "passed": True, "line": "4"}),
            ("d", "press", {"passed": True}),
        ):
            sender.send_messages(ServiceBusMessage(body, subject=subject, application_properties=properties))
    for subscription, wanted in (("high", ["a", "c"]), ("presses", ["a", "b"])):
        mode = ServiceBusReceiveMode.RECEIVE_AND_DELETE
        with client.get_subscription_receiver(name, subscription, receive_mode=mode) as receiver:
            assert [str(one) for one in take(receiver, 2)] == wanted
            assert is_empty(receiver)


CHECKS = {
    "administration": check_administration,
    "send": check_send,
    "batch": check_batch,
    "complete": check_complete,
    "abandon": check_abandon,
    "defer": check_defer,
    "dead-letter": check_dead_letter,
    "sessions": check_sessions,
    "schedule": check_schedule,
    "peek": check_peek,
    "rules": check_rules,
}

failed = 0
for check, run in CHECKS.items():
    try:
        run(f"python-{check}")
        print(f"ok {check}", flush=True)
    except Exception:  # whatever it is, it is shown, and the rest is checked
        failed += 1
        print(f"FAILED {check}\n{traceback.format_exc()}", flush=True)
sys.exit(1 if failed else 0)

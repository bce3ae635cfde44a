package millrace;

import com.azure.core.util.BinaryData;
import com.azure.core.util.UrlBuilder;
import com.azure.messaging.servicebus.ServiceBusClientBuilder;
import com.azure.messaging.servicebus.ServiceBusMessage;
import com.azure.messaging.servicebus.ServiceBusReceivedMessage;
import com.azure.messaging.servicebus.ServiceBusReceiverClient;
import com.azure.messaging.servicebus.ServiceBusSenderClient;
import com.azure.messaging.servicebus.ServiceBusSessionReceiverClient;
import com.azure.messaging.servicebus.administration.ServiceBusAdministrationClient;
import com.azure.messaging.servicebus.administration.ServiceBusAdministrationClientBuilder;
import com.azure.messaging.servicebus.administration.models.CorrelationRuleFilter;
import com.azure.messaging.servicebus.administration.models.CreateQueueOptions;
import com.azure.messaging.servicebus.administration.models.CreateRuleOptions;
import com.azure.messaging.servicebus.administration.models.RuleFilter;
import com.azure.messaging.servicebus.administration.models.SqlRuleFilter;
import com.azure.messaging.servicebus.models.DeadLetterOptions;
import com.azure.messaging.servicebus.models.ServiceBusReceiveMode;
import com.azure.messaging.servicebus.models.SubQueue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * What every language's SDK is shown to do here, by Microsoft's SDK for Java, unmodified.
 *
 * <p>Reads MILLRACE_SDK_CONNECTION, a connection string for the plain port, MILLRACE_SDK_TLS_CONNECTION, one for where
 * the SDK insists on TLS, and MILLRACE_SDK_TLS_PORT, its port; the trust store is a system property. Prints one line
 * {@code ok NAME} for each check that holds.
 */
public final class Suite {
  private static final Duration WAIT = Duration.ofSeconds(15);
  private static final Duration EMPTY = Duration.ofSeconds(1);
  private static final String CONNECTION = System.getenv("MILLRACE_SDK_CONNECTION");

  private final ServiceBusAdministrationClient admin =
      new ServiceBusAdministrationClientBuilder()
          .connectionString(System.getenv("MILLRACE_SDK_TLS_CONNECTION"))
          // This client knows no port but 443.
          .addPolicy(
              (context, next) -> {
                var request = context.getHttpRequest();
                var port = System.getenv("MILLRACE_SDK_TLS_PORT");
                request.setUrl(UrlBuilder.parse(request.getUrl()).setPort(port).toString());
                return next.process();
              })
          .buildClient();
  /** The queue or topic that is the check's own. */
  private String name;

  private interface Check {
    void run() throws Exception;
  }

  private static void equal(Object got, Object wanted) {
    if (!Objects.equals(got, wanted)) {
      throw new AssertionError("got " + got + ", wanted " + wanted);
    }
  }

  private static ServiceBusMessage text(String body) {
    return new ServiceBusMessage(BinaryData.fromBytes(body.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<String> bodies(List<ServiceBusReceivedMessage> messages) {
    return messages.stream().map(one -> one.getBody().toString()).toList();
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  private void queue() {
    admin.createQueue(name);
  }

  private ServiceBusSenderClient sender() {
    return new ServiceBusClientBuilder().connectionString(CONNECTION).sender().queueName(name).buildClient();
  }

  private void send(ServiceBusMessage... messages) {
    try (var sender = sender()) {
      for (var message : messages) {
        sender.sendMessage(message);
      }
    }
  }

  private ServiceBusReceiverClient receiver(ServiceBusReceiveMode mode, SubQueue sub) {
    return new ServiceBusClientBuilder()
        .connectionString(CONNECTION)
        .receiver()
        .queueName(name)
        .receiveMode(mode)
        .subQueue(sub)
        .buildClient();
  }

  private ServiceBusReceiverClient receiver() {
    return receiver(ServiceBusReceiveMode.PEEK_LOCK, SubQueue.NONE);
  }

  private ServiceBusSessionReceiverClient sessionReceiver() {
    return new ServiceBusClientBuilder()
        .connectionString(CONNECTION)
        .sessionReceiver()
        .queueName(name)
        .buildClient();
  }

  /** So many messages, in the order of their arrival. */
  private static List<ServiceBusReceivedMessage> take(ServiceBusReceiverClient receiver, int count) {
    var taken = new ArrayList<ServiceBusReceivedMessage>();
    while (taken.size() < count) {
      var before = taken.size();
      receiver.receiveMessages(count - before, WAIT).forEach(taken::add);
      if (taken.size() == before) {
        throw new AssertionError(before + " of " + count + " messages came");
      }
    }
    return taken;
  }

  private static void isEmpty(ServiceBusReceiverClient receiver) {
    equal(bodies(receiver.receiveMessages(1, EMPTY).stream().toList()), List.of());
  }

  private void administration() {
    admin.createQueue(
        name, new CreateQueueOptions().setMaxDeliveryCount(3).setLockDuration(Duration.ofSeconds(30)));
    var queue = admin.getQueue(name);
    equal(queue.getMaxDeliveryCount(), 3);
    equal(queue.getLockDuration(), Duration.ofSeconds(30));
    equal(admin.listQueues().stream().anyMatch(one -> one.getName().equals(name)), true);
    admin.updateQueue(queue.setMaxDeliveryCount(5));
    equal(admin.getQueue(name).getMaxDeliveryCount(), 5);
    send(text("one"));
    equal(admin.getQueueRuntimeProperties(name).getActiveMessageCount(), 1);
    admin.deleteQueue(name);
    equal(admin.listQueues().stream().anyMatch(one -> one.getName().equals(name)), false);
  }

  private void sending() {
    queue();
    var message = text("Zeugnis ✓").setMessageId("m-1").setCorrelationId("c-1").setSubject("certificate");
    message.setContentType("text/plain").setTimeToLive(Duration.ofMinutes(5));
    Map<String, Object> properties = Map.of("operator", "op-7", "score", 93L, "passed", true, "share", 0.25);
    message.getApplicationProperties().putAll(properties);
    send(message);
    try (var receiver = receiver(ServiceBusReceiveMode.RECEIVE_AND_DELETE, SubQueue.NONE)) {
      var got = take(receiver, 1).get(0);
      equal(got.getBody().toString(), "Zeugnis ✓");
      equal(
          List.of(got.getMessageId(), got.getCorrelationId(), got.getSubject(), got.getContentType()),
          List.of("m-1", "c-1", "certificate", "text/plain"));
      equal(got.getTimeToLive(), Duration.ofMinutes(5));
      equal(got.getApplicationProperties(), properties);
      equal(got.getDeliveryCount(), 0L);
    }
  }

  private void batch() {
    queue();
    try (var sender = sender()) {
      var batch = sender.createMessageBatch();
      numbers(100).forEach(number -> equal(batch.tryAddMessage(text(number)), true));
      sender.sendMessages(batch);
    }
    try (var receiver = receiver()) {
      var got = take(receiver, 100);
      equal(bodies(got), numbers(100));
      got.forEach(receiver::complete);
    }
  }

  private void complete() {
    queue();
    send(text("one"));
    try (var receiver = receiver()) {
      var got = take(receiver, 1).get(0);
      receiver.renewMessageLock(got);
      receiver.complete(got);
      isEmpty(receiver);
    }
    equal(admin.getQueueRuntimeProperties(name).getTotalMessageCount(), 0L);
  }

  private void abandon() {
    queue();
    send(text("one"));
    try (var receiver = receiver()) {
      var got = take(receiver, 1).get(0);
      receiver.abandon(got);
      var again = take(receiver, 1).get(0);
      equal(again.getDeliveryCount(), got.getDeliveryCount() + 1);
      receiver.complete(again);
    }
  }

  private void defer() {
    queue();
    send(text("one"), text("two"));
    try (var receiver = receiver()) {
      var got = take(receiver, 2);
      receiver.defer(got.get(0));
      receiver.complete(got.get(1));
      isEmpty(receiver);
      var deferred = receiver.receiveDeferredMessage(got.get(0).getSequenceNumber());
      equal(deferred.getBody().toString(), "one");
      receiver.complete(deferred);
    }
  }

  private void deadLetter() {
    queue();
    send(text("one"));
    try (var receiver = receiver()) {
      receiver.deadLetter(
          take(receiver, 1).get(0),
          new DeadLetterOptions().setDeadLetterReason("schema").setDeadLetterErrorDescription("no operator"));
    }
    try (var dead = receiver(ServiceBusReceiveMode.PEEK_LOCK, SubQueue.DEAD_LETTER_QUEUE)) {
      var got = take(dead, 1).get(0);
      equal(
          List.of(got.getDeadLetterReason(), got.getDeadLetterErrorDescription()),
          List.of("schema", "no operator"));
      dead.complete(got);
    }
  }

  private void sessions() {
    admin.createQueue(name, new CreateQueueOptions().setSessionRequired(true));
    send(
        IntStream.range(0, 60)
            .mapToObj(number -> text(Integer.toString(number / 3)).setSessionId("op-" + number % 3))
            .toArray(ServiceBusMessage[]::new));
    var here = "here".getBytes(StandardCharsets.UTF_8);
    try (var any = sessionReceiver()) {
      for (var turn = 0; turn < 3; ++turn) {
        try (var session = any.acceptNextSession()) {
          var got = take(session, 20);
          equal(bodies(got), numbers(20));
          got.forEach(one -> equal(one.getSessionId(), session.getSessionId()));
          session.setSessionState(here);
          equal(new String(session.getSessionState(), StandardCharsets.UTF_8), "here");
          session.renewSessionLock();
          got.forEach(session::complete);
        }
      }
    }
    try (var receiver = sessionReceiver();
        var named = receiver.acceptSession("op-1")) {
      equal(new String(named.getSessionState(), StandardCharsets.UTF_8), "here");
    }
  }

  private void schedule() {
    queue();
    var due = OffsetDateTime.now().plusSeconds(3);
    try (var sender = sender()) {
      sender.scheduleMessage(text("kept"), due);
      sender.cancelScheduledMessage(sender.scheduleMessage(text("dropped"), due));
    }
    try (var receiver = receiver()) {
      var got = take(receiver, 1).get(0);
      // The protocol has whole milliseconds.
      equal(OffsetDateTime.now().isBefore(due.minusNanos(1_000_000)), false);
      equal(got.getBody().toString(), "kept");
      receiver.complete(got);
      isEmpty(receiver);
    }
  }

  private void peek() {
    queue();
    send(text("one"), text("two"));
    try (var receiver = receiver()) {
      for (var turn = 0; turn < 2; ++turn) {
        equal(bodies(receiver.peekMessages(5, 1).stream().toList()), List.of("one", "two"));
      }
      take(receiver, 2).forEach(one -> equal(one.getDeliveryCount(), 0L));
    }
  }

  private void rules() {
    admin.createTopic(name);
    var correlation = new CorrelationRuleFilter().setLabel("press");
    correlation.getProperties().put("line", "4");
    var filters = new LinkedHashMap<String, RuleFilter>();
    filters.put("high", new SqlRuleFilter("score >= 80 AND passed = TRUE"));
    filters.put("presses", correlation);
    filters.forEach(
        (subscription, filter) -> {
          admin.createSubscription(name, subscription);
          admin.deleteRule(name, subscription, "$Default");
          admin.createRule(name, "wanted", subscription, new CreateRuleOptions(filter));
        });
    var builder = new ServiceBusClientBuilder().connectionString(CONNECTION);
    try (var sender = builder.sender().topicName(name).buildClient()) {
      sender.sendMessage(certificate("a", "press", Map.of("score", 93L, "passed", true, "line", "4")));
      sender.sendMessage(certificate("b", "press", Map.of("score", 12L, "passed", false, "line", "4")));
      sender.sendMessage(certificate("c", "oven", Map.of("score", 85L, "passed", true, "line", "4")));
      sender.sendMessage(certificate("d", "press", Map.of("passed", true)));
    }
    Map.of("high", List.of("a", "c"), "presses", List.of("a", "b"))
        .forEach(
            (subscription, wanted) -> {
              var from = new ServiceBusClientBuilder().connectionString(CONNECTION).receiver().topicName(name);
              from.subscriptionName(subscription).receiveMode(ServiceBusReceiveMode.RECEIVE_AND_DELETE);
              try (var receiver = from.buildClient()) {
                equal(bodies(take(receiver, 2)), wanted);
                isEmpty(receiver);
              }
            });
  }

  private static ServiceBusMessage certificate(String body, String subject, Map<String, Object> properties) {
    var message = text(body).setSubject(subject);
    message.getApplicationProperties().putAll(properties);
    return message;
  }

  public static void main(String[] arguments) {
    var suite = new Suite();
    var checks = new LinkedHashMap<String, Check>();
    checks.put("administration", suite::administration);
    checks.put("send", suite::sending);
    checks.put("batch", suite::batch);
    checks.put("complete", suite::complete);
    checks.put("abandon", suite::abandon);
    checks.put("defer", suite::defer);
    checks.put("dead-letter", suite::deadLetter);
    checks.put("sessions", suite::sessions);
    checks.put("schedule", suite::schedule);
    checks.put("peek", suite::peek);
    checks.put("rules", suite::rules);
    var failed = false;
    for (var check : checks.entrySet()) {
      suite.name = "java-" + check.getKey();
      try {
        check.getValue().run();
        System.out.println("ok " + check.getKey());
      } catch (Exception | AssertionError why) {
        failed = true;
        System.out.println("FAILED " + check.getKey());
        why.printStackTrace(System.out);
      }
    }
    // The SDK's threads would keep the program.
    System.exit(failed ? 1 : 0);
  }
}

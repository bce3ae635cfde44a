#include "proto/event_types.hpp"

#include <array>

#include <fmt/format.h>

namespace millrace::proto {
namespace {

constexpr std::array kTypes{
    EventType{"millrace.request.created.v1", "millrace.events.v1.RequestCreated", "request", "created",
              "request:", ""},
    EventType{"millrace.request.createdonbehalf.v1", "millrace.events.v1.RequestOnBehalfCreated", "request",
              "createdonbehalf", "request:", ""},
    EventType{"millrace.workflow.started.v1", "millrace.events.v1.WorkflowStarted", "workflow", "started",
              "request:", ""},
    EventType{"millrace.workflow.approved.v1", "millrace.events.v1.WorkflowApproved", "workflow", "approved",
              "request:", ""},
    EventType{"millrace.training.scheduled.v1", "millrace.events.v1.TrainingScheduled", "training",
              "scheduled", "training:", ""},
    EventType{"millrace.test.assigned.v1", "millrace.events.v1.TestAssigned", "test", "assigned",
              "operator:", ""},
    EventType{"millrace.test.completed.v1", "millrace.events.v1.TestCompleted", "test", "completed",
              "operator:", ""},
    EventType{"millrace.operator.certified.v1", "millrace.events.v1.OperatorCertified", "operator",
              "certified", "operator:", ""},
    EventType{"millrace.matrix.updated.v1", "millrace.events.v1.VersatilityMatrixUpdated", "matrix",
              "updated", "matrix:", ""},
    EventType{"millrace.sla.breached.v1", "millrace.events.v1.SLABreached", "sla", "breached", "", ""},
    EventType{"millrace.notification.sent.v1", "millrace.events.v1.NotificationSent", "notification", "sent",
              "notification:", ""},
    EventType{"millrace.event.withheld.v1", "millrace.events.v1.EventWithheld", "event", "withheld", "", ""},
    EventType{"millrace.stream.checkpoint.v1", "millrace.events.v1.StreamCheckpoint", "stream", "checkpoint",
              "stream:", ""},
    EventType{"millrace.event.received.v1", "millrace.events.v1.EventReceived", "event", "received", "", ""},
    EventType{"millrace.command.decideworkflowstep.v1", "millrace.commands.v1.DecideWorkflowStep", "command",
              "decideworkflowstep", "request:", "workflow"},
    EventType{"millrace.command.voidattempt.v1", "millrace.commands.v1.VoidAttempt", "command", "voidattempt",
              "operator:", "training"},
};

}  // namespace

std::span<const EventType> event_types() {
  return kTypes;
}

const EventType* find_event_type(std::string_view type) {
  for (const auto& known : kTypes) {
    if (known.type == type) return &known;
  }
  return nullptr;
}

Result<std::string> partition_key(const EventType& type, std::string_view id) {
  auto key = std::string(type.partition_prefix) + std::string(id);
  if (id.empty() || key.size() > kMostPartitionKeyChars) {
    return fail(ErrorKind::invalid_input,
                fmt::format("a partition key has 1 to {} characters after its prefix, got '{}'",
                            kMostPartitionKeyChars, key));
  }
  return key;
}

}  // namespace millrace::proto

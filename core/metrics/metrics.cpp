#include "core/metrics/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "core/base/log.hpp"

namespace millrace::metrics {

struct Registry::Impl {
  prometheus::Registry registry{prometheus::Registry::InsertBehavior::Merge};
};

Registry::Registry() : impl_(std::make_unique<Impl>()) {}
Registry::~Registry() = default;

void Registry::Counter::add(double by) {
  static_cast<prometheus::Counter*>(impl_)->Increment(by);
}
double Registry::Counter::value() const {
  return static_cast<prometheus::Counter*>(impl_)->Value();
}
void Registry::Gauge::set(double value) {
  static_cast<prometheus::Gauge*>(impl_)->Set(value);
}
double Registry::Gauge::value() const {
  return static_cast<prometheus::Gauge*>(impl_)->Value();
}
void Registry::Histogram::observe(double value) {
  static_cast<prometheus::Histogram*>(impl_)->Observe(value);
}

Registry::Counter Registry::counter(const std::string& name, const std::string& help, const Labels& labels) {
  Counter handle;
  handle.impl_ = &prometheus::BuildCounter().Name(name).Help(help).Register(impl_->registry).Add(labels);
  return handle;
}

Registry::Gauge Registry::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  Gauge handle;
  handle.impl_ = &prometheus::BuildGauge().Name(name).Help(help).Register(impl_->registry).Add(labels);
  return handle;
}

Registry::Histogram Registry::histogram(const std::string& name, const std::string& help,
                                        const std::vector<double>& bounds, const Labels& labels) {
  Histogram handle;
  handle.impl_ =
      &prometheus::BuildHistogram().Name(name).Help(help).Register(impl_->registry).Add(labels, bounds);
  return handle;
}

std::string Registry::text() const {
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

namespace {
constexpr const char* kAlarmMetric = "millrace_alarm";
constexpr const char* kAlarmHelp = "1 while the alarm of this name is raised.";
}  // namespace

void Alarms::raise(const std::string& name, const std::string& reason) {
  since_.try_emplace(name, clock_.wall());
  auto& known = active_[name];
  if (known == reason) return;
  known = reason;
  registry_.gauge(kAlarmMetric, kAlarmHelp, {{"name", name}}).set(1);
  log::error("alarm.raised", {{"name", name}, {"reason", reason}});
}

void Alarms::clear(const std::string& name) {
  if (active_.erase(name) == 0) return;
  since_.erase(name);
  registry_.gauge(kAlarmMetric, kAlarmHelp, {{"name", name}}).set(0);
  log::info("alarm.cleared", {{"name", name}});
}

}  // namespace millrace::metrics

// Counters, gauges and alarms in the Prometheus text format.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/clock.hpp"

namespace millrace::metrics {

using Labels = std::map<std::string, std::string>;

/// Everything one daemon exposes. Handles are cheap to copy, thread-safe, and live as long as the registry.
/// Names follow Prometheus: millrace_{part}_{what}_{unit}[_total].
class Registry {
 public:
  Registry();
  ~Registry();

  class Counter {
   public:
    void add(double by = 1);
    double value() const;

   private:
    friend class Registry;
    void* impl_ = nullptr;
  };
  class Gauge {
   public:
    void set(double value);
    double value() const;

   private:
    friend class Registry;
    void* impl_ = nullptr;
  };
  class Histogram {
   public:
    void observe(double value);

   private:
    friend class Registry;
    void* impl_ = nullptr;
  };

  /// The same name and labels give the same metric.
  Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  /// `bounds` ascending; made at the first call for a name.
  Histogram histogram(const std::string& name, const std::string& help, const std::vector<double>& bounds,
                      const Labels& labels = {});

  /// The exposition text for /metrics.
  std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The alarms of one daemon. An alarm is one thing everywhere: an error line `alarm.raised name=… reason=…`
/// (once per change), the metric millrace_alarm{name} and a reason in /readyz. One thread (the loop).
class Alarms {
 public:
  /// Both must outlive it.
  Alarms(Registry& registry, const Clock& clock) : registry_(registry), clock_(clock) {}
  /// Raises it, or changes its reason. `name` is stable ("broker-disconnected").
  void raise(const std::string& name, const std::string& reason);
  void clear(const std::string& name);
  const std::map<std::string, std::string>& active() const { return active_; }
  /// When an active one was raised; a change of its reason leaves that as it is.
  WallTime since(const std::string& name) const { return since_.at(name); }

 private:
  Registry& registry_;
  const Clock& clock_;
  std::map<std::string, std::string> active_;  // name → reason
  std::map<std::string, WallTime> since_;      // of the same names
};

}  // namespace millrace::metrics

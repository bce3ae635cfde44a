#include "edge/roster/lockout.hpp"

#include <fmt/format.h>

#include "core/base/crypto.hpp"

namespace millrace::edge {
namespace {

/// What was typed as a badge may be anything, a PIN included: only its hash is kept.
Bytes subject_of(std::string_view badge) {
  const auto digest = sha256(as_bytes(badge));
  return {digest.begin(), digest.end()};
}

int64_t mono_ms(MonoTime time) {
  return time.time_since_epoch().count();
}

void prune_unknown(store::Connection& db) {
  db.statement(
        "DELETE FROM lockout WHERE subject IN (SELECT subject FROM lockout WHERE known = 0"
        " ORDER BY tried DESC LIMIT -1 OFFSET ?)")
      .bind(kMostUnknownBadges)
      .run();
}

}  // namespace

void Lockout::start(store::Connection& db, MonoTime now) const {
  auto& rows =
      db.statement("SELECT DISTINCT failures FROM lockout WHERE boot <> ? OR ? = ''").bind(boot_, boot_);
  std::vector<uint32_t> counts;
  while (rows.step()) counts.push_back(static_cast<uint32_t>(rows.integer(0)));
  rows.reset();
  for (const auto failures : counts) {
    db.statement(
          "UPDATE lockout SET boot = ?, locked_until_mono_ms = ? WHERE failures = ? AND (boot <> ? OR ? = "
          "'')")
        .bind(boot_, mono_ms(now + lockout_after(failures)), failures, boot_, boot_)
        .run();
  }
}

Outcome<Millis> Lockout::take_try(store::Connection& db, std::string_view badge, bool known,
                                  MonoTime now) const {
  const auto subject = subject_of(badge);
  uint32_t failures = 0;
  auto& row =
      db.statement("SELECT failures, locked_until_mono_ms FROM lockout WHERE subject = ?").bind(subject);
  if (row.step()) {
    failures = static_cast<uint32_t>(row.integer(0));
    const auto wait_ms = row.integer(1) - mono_ms(now);
    if (wait_ms > 0) {
      row.reset();
      const auto wait_s = static_cast<unsigned>((wait_ms + 999) / 1000);
      return refuse(Reason::locked_out, fmt::format("Too many wrong PINs. Try again in {} s.", wait_s),
                    wait_s);
    }
  }
  row.reset();
  ++failures;
  const auto wait = lockout_after(failures);
  auto& written =
      db.statement(
            "INSERT INTO lockout (subject, known, failures, boot, locked_until_mono_ms, tried)"
            " VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(tried), 0) + 1 FROM lockout))"
            " ON CONFLICT (subject) DO UPDATE SET known = excluded.known, failures = excluded.failures,"
            " boot = excluded.boot, locked_until_mono_ms = excluded.locked_until_mono_ms, tried = "
            "excluded.tried RETURNING tried")
          .bind(subject, known ? 1 : 0, failures, boot_, mono_ms(now + wait));
  written.step();
  const auto tried = written.integer(0);
  written.reset();
  // To find the oldest, all are looked at.
  if (tried % kPrunedEvery == 0) prune_unknown(db);
  return wait;
}

void Lockout::give_back(store::Connection& db, std::string_view badge) const {
  // Whoever was let through to a try had waited, so there is no wait to restore.
  db.statement(
        "UPDATE lockout SET failures = max(failures - 1, 0), locked_until_mono_ms = 0 WHERE subject = ?")
      .bind(subject_of(badge))
      .run();
}

void Lockout::clear(store::Connection& db, std::string_view badge) const {
  db.statement("DELETE FROM lockout WHERE subject = ?").bind(subject_of(badge)).run();
}

void Lockout::unlock(store::Connection& db, std::string_view badge, const Unlock& by) const {
  clear(db, badge);
  db.statement("INSERT INTO unlock (at, leader_id, operator_id, kiosk) VALUES (?, ?, ?, ?)")
      .bind(by.at.time_since_epoch().count(), by.leader_id, by.operator_id, by.kiosk)
      .run();
}

}  // namespace millrace::edge

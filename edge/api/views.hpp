// The API's answers as JSON.
#pragma once

#include <string>

#include "edge/api/reports.hpp"

namespace millrace::edge {

/// The photo of whoever is signed in.
inline constexpr std::string_view kPhotoPath = "/api/v1/session/photo";

std::string status_json(const BoxStatus& status, const KioskSettings& kiosk, WallTime now, ClockState clock,
                        const std::vector<std::string>& languages);
std::string roster_json(const std::vector<const Operator*>& people);
/// `photo`: its address; empty for none.
std::string session_json(const Operator& person, const std::string& photo, const Session& session,
                         WallTime expires_at);
std::string work_json(const WorkReport& work);
/// Never the answer key. `lease` is 0 for whoever does not hold the attempt, and is not told what is asked.
std::string attempt_json(const AttemptReport& report, uint64_t lease, MonoTime now);
std::string saved_json(const Saved& saved);
std::string result_json(const ResultReport& result);
/// `id_name`: what the id is of, "attempt_id" or "event_id".
std::string sync_json(std::string_view id_name, const Uuid& id, const std::vector<SyncStep>& steps);

}  // namespace millrace::edge

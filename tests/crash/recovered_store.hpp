// Whether a box's store holds what was answered: opened as the edge opens it.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/base/uuid.hpp"
#include "core/store/database.hpp"
#include "tests/crash/disk_states.hpp"

namespace millrace::crash {

enum Verdict : int { good, not_opened, not_whole, answer_lost, chain_broken, unusable, died };
inline constexpr std::array<const char*, 7> kVerdicts{
    "good",        "cannot be opened", "integrity check failed",
    "answer lost", "chain broken",     "takes no new record",
    "check died"};

/// The edge's own steps.
std::span<const store::Migration> box_migrations();

/// The edge.db of this folder: it is whole, its chain too, everything answered is there, and it takes one
/// more record. For a child: what was opened ends with the process.
Verdict look_at_box(const std::filesystem::path& folder, const std::set<Uuid>& answered);

/// Looks 0 to `count` - 1, in that order, silently, in a process of its own; the look that ends it is `died`,
/// and the next one begins in a new process.
std::vector<Verdict> in_child(size_t count, const std::function<Verdict(size_t)>& look);

/// The folder then holds these files and no other. Touches only the pages that differ.
void put(const std::filesystem::path& folder, const std::map<std::string, Content>& state);

}  // namespace millrace::crash

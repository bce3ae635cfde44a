#include "tests/crash/disk_states.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace millrace::crash {

std::vector<Entry> read_log(const std::filesystem::path& log) {
  std::ifstream in(log, std::ios::binary);
  if (!in) throw std::runtime_error(log.string() + ": cannot be read");
  std::vector<Entry> entries;
  for (;;) {
    Entry entry;
    if (!in.read(reinterpret_cast<char*>(&entry.head), sizeof entry.head)) break;
    entry.data.resize(entry.head.length);
    if (!in.read(reinterpret_cast<char*>(entry.data.data()), entry.head.length))
      throw std::runtime_error(log.string() + ": ends in the middle of an entry");
    entries.push_back(std::move(entry));
  }
  return entries;
}

bool DiskStates::advance() {
  if (next_ == entries_.size()) return false;
  const auto& entry = entries_[next_++];
  at_answer_ = false;
  if (entry.head.op == Op::sync_folder) {
    sync_folder();
    return true;
  }
  auto& name = names_[entry.head.file];
  if (entry.head.op == Op::name) {
    name.assign(entry.data.begin(), entry.data.end());
    return true;
  }
  at_answer_ = name == kAnswersFile;
  if (at_answer_) {
    Uuid id;
    if (entry.data.size() != id.bytes.size()) throw std::runtime_error("an answer is not an id");
    std::ranges::copy(entry.data, id.bytes.begin());
    answered_.insert(id);
    return true;
  }
  auto& file = files_[name];
  if (entry.head.op == Op::sync_failed) {
    file.pending.clear();
    return true;
  }
  if (entry.head.op != Op::sync) {
    file.pending.push_back(&entry);
    return true;
  }
  for (const auto* done : file.pending) apply(file.synced, *done, {Part::all, 0});
  file.pending.clear();
  return true;
}

void DiskStates::sync_folder() {
  for (auto& [name, file] : files_) {
    const auto last = std::ranges::find_if(file.pending.rbegin(), file.pending.rend(),
                                           [](const auto* entry) { return entry->head.op == Op::remove; });
    if (last == file.pending.rend()) continue;
    file.synced.reset();
    file.pending.erase(file.pending.begin(), last.base());
  }
}

size_t DiskStates::pending() const {
  size_t count = 0;
  for (const auto& [name, file] : files_) count += file.pending.size();
  return count;
}

std::map<std::string, Content> DiskStates::state(const std::vector<Choice>& choices) const {
  std::map<std::string, Content> out;
  auto choice = choices.begin();
  for (const auto& [name, file] : files_) {
    auto content = file.synced;
    bool removed = true;  // as far as the log says; a name that is still there holds the old file
    for (const auto* entry : file.pending) {
      const auto& chosen = *choice++;
      if (entry->head.op == Op::remove) removed = chosen.part != Part::nothing;
      if (removed) apply(content, *entry, chosen);
    }
    if (content) out[name] = std::move(content);
  }
  return out;
}

void DiskStates::apply(Content& content, const Entry& entry, const Choice& choice) {
  if (choice.part == Part::nothing) return;
  const auto& head = entry.head;
  if (head.op == Op::remove) {
    content.reset();
    return;
  }
  if (!content) content.emplace();
  if (head.op == Op::truncate) {
    content->resize(head.offset);
    return;
  }
  for (size_t at = 0; at < entry.data.size();) {
    const auto sector = (head.offset + at) / kSectorBytes;
    const auto end = std::min<size_t>(entry.data.size(), (sector + 1) * kSectorBytes - head.offset);
    if (choice.part == Part::all || (choice.sectors >> (sector % 64) & 1U) != 0) {
      if (content->size() < head.offset + end) content->resize(head.offset + end);
      std::copy(entry.data.begin() + static_cast<std::ptrdiff_t>(at),
                entry.data.begin() + static_cast<std::ptrdiff_t>(end),
                content->begin() + static_cast<std::ptrdiff_t>(head.offset + at));
    }
    at = end;
  }
}

}  // namespace millrace::crash

#include "tests/ledger/ledger.hpp"

namespace millrace::ledger {

std::array<Verdict, kInvariants> Ledger::verdicts() const {
  std::array<Verdict, kInvariants> out;
  const auto judge = [&]<class One>(const One& check) {
    auto& verdict = out.at(One::kInvariant - 1);
    verdict = {Verdict::State::not_looked_at, One::kPromise, One::kNeeds, check.looked(),
               findings_.count(One::kInvariant)};
    if (verdict.violations > 0) {
      verdict.state = Verdict::State::violated;
    } else if (verdict.looked > 0) {
      verdict.state = Verdict::State::held;
    }
  };
  std::apply([&](const auto&... check) { (judge(check), ...); }, checks_);
  return out;
}

}  // namespace millrace::ledger

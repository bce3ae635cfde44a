// Requests and decisions as JSON.
#pragma once

#include <string>

#include <boost/json/array.hpp>

#include "edge/api/request_reports.hpp"

namespace millrace::edge {

std::string choices_json(const RequestCatalogue& catalogue, const std::vector<const Operator*>& people);
std::string request_json(const RequestReport& request);
std::string batch_json(const std::vector<RequestReport>& requests);
std::string decision_json(const DecisionReport& decision);
std::string decisions_json(const DecisionsReport& decisions);
/// As a part of a person's work.
boost::json::array to_array(const std::vector<RequestReport>& requests);

}  // namespace millrace::edge

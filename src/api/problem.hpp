// Answers that say no: problem documents (RFC 9457) with a stable code, a sentence for a person,
// the field that is to blame, and windows that would work.
#pragma once

#include <string>
#include <vector>

#include "api/message.hpp"
#include "booking/refusal.hpp"
#include "json/field_error.hpp"
#include "json/schema_book.hpp"

namespace berth {

struct Problem {
    int status = 500;
    std::string code;
    std::string detail;
    std::string field = {};
    std::vector<Suggestion> suggestions = {};
};

Response to_response(const Problem& problem);
// 500, where only the server's log can say more.
Response internal_error();
boost::json::value problem_schema(json::SchemaBook& book);

// The one place that says which refusal is which HTTP status.
int status_of(RefusalCode code);
Problem problem_of(const Refusal& refusal);
Problem problem_of(const json::FieldError& error);

}  // namespace berth

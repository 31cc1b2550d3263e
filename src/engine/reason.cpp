#include "engine/reason.hpp"

#include "engine/look_up.hpp"
#include "engine/refuse.hpp"

namespace berth {

namespace {

const char* name_of(ReasonFor what) {
    switch (what) {
        case ReasonFor::book_p0:
            return "P0";
        case ReasonFor::evict:
            return "eviction";
        case ReasonFor::move:
            return "move";
        case ReasonFor::extend:
            return "extension";
        case ReasonFor::shorten:
            return "shortening";
        case ReasonFor::cancel:
            return "cancellation";
        case ReasonFor::transfer:
            return "transfer";
        case ReasonFor::maintenance:
            return "maintenance";
    }
    return "change";
}

bool says_something(const std::string& reason) {
    return reason.find_first_not_of(" \t\r\n") != std::string::npos;
}

}  // namespace

std::expected<void, Refusal> check_reason(const Turn& turn, ReasonFor what) {
    const bool wanted = turn.policy().reason_required.contains(what);
    if (!wanted || says_something(turn.reason()) || turn.actor() == system_actor) return {};
    return std::unexpected(refusal(
        RefusalCode::reason_missing, "reason",
        std::string("say why, in \"reason\": this site wants one for every ") + name_of(what)));
}

std::expected<void, Refusal> check_reason_to_book(const Turn& turn, Priority priority) {
    if (priority != Priority::P0) return {};
    return check_reason(turn, ReasonFor::book_p0);
}

}  // namespace berth

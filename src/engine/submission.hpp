// A command with who asks and why, and what becomes of it.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "booking/command.hpp"
#include "booking/refusal.hpp"
#include "booking/reservation.hpp"
#include "engine/journal_port.hpp"

namespace berth {

struct Submission {
    std::string actor;
    std::string reason;
    std::string idempotency_key;  // empty: none
    std::string body_hash;        // of the request's bytes; compared when the key comes again
    Command command;
};

struct Committed {
    // As it stands now, when the command was about one; else null.
    std::shared_ptr<const Reservation> reservation;
    std::uint64_t sequence = 0;  // of the last row it wrote (or once wrote)
    bool repeated = false;       // the idempotency key had been seen
};

using Answer = std::expected<Committed, Refusal>;

// A committed row together with its reservation's state right after it.
struct Published {
    JournalRow row;
    std::shared_ptr<const Reservation> reservation;  // null when the row is about none
};

}  // namespace berth

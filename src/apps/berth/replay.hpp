// The engine's state as a journal file tells it, at any row or time: the pure engine applied to the
// rows, without a server.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "apps/berth/session.hpp"
#include "engine/state.hpp"

namespace berth::cli {

// Up to where rows are applied; absent: all of them.
struct ReplayLimit {
    std::optional<std::uint64_t> sequence;
    std::optional<Instant> time;
};

// Nothing: said already.
std::optional<State> replay(Session& session, const std::string& journal, const SlotGrid& grid,
                            const ReplayLimit& limit);

}  // namespace berth::cli

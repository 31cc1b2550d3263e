// The token that a job proves itself with; it opens /api/v1/jobs/self for its own attempt alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/launcher_port.hpp"

namespace berth {

class JobTokenPort {
public:
    virtual ~JobTokenPort() = default;
    [[nodiscard]] virtual std::string issue(const AttemptId& attempt) const = 0;
    [[nodiscard]] virtual std::optional<AttemptId> verify(std::string_view token) const = 0;
};

}  // namespace berth

// Where the output and results of ended attempts are kept.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "booking/reservation.hpp"
#include "engine/launcher_port.hpp"

namespace berth {

class ArchivePort {
public:
    virtual ~ArchivePort() = default;

    // Keeps the attempt's log and the results in its work folder, with a manifest. Idempotent; what
    // it says was archived is on disk. Returns the folder, or a sentence about what failed.
    virtual std::expected<std::string, std::string> keep(const Reservation& reservation,
                                                         const AttemptId& attempt,
                                                         const std::string& log_file,
                                                         const std::string& work_folder) = 0;
    // The attempt's output as text; nothing when it is not archived.
    [[nodiscard]] virtual std::optional<std::string> log(const AttemptId& attempt) const = 0;
};

}  // namespace berth

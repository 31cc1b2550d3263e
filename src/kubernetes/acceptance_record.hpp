// Which attempts the API server has accepted, on this machine's disk: what stands here is never
// submitted again, even when somebody has deleted its Job. Also that it ran, why it is being
// stopped and how it ended, until it is forgotten: a pod that is gone takes all that with it.
//
//     AcceptanceRecord record(folder / "accepted");          // reads what is there
//     record.add({lines…});                                  // on the disk when it returns
//
// One thread at a time. A line that a crash cut off is as if it had never been written.
#pragma once

#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/launcher_port.hpp"
#include "json/described.hpp"

namespace berth {

// `prepared`: there may be a Secret and image-pull pods of it, and nothing more. `stopping`: Berth
// is about to take away its pods or its Job; why, is the line's detail.
enum class RecordedStep { prepared, accepted, stopping, ended, forgotten };
BOOST_DESCRIBE_ENUM(RecordedStep, prepared, accepted, stopping, ended, forgotten)

struct RecordLine {
    static constexpr bool all_optional = true;
    static constexpr std::array<std::string_view, 9> left_out{
        "namespace_name", "job_uid",    "work_folder", "ordered_at", "ends_at",
        "exit_code",      "started_at", "ended_at",    "detail"};

    RecordedStep step = RecordedStep::accepted;
    ReservationId reservation;
    int attempt = 0;
    std::string namespace_name;
    std::string job_uid;
    std::string work_folder;            // the folder that it works in ("r-17")
    std::optional<Instant> ordered_at;  // by the site's clock
    std::optional<Instant> ends_at;
    std::optional<int> exit_code;
    std::optional<Instant> started_at;
    std::optional<Instant> ended_at;
    std::string detail;

    [[nodiscard]] AttemptId id() const { return {reservation, attempt}; }
};
BOOST_DESCRIBE_STRUCT(RecordLine, (),
                      (step, reservation, attempt, namespace_name, job_uid, work_folder, ordered_at,
                       ends_at, exit_code, started_at, ended_at, detail))

RecordLine stopping_line(const AttemptId& id, const std::string& why);

// What the lines about one attempt come to.
struct RecordedAttempt {
    RecordedStep step = RecordedStep::prepared;
    RecordLine facts;  // as it was prepared or accepted
    std::string stop = {};
    std::optional<RecordLine> end = {};
};

class AcceptanceRecord {
public:
    // Throws std::runtime_error when the file can neither be read nor made.
    explicit AcceptanceRecord(std::filesystem::path file);

    [[nodiscard]] const std::map<AttemptId, RecordedAttempt>& attempts() const { return attempts_; }
    // Error: a sentence; then the lines count in this process alone, until a later call, were it
    // with no lines, has succeeded.
    std::expected<void, std::string> add(const std::vector<RecordLine>& lines);
    // All that was added is on the disk.
    [[nodiscard]] bool is_whole() const { return is_whole_; }

private:
    void take(const RecordLine& line);
    std::expected<void, std::string> write_anew();

    std::filesystem::path file_;
    bool is_whole_ = false;
    std::size_t appended_ = 0;  // lines, since it was written anew
    std::map<AttemptId, RecordedAttempt> attempts_;
};

}  // namespace berth

// The attempts that a launcher knows, each with its folder, and every step that one can take. Not
// thread-safe: the launcher holds its lock around each call.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "engine/clock_port.hpp"
#include "engine/launcher_port.hpp"
#include "launch/attempt_look.hpp"
#include "launch/launch_options.hpp"
#include "launch/supervisor.hpp"

namespace berth {

class AttemptBook {
public:
    // `watch` is given each supervisor whose end matters. Reads the attempts that are on the disk.
    AttemptBook(ClockPort& clock, LaunchOptions options,
                std::function<void(const ProcessMark&)> watch);

    void order(const AttemptOrder& order);
    void stop(const AttemptId& id);
    // True when that is news.
    bool set_end(const AttemptId& id, Instant ends_at);
    void notify(const AttemptId& id, const std::string& kind, Instant deadline,
                const std::string& message);
    void withdraw_notice(const AttemptId& id);
    void forget(const AttemptId& id);
    [[nodiscard]] std::vector<AttemptStatus> statuses() const;
    [[nodiscard]] AttemptFolder folder_of(const AttemptId& id) const;

    // Looks at every attempt that has not ended, and starts what may start. Answers when to look
    // again even though nothing happens.
    std::optional<std::chrono::milliseconds> look();
    // True once after an attempt has started or ended.
    bool take_changed();
    // Stops what has come to its end by the site's clock. Answers when to come back.
    std::optional<Instant> hold_to_time();

private:
    // What its notice file says; the rest of it follows from this.
    struct ShownNotice {
        std::string kind;
        std::string deadline;

        bool operator==(const ShownNotice&) const = default;
    };
    struct Attempt {
        AttemptId id;
        AttemptFolder folder;
        JobOrder order = {};
        std::optional<std::string> yolo_document = {};
        Instant ends_at = {};    // the order's, or where it was moved to
        bool end_moved = false;  // … and the disk does not know it yet
        AttemptState state = AttemptState::ordered;
        std::optional<JobStatus> status = {};
        bool is_written = false;  // its order is on the disk
        bool is_watched = false;
        bool stop_wanted = false;
        bool told_of_end = false;  // stopped gently, as its time ends; before its very end
        bool killed_at_end = false;
        std::string trouble = {};                 // why it could not be started yet
        std::optional<Instant> seen_ending = {};  // by the site's clock
        std::optional<ShownNotice> notice = {};
    };

    void load();
    void load_one(const std::filesystem::path& path);
    void refresh(Attempt& attempt);
    void adopt(Attempt& attempt, AttemptState state, std::optional<JobStatus> status);
    void advance(Attempt& attempt);
    [[nodiscard]] bool may_start_beside_others(const Attempt& attempt) const;
    std::expected<void, std::string> write_down(Attempt& attempt);
    void write_end(Attempt& attempt);
    static std::optional<ShownNotice> read_notice(const AttemptFolder& folder);
    static void withdraw_old_notice(Attempt& attempt);
    static void take_notice_away(Attempt& attempt);
    void end_unstarted(Attempt& attempt, const std::string& why);
    void signal_supervisor(const Attempt& attempt, int signal, StopReason reason);
    std::optional<Instant> hold_to_time(Attempt& attempt, Instant now);
    [[nodiscard]] AttemptStatus status_of(const Attempt& attempt) const;
    [[nodiscard]] SiteClock site_clock() const;
    [[nodiscard]] std::optional<Instant> booted_at() const;

    ClockPort& clock_;
    LaunchOptions options_;
    std::function<void(const ProcessMark&)> watch_;
    std::map<AttemptId, Attempt> attempts_;
    bool changed_ = false;
};

}  // namespace berth

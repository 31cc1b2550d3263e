// The output of every attempt's pods, kept on this machine before anything is deleted. The first
// pod's grows live in the attempt's log; the others' are fetched when the attempt ends, and stand
// below it under a heading each.
//
//     logs.follow(id, first_pod);            // again and again: it is fine
//     logs.collect(id, begun_pods);          // it is ending; again whenever they change
//     logs.conclude(id, all_pods);           // all are over
//     if (logs.is_complete(id)) …            // `moved` is called when that becomes so
//
// At most `most_streams` are open at once, of which the live ones leave some free. A log that
// cannot be had within `patience` after its container's end is noted in the file, in words. All on
// the client's thread.
#pragma once

#include <chrono>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/launcher_port.hpp"
#include "kubernetes/api_client.hpp"
#include "kubernetes/log_copy.hpp"

namespace berth {

struct LogSource {
    std::string namespace_name;
    std::string pod;
    std::string node;
    int rank = 0;
    bool is_over = false;  // its container has ended, so its log is whole; or the pod is gone
};

// Where an attempt's log is.
std::filesystem::path log_file_in(const std::filesystem::path& folder, const AttemptId& id);

class AttemptLogs : public std::enable_shared_from_this<AttemptLogs> {
public:
    static constexpr std::size_t most_streams = 512;
    static constexpr std::size_t most_live_streams = 448;
    static constexpr std::chrono::seconds patience{20};

    // Keeps a reference to the client. `moved`: something has changed for this attempt.
    AttemptLogs(ApiClient& client, std::filesystem::path folder,
                std::function<void(const AttemptId&)> moved,
                std::function<void(const std::string&)> report);

    void follow(const AttemptId& id, const LogSource& first);
    void collect(const AttemptId& id, const std::vector<LogSource>& begun);
    void conclude(const AttemptId& id, const std::vector<LogSource>& all);
    // Each of its streams has brought something or ended: nothing that is said from now on is lost.
    [[nodiscard]] bool is_attached(const AttemptId& id) const;
    // All that can be had is in its log.
    [[nodiscard]] bool is_complete(const AttemptId& id) const;
    // Closes what is open and removes its folder.
    void forget(const AttemptId& id);
    // Closes everything; the copies go on where they are when they are asked for again.
    void close();

private:
    using Clock = std::chrono::steady_clock;
    struct Copy {
        LogSource source;
        LogCopy file;
        std::optional<ApiClient::StreamId> stream = {};
        bool is_queued = false;
        bool opened_whole = false;  // its container was over already when the stream was opened
        bool had_any = false;       // an answer with its log
        bool is_attached = false;
        bool is_done = false;
        int refusals = 0;  // one after another
        Clock::time_point next_try = {};
        Clock::time_point last_sign = {};  // of life; or when its container was seen to be over
        std::string trouble = {};
    };
    struct Attempt {
        std::map<int, Copy> copies;  // by rank
        bool is_collecting = false;
        bool has_all = false;  // no more pods will come
        bool is_merged = false;
    };

    [[nodiscard]] std::filesystem::path folder_of(const AttemptId& id) const;
    [[nodiscard]] std::filesystem::path log_file(const AttemptId& id) const;
    Copy& copy_of(const AttemptId& id, const LogSource& source);
    void take_up_kept(const AttemptId& id, Attempt& attempt);
    void want_stream(const AttemptId& id, Copy& copy);
    void open_waiting();
    void open(const AttemptId& id, Copy& copy);
    void received(const AttemptId& id, int rank, std::string_view bytes);
    void ended(const AttemptId& id, int rank, const ApiReply& reply);
    void wait_for_server(const AttemptId& id, Copy& copy, const ApiReply& reply);
    void try_again_later(const AttemptId& id, Copy& copy, std::chrono::milliseconds pause);
    void finish(const AttemptId& id, Copy& copy);
    void merge(const AttemptId& id, Attempt& attempt);
    void close_stream(Copy& copy);
    void tick();
    void tick_later();
    Copy* find(const AttemptId& id, int rank);

    ApiClient& client_;
    std::filesystem::path folder_;
    std::function<void(const AttemptId&)> moved_;
    std::function<void(const std::string&)> report_;
    std::map<AttemptId, Attempt> attempts_;
    std::deque<std::pair<AttemptId, int>> urgent_;  // wait for a stream: of attempts that end
    std::deque<std::pair<AttemptId, int>> live_;    // … that run
    std::set<std::string> speaking_nodes_;  // a log has come from there: so there is a kubelet
    std::size_t open_streams_ = 0;
    bool ticks_ = false;
    bool told_trouble_ = false;
};

}  // namespace berth

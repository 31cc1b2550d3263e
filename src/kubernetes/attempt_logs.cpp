#include "kubernetes/attempt_logs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string_view>

#include "files/durable_file.hpp"

namespace berth {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds between_ticks{1'000};
constexpr std::chrono::milliseconds first_pause{500};
constexpr std::chrono::milliseconds longest_pause{30'000};
constexpr std::chrono::seconds longest_silence_of_ended{2};
// Of a node that never gave a log: there may be no kubelet at all.
constexpr int enough_refusals = 3;
constexpr std::chrono::milliseconds pause_when_away{2'000};
constexpr int not_found = 404;
constexpr std::size_t block = 256UL * 1024;

std::string log_path(const LogSource& source, const LogCopy& file) {
    std::string path =
        fmt::format("/api/v1/namespaces/{}/pods/{}/log?container=main&timestamps=true",
                    source.namespace_name, escaped(source.pod));
    if (!source.is_over) path += "&follow=true";
    const std::string since = file.query();
    return since.empty() ? path : path + "&" + since;
}

// No answer, or one that comes from the API server itself, as when it has just started: it says
// nothing of the node and its log.
bool is_away(const ApiReply& reply) {
    constexpr int unauthorized = 401;
    constexpr int forbidden = 403;
    constexpr int too_many = 429;
    return reply.status == 0 || reply.status == unauthorized || reply.status == forbidden ||
           reply.status == too_many;
}

std::chrono::milliseconds pause_after(int refusals) {
    return std::min(longest_pause, first_pause * (1 << std::clamp(refusals - 1, 0, 6)));
}

std::string heading_of(const LogSource& source) {
    if (source.pod.empty()) return fmt::format("\n===== Output of pod {} =====\n", source.rank);
    return fmt::format("\n===== Output of pod {} ({}), on {} =====\n", source.rank, source.pod,
                       source.node.empty() ? "no node" : source.node);
}

// That of "pod-3.log".
std::optional<int> rank_of_copy(const std::string& name) {
    constexpr std::string_view before = "pod-";
    constexpr std::string_view after = ".log";
    if (!name.starts_with(before) || !name.ends_with(after)) return std::nullopt;
    const char* const end = name.data() + (name.size() - after.size());
    int rank = 0;
    const auto read = std::from_chars(name.data() + before.size(), end, rank);
    return read.ec == std::errc() && read.ptr == end ? std::optional(rank) : std::nullopt;
}

// Block by block: a log may be larger than memory.
std::expected<std::uint64_t, std::string> append_file(const fs::path& to, std::uint64_t offset,
                                                      const fs::path& from) {
    std::ifstream input(from, std::ios::binary);
    std::string bytes(block, '\0');
    while (input) {
        input.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        const auto got = static_cast<std::size_t>(input.gcount());
        if (const auto written = write_at(to, offset, std::string_view(bytes).substr(0, got));
            !written) {
            return std::unexpected(written.error());
        }
        offset += got;
    }
    return offset;
}

}  // namespace

fs::path log_file_in(const fs::path& folder, const AttemptId& id) {
    return folder / id.text() / "output.log";
}

AttemptLogs::AttemptLogs(ApiClient& client, fs::path folder,
                         std::function<void(const AttemptId&)> moved,
                         std::function<void(const std::string&)> report)
    : client_(client),
      folder_(std::move(folder)),
      moved_(std::move(moved)),
      report_(std::move(report)) {}

fs::path AttemptLogs::folder_of(const AttemptId& id) const {
    return folder_ / id.text();
}

fs::path AttemptLogs::log_file(const AttemptId& id) const {
    return log_file_in(folder_, id);
}

void AttemptLogs::follow(const AttemptId& id, const LogSource& first) {
    want_stream(id, copy_of(id, first));
    open_waiting();
}

void AttemptLogs::collect(const AttemptId& id, const std::vector<LogSource>& begun) {
    attempts_[id].is_collecting = true;
    for (const LogSource& source : begun) want_stream(id, copy_of(id, source));
    open_waiting();
}

void AttemptLogs::conclude(const AttemptId& id, const std::vector<LogSource>& all) {
    collect(id, all);
    Attempt& attempt = attempts_[id];
    if (!attempt.has_all) take_up_kept(id, attempt);
    attempt.has_all = true;
    merge(id, attempt);
}

// The copies of pods that went before this server saw them. The first pod's is taken up also where
// it never had any output: what is written into its file from now on is none of its own.
void AttemptLogs::take_up_kept(const AttemptId& id, Attempt& attempt) {
    const auto take_up = [&](int rank) {
        if (attempt.copies.contains(rank)) return;
        LogSource gone;
        gone.rank = rank;
        gone.is_over = true;
        Copy& copy = copy_of(id, gone);
        copy.file.finish();
        copy.is_done = true;
    };
    std::error_code error;
    std::vector<int> ranks;
    for (fs::directory_iterator entry(folder_of(id), error), end; !error && entry != end;
         entry.increment(error)) {
        if (const auto rank = rank_of_copy(entry->path().filename())) ranks.push_back(*rank);
    }
    std::ranges::for_each(ranks, take_up);
    if (!attempt.copies.empty() || fs::exists(log_file(id), error)) take_up(0);
}

AttemptLogs::Copy& AttemptLogs::copy_of(const AttemptId& id, const LogSource& source) {
    std::map<int, Copy>& copies = attempts_[id].copies;
    auto found = copies.find(source.rank);
    if (found == copies.end()) {
        std::error_code error;
        fs::create_directories(folder_of(id), error);
        const fs::path file = source.rank == 0
                                  ? log_file(id)
                                  : folder_of(id) / fmt::format("pod-{}.log", source.rank);
        found =
            copies.try_emplace(source.rank, Copy{.source = source, .file = LogCopy(file)}).first;
        found->second.last_sign = Clock::now();
    }
    Copy& copy = found->second;
    if (source.is_over && !copy.source.is_over) {
        copy.last_sign = Clock::now();
        copy.next_try = {};
        copy.refusals = 0;
    }
    copy.source = source;
    return copy;
}

void AttemptLogs::want_stream(const AttemptId& id, Copy& copy) {
    tick_later();
    if (copy.is_done || copy.stream || copy.is_queued || Clock::now() < copy.next_try) return;
    copy.is_queued = true;
    (attempts_[id].is_collecting ? urgent_ : live_).emplace_back(id, copy.source.rank);
}

void AttemptLogs::open_waiting() {
    const auto open_from = [this](auto& queue, std::size_t most) {
        while (!queue.empty() && open_streams_ < most) {
            const auto [id, rank] = queue.front();
            queue.pop_front();
            if (Copy* copy = find(id, rank); copy != nullptr && copy->is_queued) {
                copy->is_queued = false;
                open(id, *copy);
            }
        }
    };
    open_from(urgent_, most_streams);
    open_from(live_, most_live_streams);
}

AttemptLogs::Copy* AttemptLogs::find(const AttemptId& id, int rank) {
    const auto attempt = attempts_.find(id);
    if (attempt == attempts_.end()) return nullptr;
    const auto copy = attempt->second.copies.find(rank);
    return copy == attempt->second.copies.end() ? nullptr : &copy->second;
}

void AttemptLogs::open(const AttemptId& id, Copy& copy) {
    copy.file.cut();
    copy.opened_whole = copy.source.is_over;
    ++open_streams_;
    const int rank = copy.source.rank;
    const auto self = weak_from_this();
    copy.stream = client_.open(
        {.path = log_path(copy.source, copy.file), .patience = std::chrono::milliseconds::zero()},
        [self, id, rank](std::string_view bytes) {
            if (const auto logs = self.lock()) logs->received(id, rank, bytes);
        },
        [self, id, rank](const ApiReply& reply) {
            if (const auto logs = self.lock()) logs->ended(id, rank, reply);
        });
}

void AttemptLogs::received(const AttemptId& id, int rank, std::string_view bytes) {
    Copy* copy = find(id, rank);
    if (copy == nullptr) return;
    copy->last_sign = Clock::now();
    copy->had_any = true;
    copy->refusals = 0;
    speaking_nodes_.insert(copy->source.node);
    if (const auto added = copy->file.add(bytes); !added && !told_trouble_) {
        told_trouble_ = true;
        report_("The log of " + id.text() + " is not kept: " + added.error());
    }
    if (copy->is_attached) return;
    copy->is_attached = true;
    moved_(id);
}

void AttemptLogs::ended(const AttemptId& id, int rank, const ApiReply& reply) {
    Copy* copy = find(id, rank);
    if (copy == nullptr) return;
    copy->stream.reset();
    copy->is_attached = true;
    --open_streams_;
    const bool is_gone = reply.status == not_found;
    if (is_away(reply)) return wait_for_server(id, *copy, reply);
    if (reply.is_ok()) {
        copy->had_any = true;
        speaking_nodes_.insert(copy->source.node);
        copy->refusals = 0;
    } else {
        ++copy->refusals;
        copy->trouble = is_gone ? "the pod is gone" : reply.message();
    }
    const bool was_whole = reply.is_ok() && reply.trouble.empty() && copy->opened_whole;
    const bool never_speaks = reply.status != 0 && copy->refusals >= enough_refusals &&
                              !speaking_nodes_.contains(copy->source.node);
    if (was_whole || (copy->source.is_over && (is_gone || never_speaks))) {
        finish(id, *copy);
    } else {
        try_again_later(id, *copy, pause_after(copy->refusals));
    }
    moved_(id);
    open_waiting();
}

// The node has as long as it ever had once the API server is back.
void AttemptLogs::wait_for_server(const AttemptId& id, Copy& copy, const ApiReply& reply) {
    copy.trouble = reply.message();
    if (reply.status == 0) copy.last_sign = Clock::now();
    try_again_later(id, copy, pause_when_away);
    moved_(id);
    open_waiting();
}

void AttemptLogs::try_again_later(const AttemptId& id, Copy& copy,
                                  std::chrono::milliseconds pause) {
    copy.next_try = Clock::now() + pause;
    client_.call_later(pause, [self = weak_from_this(), id, rank = copy.source.rank] {
        const auto logs = self.lock();
        Copy* waiting = logs ? logs->find(id, rank) : nullptr;
        if (waiting == nullptr) return;
        logs->want_stream(id, *waiting);
        logs->open_waiting();
    });
}

void AttemptLogs::finish(const AttemptId& id, Copy& copy) {
    copy.is_done = true;
    copy.is_queued = false;
    copy.file.finish();
    merge(id, attempts_[id]);
}

// Once all are there. The first pod's copy, which conclude() sees to that there is one, begins the
// file; a server that was restarted in between merges anew, from the other copies, which stay until
// the attempt is forgotten.
void AttemptLogs::merge(const AttemptId& id, Attempt& attempt) {
    if (!attempt.has_all || attempt.is_merged) return;
    for (const auto& [rank, copy] : attempt.copies) {
        if (!copy.is_done) return;
    }
    attempt.is_merged = true;
    const fs::path file = log_file(id);
    std::uint64_t offset = 0;
    for (auto& [rank, copy] : attempt.copies) {
        const bool has_trouble = !copy.had_any && copy.file.size() == 0 && !copy.trouble.empty();
        std::string words = rank == 0 ? std::string() : heading_of(copy.source);
        if (rank == 0) offset = copy.file.size();
        if (has_trouble) {
            words += fmt::format("[Berth could not fetch the output of pod {}: {}]\n",
                                 copy.source.pod, copy.trouble);
        }
        if (const auto written = write_at(file, offset, words); !written) {
            return report_(written.error());
        }
        offset += words.size();
        if (rank == 0) continue;
        const auto appended = append_file(file, offset, copy.file.file());
        if (!appended) return report_(appended.error());
        offset = *appended;
    }
}

bool AttemptLogs::is_attached(const AttemptId& id) const {
    const auto found = attempts_.find(id);
    return found == attempts_.end() ||
           std::ranges::all_of(found->second.copies, [](const auto& entry) {
               return entry.second.is_attached || entry.second.is_done;
           });
}

bool AttemptLogs::is_complete(const AttemptId& id) const {
    const auto found = attempts_.find(id);
    return found != attempts_.end() && found->second.is_merged;
}

void AttemptLogs::tick_later() {
    if (ticks_) return;
    ticks_ = true;
    client_.call_later(between_ticks, [self = weak_from_this()] {
        if (const auto logs = self.lock()) logs->tick();
    });
}

void AttemptLogs::close_stream(Copy& copy) {
    if (!copy.stream) return;
    client_.close(*copy.stream);
    copy.stream.reset();
    --open_streams_;
}

void AttemptLogs::tick() {
    ticks_ = false;
    const auto now = Clock::now();
    std::vector<AttemptId> given_up;
    for (auto& [id, attempt] : attempts_) {
        for (auto& [rank, copy] : attempt.copies) {
            if (copy.is_done) continue;
            copy.file.keep_cursor();
            const bool is_over = attempt.is_collecting && copy.source.is_over && !copy.is_queued;
            const auto silent_for = now - copy.last_sign;
            // It was to end with its container; asked for anew, it comes whole or not at all.
            const bool hangs = is_over && copy.stream && !copy.opened_whole &&
                               silent_for > longest_silence_of_ended;
            const bool is_late = is_over && silent_for > patience;
            if (hangs || is_late) close_stream(copy);
            if (!is_late) {
                want_stream(id, copy);
                continue;
            }
            if (copy.trouble.empty()) copy.trouble = "it did not come in time";
            given_up.push_back(id);
            finish(id, copy);
        }
        if (!attempt.is_merged) tick_later();
    }
    open_waiting();
    for (const AttemptId& id : given_up) moved_(id);
}

void AttemptLogs::forget(const AttemptId& id) {
    const auto found = attempts_.find(id);
    if (found != attempts_.end()) {
        for (auto& [rank, copy] : found->second.copies) close_stream(copy);
        attempts_.erase(found);
    }
    std::error_code error;
    fs::remove_all(folder_of(id), error);
    open_waiting();
}

void AttemptLogs::close() {
    for (auto& [id, attempt] : attempts_) {
        for (auto& [rank, copy] : attempt.copies) {
            if (copy.stream) client_.close(*copy.stream);
            copy.file.keep_cursor();
        }
    }
    attempts_.clear();
    open_streams_ = 0;
}

}  // namespace berth

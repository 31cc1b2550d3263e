#include "launch/attempt_book.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <system_error>
#include <tuple>

#include "files/durable_file.hpp"
#include "launch/job_order.hpp"
#include "launch/site_time.hpp"
#include "launch/supervisor_process.hpp"

namespace berth {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds soon{20};            // while a process is starting, or being killed
constexpr milliseconds retry_pause{1'000};  // after a failure of the machine's

// What says that the attempt's time ends; any other kind has another deadline.
constexpr auto end_notice = "end";
constexpr auto forgotten_prefix = ".forgotten-";

// "r-17.1"
std::optional<AttemptId> parse_attempt(const std::string& text) {
    const auto dot = text.rfind('.');
    if (dot == std::string::npos) return std::nullopt;
    const auto reservation = ReservationId::parse(text.substr(0, dot));
    if (!reservation) return std::nullopt;
    AttemptId id{*reservation, 0};
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + dot + 1, end, id.number);
    if (error != std::errc() || stop != end || id.number < 1) return std::nullopt;
    return id;
}

// Two trainers in one folder would spoil each other's checkpoints.
bool get_in_each_others_way(const JobOrder& one, const JobOrder& other) {
    if (one.work && one.work == other.work) return true;
    return std::ranges::any_of(one.gpus, [&](const std::string& gpu) {
        return std::ranges::find(other.gpus, gpu) != other.gpus.end();
    });
}

}  // namespace

AttemptBook::AttemptBook(ClockPort& clock, LaunchOptions options,
                         std::function<void(const ProcessMark&)> watch)
    : clock_(clock), options_(std::move(options)), watch_(std::move(watch)) {
    load();
}

void AttemptBook::load() {
    for (const auto& entry : fs::directory_iterator(options_.attempts_folder)) {
        const std::string name = entry.path().filename();
        if (name.starts_with(forgotten_prefix)) {
            std::error_code ignored;
            fs::remove_all(entry.path(), ignored);
        } else {
            load_one(entry.path());
        }
    }
    changed_ = false;  // nobody has asked yet
}

void AttemptBook::load_one(const fs::path& path) {
    const auto id = parse_attempt(path.filename());
    if (!id) return;
    Attempt attempt{.id = *id, .folder = AttemptFolder(path)};
    const auto order = attempt.folder.order();
    // Neither order nor status: the server died before it had written down what to do.
    if (!order && !attempt.folder.status()) return;
    if (order) attempt.order = *order;
    attempt.ends_at = attempt.folder.moved_end().value_or(attempt.order.ends_at);
    attempt.is_written = true;
    attempt.notice = read_notice(attempt.folder);
    withdraw_old_notice(attempt);
    refresh(attempts_.emplace(*id, std::move(attempt)).first->second);
}

void AttemptBook::order(const AttemptOrder& order) {
    if (attempts_.contains(order.id)) return;
    Attempt attempt{.id = order.id, .folder = folder_of(order.id)};
    attempt.order = make_job_order(order, attempt.folder, options_, clock_.now(), site_clock());
    attempt.ends_at = order.ends_at;
    if (order.workload.kind == WorkloadKind::yolo) {
        attempt.yolo_document = training_document(order.workload);
    }
    advance(attempts_.emplace(order.id, std::move(attempt)).first->second);
}

void AttemptBook::stop(const AttemptId& id) {
    const auto found = attempts_.find(id);
    if (found == attempts_.end() || found->second.state == AttemptState::ended) return;
    Attempt& attempt = found->second;
    attempt.stop_wanted = true;
    if (attempt.state == AttemptState::ordered) advance(attempt);
    if (attempt.state == AttemptState::running) {
        signal_supervisor(attempt, SIGTERM, StopReason::asked);
    }
}

bool AttemptBook::set_end(const AttemptId& id, Instant ends_at) {
    const auto found = attempts_.find(id);
    if (found == attempts_.end() || found->second.state == AttemptState::ended) return false;
    Attempt& attempt = found->second;
    if (attempt.ends_at == ends_at) return false;
    attempt.ends_at = ends_at;
    attempt.end_moved = true;
    write_end(attempt);
    return true;
}

// What cannot be written now is written by a later look. The notice stays until then, as the
// supervisor does not know better.
void AttemptBook::write_end(Attempt& attempt) {
    if (!attempt.end_moved || !attempt.is_written) return;
    if (!attempt.folder.move_end(attempt.ends_at)) return;
    attempt.end_moved = false;
    withdraw_old_notice(attempt);
    if (attempt.state == AttemptState::running) {
        signal_supervisor(attempt, SIGHUP, StopReason::time_is_over);
    }
}

void AttemptBook::notify(const AttemptId& id, const std::string& kind, Instant deadline,
                         const std::string& message) {
    const auto found = attempts_.find(id);
    if (found == attempts_.end() || found->second.state == AttemptState::ended) return;
    const std::string when = to_rfc3339(deadline);
    const auto left = std::chrono::ceil<std::chrono::seconds>(deadline - clock_.now());
    // The seconds count from when the job saw it first: the same notice is not written again.
    const ShownNotice shown{kind, when};
    if (found->second.notice == shown) return;
    const boost::json::object notice{{"kind", kind},
                                     {"deadline", when},
                                     {"seconds_left", std::max<std::int64_t>(left.count(), 0)},
                                     {"message", message}};
    // A failure is not fatal: the job is told through the API and by SIGTERM too.
    const auto written =
        write_durably(found->second.folder.notice_file(), boost::json::serialize(notice) + "\n");
    if (written) found->second.notice = shown;
}

// One about an end that the supervisor does not know to have moved yet stays until it does.
void AttemptBook::withdraw_notice(const AttemptId& id) {
    const auto found = attempts_.find(id);
    if (found == attempts_.end() || !found->second.notice) return;
    const bool end_is_unknown = found->second.end_moved && found->second.notice->kind == end_notice;
    if (!end_is_unknown) take_notice_away(found->second);
}

void AttemptBook::take_notice_away(Attempt& attempt) {
    std::error_code error;
    fs::remove(attempt.folder.notice_file(), error);
    if (!error) attempt.notice.reset();
}

std::optional<AttemptBook::ShownNotice> AttemptBook::read_notice(const AttemptFolder& folder) {
    const auto text = read_whole(folder.notice_file());
    if (!text) return std::nullopt;
    const auto value = json::read(*text);
    const auto* fields = value ? value->if_object() : nullptr;
    const auto field = [&](const char* name) {
        const auto* known = fields != nullptr ? fields->if_contains(name) : nullptr;
        const auto* said = known != nullptr ? known->if_string() : nullptr;
        return said != nullptr ? std::string(*said) : std::string();
    };
    return ShownNotice{field("kind"), field("deadline")};
}

// The job must not leave early for an end that was moved away. Where the new end is near too, it is
// told of that one next.
void AttemptBook::withdraw_old_notice(Attempt& attempt) {
    if (!attempt.notice || attempt.notice->kind != end_notice) return;
    if (attempt.notice->deadline != to_rfc3339(attempt.ends_at)) take_notice_away(attempt);
}

void AttemptBook::forget(const AttemptId& id) {
    const auto found = attempts_.find(id);
    if (found == attempts_.end() || found->second.state != AttemptState::ended) return;
    // Renamed first: half a folder must never look like an attempt that is still to start.
    const fs::path path = found->second.folder.path();
    const fs::path away = path.parent_path() / (forgotten_prefix + id.text());
    std::error_code error;
    fs::rename(path, away, error);
    if (error) return;
    fs::remove_all(away, error);
    attempts_.erase(found);
}

std::vector<AttemptStatus> AttemptBook::statuses() const {
    std::vector<AttemptStatus> statuses;
    for (const auto& [id, attempt] : attempts_) statuses.push_back(status_of(attempt));
    return statuses;
}

AttemptFolder AttemptBook::folder_of(const AttemptId& id) const {
    return AttemptFolder(options_.attempts_folder / id.text());
}

std::optional<milliseconds> AttemptBook::look() {
    for (auto& [id, attempt] : attempts_) {
        if (attempt.state != AttemptState::ended) refresh(attempt);
    }
    std::optional<milliseconds> next;
    const auto come_back_in = [&](milliseconds pause) {
        next = next ? std::min(*next, pause) : pause;
    };
    for (auto& [id, attempt] : attempts_) {
        if (attempt.state == AttemptState::ended) continue;
        write_end(attempt);
        if (attempt.end_moved) come_back_in(retry_pause);
        if (attempt.state == AttemptState::ordered) advance(attempt);
        if (attempt.state == AttemptState::starting) come_back_in(soon);
        if (attempt.state == AttemptState::orphaned) come_back_in(soon);
        if (attempt.state == AttemptState::ordered && !attempt.trouble.empty()) {
            come_back_in(retry_pause);
        }
    }
    return next;
}

bool AttemptBook::take_changed() {
    return std::exchange(changed_, false);
}

void AttemptBook::refresh(Attempt& attempt) {
    if (!attempt.is_written) return;
    auto look = look_at(attempt.folder);
    if (look.state == AttemptState::orphaned && bury(attempt.folder, *look.status, clock_.now())) {
        look.state = AttemptState::ended;
        look.status = attempt.folder.status();
    }
    adopt(attempt, look.state, std::move(look.status));
}

void AttemptBook::adopt(Attempt& attempt, AttemptState state, std::optional<JobStatus> status) {
    if (state != attempt.state) changed_ = true;
    attempt.state = state;
    attempt.status = std::move(status);
    if (state == AttemptState::ended) attempt.seen_ending = clock_.now();
    if (state != AttemptState::running) return;
    if (!std::exchange(attempt.is_watched, true)) {
        watch_(attempt.status->supervisor);
        // Its end may have been moved when nobody could tell it.
        signal_supervisor(attempt, SIGHUP, StopReason::time_is_over);
    }
    if (attempt.stop_wanted) signal_supervisor(attempt, SIGTERM, StopReason::asked);
}

// Precondition: it never ran.
void AttemptBook::advance(Attempt& attempt) {
    if (attempt.stop_wanted) return end_unstarted(attempt, "It was stopped before it started.");
    if (clock_.now() >= attempt.ends_at) {
        return end_unstarted(attempt, "Its time was over before it could start.");
    }
    attempt.trouble.clear();
    if (const auto written = write_down(attempt); !written) {
        attempt.trouble = written.error();
        return;
    }
    write_end(attempt);
    if (!may_start_beside_others(attempt)) return;
    const auto ran = run_supervisor(options_.supervisor, attempt.folder, booted_at());
    refresh(attempt);
    if (attempt.state != AttemptState::ordered) return;
    attempt.trouble = ran ? "Its supervisor did not start." : ran.error();
}

bool AttemptBook::may_start_beside_others(const Attempt& attempt) const {
    const auto place = [](const Attempt& one) { return std::tie(one.order.ordered_at, one.id); };
    return std::ranges::none_of(attempts_, [&](const auto& entry) {
        const Attempt& other = entry.second;
        if (other.id == attempt.id || other.state == AttemptState::ended) return false;
        if (!get_in_each_others_way(attempt.order, other.order)) return false;
        return other.state != AttemptState::ordered || place(other) < place(attempt);
    });
}

std::expected<void, std::string> AttemptBook::write_down(Attempt& attempt) {
    if (attempt.is_written) return {};
    const fs::path work = *attempt.order.work;
    for (const auto& folder : {attempt.folder.path(), work / "checkpoints", work / "results"}) {
        if (const auto made = make_folder_durably(folder); !made) return made;
    }
    if (attempt.yolo_document) {
        const auto written = write_durably(attempt.folder.workload_file(), *attempt.yolo_document);
        if (!written) return written;
    }
    const auto written = attempt.folder.write_order(attempt.order);
    attempt.is_written = written.has_value();
    return written;
}

void AttemptBook::end_unstarted(Attempt& attempt, const std::string& why) {
    JobStatus status;
    status.phase = JobPhase::ended;
    status.ended_at = clock_.now();
    status.detail = why;
    auto written = write_down(attempt);
    if (written) written = attempt.folder.write_status(status);
    if (written) return adopt(attempt, AttemptState::ended, std::move(status));
    attempt.trouble = written.error();
}

void AttemptBook::signal_supervisor(const Attempt& attempt, int signal, StopReason reason) {
    if (attempt.status->boot != boot_id()) return;
    send_signal(attempt.status->supervisor, signal, static_cast<int>(reason));
}

std::optional<Instant> AttemptBook::hold_to_time() {
    const Instant now = clock_.now();
    std::optional<Instant> next;
    for (auto& [id, attempt] : attempts_) {
        const auto due = hold_to_time(attempt, now);
        if (due) next = next ? std::min(*next, *due) : *due;
    }
    return next;
}

// A job that has its SIGTERM is killed at its end. Where the clock leapt over both moments at once
// (a virtual one does), it gets its grace all the same, from the supervisor.
std::optional<Instant> AttemptBook::hold_to_time(Attempt& attempt, Instant now) {
    const Instant end = attempt.ends_at;
    if (attempt.state == AttemptState::ordered) {
        if (now < end) return end;
        end_unstarted(attempt, "Its time was over before it could start.");
    }
    if (attempt.state == AttemptState::starting) return now + soon;
    if (attempt.state != AttemptState::running || attempt.killed_at_end) return std::nullopt;
    const Instant gentle = end - options_.grace;
    if (!attempt.told_of_end) {
        if (now < gentle) return gentle;
        signal_supervisor(attempt, SIGTERM, StopReason::time_is_over);
        attempt.told_of_end = true;
        attempt.killed_at_end = now >= end;
        return now < end ? std::optional(end) : std::nullopt;
    }
    if (now < end) return end;
    signal_supervisor(attempt, SIGUSR1, StopReason::time_is_over);
    attempt.killed_at_end = true;
    return std::nullopt;
}

AttemptStatus AttemptBook::status_of(const Attempt& attempt) const {
    AttemptStatus status{.id = attempt.id};
    const auto& known = attempt.status;
    if (attempt.state == AttemptState::running || attempt.state == AttemptState::orphaned) {
        status.phase = AttemptStatus::Phase::running;
    } else if (attempt.state == AttemptState::ended) {
        status.phase = AttemptStatus::Phase::ended;
    }
    if (!known) {
        status.detail = attempt.trouble;
        return status;
    }
    status.exit_code = known->exit_code;
    status.detail = known->detail;
    status.started_at = known->started_at;
    status.ended_at = known->ended_at;
    if (clock_.is_virtual()) {  // the supervisor knows only the machine's clock
        if (known->started_at) status.started_at = attempt.order.ordered_at;
        if (known->ended_at) status.ended_at = attempt.seen_ending;
    }
    return status;
}

// The supervisor goes on with the site's time, should the wall clock be wrong just now.
std::optional<Instant> AttemptBook::booted_at() const {
    if (clock_.is_virtual()) return std::nullopt;
    return clock_.now() - since_boot();
}

SiteClock AttemptBook::site_clock() const {
    return clock_.is_virtual() ? SiteClock::virtual_time : SiteClock::wall;
}

}  // namespace berth

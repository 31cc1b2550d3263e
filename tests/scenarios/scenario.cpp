#include "scenarios/scenario.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "engine/plan.hpp"

namespace berth::test {

namespace {

using std::runtime_error;

// Monday of the week in which scenarios play.
constexpr std::chrono::local_days monday{std::chrono::year{2026} / 11 / 30};

std::vector<std::string> split(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

int number(const std::string& text) {
    std::size_t used = 0;
    const int value = std::stoi(text, &used);
    if (used == 0) throw runtime_error("not a number: " + text);
    return value;
}

double hours(const std::string& text) {
    if (!text.ends_with('h')) throw runtime_error("a length looks like 32h, not " + text);
    return std::stod(text.substr(0, text.size() - 1));
}

ReservationId id(const std::string& text) {
    const auto parsed = ReservationId::parse(text);
    if (!parsed) throw runtime_error(parsed.error());
    return *parsed;
}

template <class Enum>
std::string name_of(Enum value) {
    return boost::describe::enum_to_string(value, "?");
}

}  // namespace

void Scenario::run_file(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw runtime_error("cannot read " + path);
    Scenario scenario;
    int line_number = 0;
    for (std::string line; std::getline(file, line);) {
        ++line_number;
        if (const auto comment = line.find('#'); comment != std::string::npos) line.resize(comment);
        if (split(line).empty()) continue;
        try {
            scenario.run_line(line);
        } catch (const std::exception& error) {
            throw runtime_error(path + ":" + std::to_string(line_number) + ": " + line + "\n  " +
                                error.what());
        }
    }
}

void Scenario::run_line(const std::string& line) {
    const Words words = split(line);
    const std::string& verb = words.front();
    if (verb == "site") return site(words);
    if (verb == "node") return node(words);
    if (verb == "at") return at(words);
    if (verb == "clock") return clock(words);
    if (verb == "job") return job(words);
    if (verb == "expect") return expect(line, words);
    throw runtime_error("unknown line");
}

void Scenario::site(const Words& words) {
    zone_ = words.at(1);
    slot_minutes_ = static_cast<int>(hours(words.at(2)) * 60);
}

// node node1 has 4 A100 of 40 GB [label=value ...]
void Scenario::node(const Words& words) {
    GpuSpec spec;
    spec.node = words.at(1);
    spec.model = words.at(4);
    if (words.size() > 6) spec.memory_gb = number(words.at(6));
    for (std::size_t i = 8; i < words.size(); ++i) {
        const auto equals = words[i].find('=');
        spec.labels[words[i].substr(0, equals)] = words[i].substr(equals + 1);
    }
    for (int device = 0; device < number(words.at(3)); ++device) {
        spec.device = device;
        specs_.push_back(spec);
    }
}

const State& Scenario::state() {
    if (!writer_) {
        auto grid = SlotGrid::make(zone_, std::chrono::minutes(slot_minutes_));
        if (!grid) throw runtime_error(grid.error());
        now_ = grid->from_local(monday + std::chrono::seconds(0)).value();
        WriterOptions options;
        options.published = [this](const std::vector<Published>& rows) {
            for (const Published& one : rows) {
                events_.push_back(decode_event(one.row.kind, one.row.event).value());
            }
        };
        writer_ = std::make_unique<Writer>(
            journal_,
            State(std::make_shared<const Fleet>(), *grid, now_, CalendarLimits{},
                  std::make_shared<const Policy>(policy_)),
            std::move(options));
        must_carry_out("berth", DeclareFleet{specs_});
    }
    return writer_->state();
}

// "wed 20:00", "wed+1 20:00" (a week later)
Instant Scenario::time_from(const Words& words, std::size_t& next) const {
    static constexpr std::array days{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    const std::string& day_word = words.at(next++);
    const auto day = std::ranges::find(days, day_word.substr(0, 3));
    if (day == days.end()) throw runtime_error("a time looks like wed 20:00, not " + day_word);
    const int week = day_word.size() > 4 ? number(day_word.substr(4)) : 0;
    const std::string& clock_word = words.at(next++);
    const int hour = number(clock_word.substr(0, 2));
    const int minute = number(clock_word.substr(3, 2));
    const auto local = monday + std::chrono::days((day - days.begin()) + 7 * week) +
                       std::chrono::hours(hour) + std::chrono::minutes(minute);
    return writer_->state().calendar.grid().from_local(local).value();
}

std::expected<std::vector<Event>, Refusal> Scenario::carry_out(const std::string& actor,
                                                               const Command& command) {
    state();
    std::vector<Order> orders(1);
    Answer answer;
    orders.front().submission = {
        .actor = actor, .reason = {}, .idempotency_key = {}, .body_hash = {}, .command = command};
    orders.front().answer = [&](Answer given) { answer = std::move(given); };
    events_.clear();
    writer_->commit(orders, now_);
    if (!answer) return std::unexpected(answer.error());
    if (answer->reservation) last_reservation_ = answer->reservation->id;
    return events_;
}

std::vector<Event> Scenario::must_carry_out(const std::string& actor, const Command& command) {
    const auto before = last_reservation_;
    auto events = carry_out(actor, command);
    if (!events) throw runtime_error(events.error().message);
    last_reservation_ = before;
    return *events;
}

void Scenario::submit(const std::string& actor, const Command& command) {
    last_actor_ = actor;
    last_ = carry_out(actor, command);
}

void Scenario::move_to(Instant to) {
    state();
    while (true) {
        const auto due = writer_->due();
        if (!due || *due > to) break;
        now_ = std::max(now_, *due);
        writer_->commit({}, now_);
    }
    now_ = to;
    writer_->pass(now_);
}

// reserves 4 [A100] [any] from wed 20:00 for 32h [priority P1] [with a job] [or nearest] [aligned]
ReservationRequest Scenario::request_from(const Words& words, std::size_t i) const {
    ReservationRequest request;
    const std::string& what = words.at(i++);
    if (what.find('/') != std::string::npos) {
        std::istringstream ids(what);
        for (std::string one; std::getline(ids, one, ',');) request.gpus.ids.push_back(one);
    } else {
        request.gpus.count = number(what);
    }
    while (i < words.size()) {
        const std::string word = words[i++];
        if (word == "any" || word.starts_with("same")) {
            request.gpus.spread = word;
        } else if (word == "from" && words.at(i) == "now") {
            ++i;
            request.start = StartTime{};
        } else if (word == "from") {
            request.start = StartTime{time_from(words, i)};
        } else if (word == "for") {
            request.hours = hours(words.at(i++));
        } else if (word == "until") {
            request.end = time_from(words, i);
        } else if (word == "before") {
            request.finish_before = time_from(words, i);
        } else if (word == "priority") {
            boost::describe::enum_from_string(words.at(i++).c_str(), request.priority.emplace());
        } else if (word == "with") {
            i += 2;
            request.workload.emplace().argv = {"/bin/true"};
        } else if (word == "or") {
            ++i;
            request.on_conflict = OnConflict::nearest;
        } else if (word == "aligned") {
            request.align = true;
        } else if (word == "memory") {
            request.gpus.min_memory_gb = number(words.at(i++));
        } else {
            request.gpus.model = word;
        }
    }
    return request;
}

// changes r-1 [from thu 20:00] [for 32h] [until fri 04:00] [onto node1/0,node1/1] [onto 4 A100]
//             [title words…]
ReservationChange Scenario::change_from(const Words& words, std::size_t i) const {
    ReservationChange change;
    while (i < words.size()) {
        const std::string word = words[i++];
        if (word == "from" && words.at(i) == "now") {
            ++i;
            change.start = StartTime{};
        } else if (word == "from") {
            change.start = StartTime{time_from(words, i)};
        } else if (word == "for") {
            change.hours = hours(words.at(i++));
        } else if (word == "until") {
            change.end = time_from(words, i);
        } else if (word == "aligned") {
            change.align = true;
        } else if (word == "onto") {
            change.gpus = request_from({words.begin(), words.end()}, i).gpus;
            return change;
        } else if (word == "title") {
            for (change.title.emplace(); i < words.size(); ++i) *change.title += words[i];
        } else {
            throw runtime_error("a change has no \"" + word + "\"");
        }
    }
    return change;
}

void Scenario::at(const Words& words) {
    state();
    std::size_t i = 1;
    move_to(time_from(words, i));
    const std::string actor = words.at(i++);
    const std::string verb = words.at(i++);
    if (verb == "reserves") {
        last_request_ = request_from(words, i);
        return submit(actor, Reserve{*last_request_});
    }
    if (verb == "plans") {
        last_request_ = request_from(words, i);
        return;
    }
    if (verb == "cancels") return submit(actor, Cancel{id(words.at(i)), {}});
    if (verb == "releases") return submit(actor, Release{id(words.at(i)), {}});
    if (verb == "changes") {
        const ReservationId changed = id(words.at(i++));
        return submit(actor, Modify{changed, change_from(words, i), {}});
    }
    throw runtime_error("nobody can do \"" + verb + "\"");
}

void Scenario::clock(const Words& words) {
    state();
    std::size_t i = 2;
    move_to(time_from(words, i));
}

// job r-1 starts | job r-1 ends with 0 | job r-1 cannot start | job r-1 saves epoch 3
void Scenario::job(const Words& words) {
    const ReservationId reservation = id(words.at(1));
    const int attempt = state().find(reservation)->attempt;
    const std::string& what = words.at(2);
    if (what == "starts") return submit("berth", AttemptStarted{reservation, attempt});
    if (what == "ends") {
        return submit("berth", AttemptEnded{reservation, attempt, number(words.at(4)), now_, ""});
    }
    if (what == "cannot") {
        return submit("berth",
                      AttemptEnded{reservation, attempt, std::nullopt, now_, "no such program"});
    }
    if (what == "saves") {
        return submit("berth", SaveCheckpoint{reservation, attempt, "/checkpoints/resume.pt",
                                              number(words.at(4)), 0});
    }
    throw runtime_error("a job cannot \"" + what + "\"");
}

std::string Scenario::gpus_text(const std::vector<std::string>& gpus) const {
    std::string text;
    for (const auto& gpu : gpus) text += (text.empty() ? "" : ",") + gpu;
    return text;
}

void Scenario::expect(const std::string& line, const Words& words) {
    const std::string& what = words.at(1);
    if (what.starts_with("r-")) return expect_state(words);
    if (what == "suggestion") return expect_suggestion(words);
    if (what == "every") return expect_every_suggestion_is_accepted();
    if (what == "plan") return expect_plan(words);
    if (what == "confirmed" || what == "done") {
        if (!last_) throw runtime_error("refused: " + last_.error().message);
        if (words.size() < 4) return;
        const auto text = gpus_text(writer_->state().find(*last_reservation_)->gpus);
        if (text != words.at(3)) throw runtime_error("it is on " + text);
        return;
    }
    if (what == "refused") {
        if (last_) throw runtime_error("it was not refused");
        const std::string code = name_of(last_.error().code);
        if (code != words.at(2)) throw runtime_error(code + ": " + last_.error().message);
        return;
    }
    if (what == "sentence") {
        const auto quote = line.find('"');
        const std::string wanted = line.substr(quote + 1, line.rfind('"') - quote - 1);
        if (last_) throw runtime_error("it was not refused");
        if (last_.error().message.find(wanted) == std::string::npos) {
            throw runtime_error("the sentence is: " + last_.error().message);
        }
        return;
    }
    throw runtime_error("unknown expectation");
}

// expect r-1 is running | expect r-1 ends wed 22:00 | expect r-1 starts … | expect r-1 says "…"
void Scenario::expect_state(const Words& words) {
    const Reservation* reservation = state().find(id(words.at(1)));
    if (reservation == nullptr) throw runtime_error("there is no such reservation");
    std::size_t i = 3;
    if (words.at(2) == "is") {
        const std::string found = name_of(reservation->state);
        if (found != words.at(3)) throw runtime_error("it is " + found);
        return;
    }
    if (words.at(2) == "mentions") {
        if (reservation->detail.value_or("").find(words.at(3)) == std::string::npos) {
            throw runtime_error("it says: " + reservation->detail.value_or(""));
        }
        return;
    }
    const Instant found = words.at(2) == "ends" ? reservation->end : reservation->start;
    if (found != time_from(words, i)) throw runtime_error("it does at " + to_rfc3339(found));
}

// expect suggestion same_gpus_later [on node1/0] [at wed 22:00]
void Scenario::expect_suggestion(const Words& words) {
    if (last_) throw runtime_error("it was not refused");
    std::string seen;
    for (const Suggestion& suggestion : last_.error().suggestions) {
        const std::string kind = name_of(suggestion.kind);
        seen += "\n    " + kind + " on " + gpus_text(suggestion.gpus) + " at " +
                to_rfc3339(suggestion.start) + " to " + to_rfc3339(suggestion.end);
        if (kind != words.at(2)) continue;
        bool fits = true;
        for (std::size_t i = 3; i < words.size();) {
            const std::string& word = words[i++];
            if (word == "on") fits = fits && gpus_text(suggestion.gpus) == words.at(i++);
            if (word == "at") fits = fits && suggestion.start == time_from(words, i);
            if (word == "until") fits = fits && suggestion.end == time_from(words, i);
        }
        if (fits) return;
    }
    throw runtime_error("the suggestions are:" + seen);
}

void Scenario::expect_every_suggestion_is_accepted() {
    if (last_) throw runtime_error("it was not refused");
    if (last_.error().suggestions.empty()) throw runtime_error("there is no suggestion");
    for (const Suggestion& suggestion : last_.error().suggestions) {
        ReservationRequest again = *last_request_;
        again.gpus = {};
        again.gpus.ids = suggestion.gpus;
        again.start = StartTime{suggestion.start};
        again.hours.reset();
        again.end = suggestion.end;
        const Submission submission{.actor = last_actor_,
                                    .reason = {},
                                    .idempotency_key = {},
                                    .body_hash = {},
                                    .command = Reserve{again}};
        const auto answer = writer_->rehearse(submission, now_);
        if (!answer) {
            throw runtime_error(name_of(suggestion.kind) +
                                " is refused: " + answer.error().message);
        }
    }
}

// expect plan yes finish thu 10:00 | expect plan no finish fri 04:00
void Scenario::expect_plan(const Words& words) {
    const auto answer = plan(state(), *last_request_, now_);
    if (!answer) throw runtime_error(answer.error().message);
    if (answer->feasible != (words.at(2) == "yes")) throw runtime_error(answer->summary);
    for (std::size_t i = 3; i < words.size();) {
        const std::string& word = words[i++];
        if (word != "finish") continue;
        const Instant wanted = time_from(words, i);
        if (answer->earliest_finish != wanted) {
            throw runtime_error("the earliest finish is " +
                                (answer->earliest_finish ? to_rfc3339(*answer->earliest_finish)
                                                         : std::string("never")));
        }
    }
}

}  // namespace berth::test

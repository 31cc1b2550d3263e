// What a scenario expects of the reservations as they stand, and of the journal's newest rows.
#include <algorithm>
#include <stdexcept>

#include "engine/queue.hpp"
#include "notify/message.hpp"
#include "scenarios/scenario.hpp"

namespace berth::test {

using std::runtime_error;

namespace {

void expect_instant(std::optional<Instant> found, Line& line, const SlotGrid& grid) {
    if (found == take_time(line, grid)) return;
    throw runtime_error("it is " + (found ? grid.local_text(*found) : std::string("never")));
}

void expect_text(const std::string& found, Line& line) {
    const std::string wanted = line.take_text();
    if (found != wanted) throw runtime_error("it is " + found);
}

void expect_part(const std::string& found, Line& line) {
    const std::string wanted = line.take_text();
    if (found.find(wanted) == std::string::npos) throw runtime_error("it says: " + found);
}

void expect_reference(std::optional<ReservationId> found, Line& line) {
    if (found == take_id(line)) return;
    throw runtime_error("it is " + (found ? found->text() : std::string("none")));
}

void expect_state(const Reservation& reservation, Line& line) {
    const auto wanted = to_enum<ReservationState>(line.take());
    if (reservation.state != wanted) {
        throw runtime_error("it is " + name_of(reservation.state) + ": " +
                            reservation.detail.value_or(""));
    }
}

// notice eviction [at wed 20:30] [for r-2]
void expect_notice(const Reservation& reservation, Line& line, const SlotGrid& grid) {
    const auto kind = to_enum<NoticeKind>(line.take());
    if (!reservation.notice) throw runtime_error("it has no notice");
    const Notice& notice = *reservation.notice;
    if (notice.kind != kind) throw runtime_error("its notice is of " + name_of(notice.kind));
    if (line.take_if("at")) expect_instant(notice.deadline, line, grid);
    if (line.take_if("for")) expect_reference(notice.by, line);
}

// eviction at wed 20:00 by r-2
void expect_planned_eviction(const Reservation& reservation, Line& line, const SlotGrid& grid) {
    if (!reservation.eviction) throw runtime_error("it is not to be evicted");
    if (line.take_if("at")) expect_instant(reservation.eviction->at, line, grid);
    if (line.take_if("by")) expect_reference(reservation.eviction->by, line);
}

// transfer to bob | transfer to team nlp
void expect_transfer(const Reservation& reservation, Line& line) {
    line.take_expected({"to"});
    if (!reservation.transfer) throw runtime_error("no transfer is open");
    const bool team = line.take_if("team");
    const auto& to = team ? reservation.transfer->to_team : reservation.transfer->to_user;
    expect_text(to.value_or("nobody"), line);
}

std::optional<Instant> time_named(const Reservation& reservation, const std::string& word) {
    if (word == "starts") return reservation.start;
    if (word == "ends") return reservation.end;
    if (word == "booked-until") return reservation.booked_end;
    if (word == "may-start-until") return reservation.may_start_late_until;
    if (word == "check-in-by") return reservation.check_in_by;
    if (word == "checked-in") return reservation.checked_in;
    if (word == "idle-since") return reservation.idle_since;
    if (word == "expects-end") return reservation.expected_end;
    if (word == "waits-until" && reservation.wait) return reservation.wait->latest_start;
    if (word == "answers-by" && reservation.wait) return reservation.wait->answer_by;
    return std::nullopt;
}

bool is_time(const std::string& word) {
    static constexpr std::array words{
        "starts",     "ends",       "booked-until", "may-start-until", "check-in-by",
        "checked-in", "idle-since", "expects-end",  "waits-until",     "answers-by"};
    return std::ranges::find(words, word) != words.end();
}

void expect_nothing_of(const Reservation& reservation, const std::string& what) {
    if (what == "notice" && reservation.notice) {
        throw runtime_error("it has a notice of " + name_of(reservation.notice->kind));
    }
    if (what == "trouble" && reservation.trouble) throw runtime_error(*reservation.trouble);
    if (what == "eviction" && reservation.eviction) {
        throw runtime_error("it is to be evicted by " + reservation.eviction->by.text());
    }
    if (what == "transfer" && reservation.transfer) throw runtime_error("a transfer is open");
}

}  // namespace

void Scenario::expect(Line& line) {
    const std::string what = line.peek();
    if (what.starts_with("r-") || what.starts_with("q-")) {
        const Reservation& reservation = find(line);
        return expect_of_reservation(reservation, line);
    }
    line.take();
    if (expect_of_answer(what, line) || expect_fact(what, line)) return;
    throw runtime_error("nothing is known of \"" + what + "\"");
}

const Reservation& Scenario::find(Line& line) {
    const ReservationId id = take_id(line);
    const Reservation* reservation = stage().state().find(id);
    if (reservation == nullptr) throw runtime_error("there is no " + id.text());
    return *reservation;
}

void Scenario::expect_of_reservation(const Reservation& reservation, Line& line) {
    const SlotGrid& grid = stage().grid();
    const std::string what = line.peek();
    if (is_time(what)) {
        line.take();
        expect_instant(time_named(reservation, what), line, grid);
    } else if (line.take_if("on")) {
        expect_text(join(reservation.gpus), line);
    } else if (line.take_if("mentions")) {
        expect_part(reservation.detail.value_or(""), line);
    } else if (line.take_if("notice")) {
        expect_notice(reservation, line, grid);
    } else if (line.take_if("eviction")) {
        expect_planned_eviction(reservation, line, grid);
    } else if (line.take_if("continues")) {
        expect_reference(reservation.continues, line);
    } else if (line.take_if({"continued", "by"})) {
        expect_reference(reservation.continued_by, line);
    } else if (line.take_if("transfer")) {
        expect_transfer(reservation, line);
    } else if (line.take_if("trouble")) {
        expect_part(reservation.trouble.value_or("(no trouble)"), line);
    } else {
        line.take_if("is");
        expect_state(reservation, line);
    }
}

bool Scenario::expect_fact(const std::string& what, Line& line) {
    if (what == "event") {
        expect_event(line, true);
    } else if (what == "reason" || what == "actor") {
        expect_row(what, line);
    } else if (what == "owner" || what == "team" || what == "priority") {
        line.take_expected({"of"});
        const Reservation& reservation = find(line);
        expect_text(what == "owner"  ? reservation.owner
                    : what == "team" ? reservation.team
                                     : name_of(reservation.priority),
                    line);
    } else if (what == "mail") {
        expect_mail(line);
    } else if (what == "planned") {
        expect_planned_start(line);
    } else if (what == "no") {
        const std::string kind = line.take();
        if (kind == "suggestion") {
            expect_no_suggestion(line);
        } else if (kind == "event") {
            expect_event(line, false);
        } else if (kind == "mail") {
            line.take_expected({"to", "operators"});
            if (!mails_to_operators().empty()) throw runtime_error(mails_to_operators().front());
        } else {
            line.take_expected({"for"});
            expect_nothing_of(find(line), kind);
        }
    } else {
        return false;
    }
    return true;
}

// event window_booked [for r-3]: since the last line that was not an expectation
void Scenario::expect_event(Line& line, bool wanted) {
    const std::string kind = line.take();
    const std::string about = line.take_if("for") ? take_id(line).text() : "";
    std::string seen;
    for (const Published& one : stage().rows()) {
        seen += "\n    " + one.row.kind + " for " + one.row.reservation;
        if (one.row.kind != kind || (!about.empty() && one.row.reservation != about)) continue;
        if (wanted) return;
        throw runtime_error("it happened to " + one.row.reservation);
    }
    if (wanted) throw runtime_error("what happened:" + (seen.empty() ? " nothing" : seen));
}

// reason of window_booked [for r-3] "…" | actor of window_booked [for r-3] berth
void Scenario::expect_row(const std::string& what, Line& line) {
    line.take_expected({"of"});
    const std::string kind = line.take();
    const std::string about = line.take_if("for") ? take_id(line).text() : "";
    const auto rows = stage().rows();
    const auto found = std::ranges::find_if(rows, [&](const Published& one) {
        return one.row.kind == kind && (about.empty() || one.row.reservation == about);
    });
    if (found == rows.end()) throw runtime_error("no " + kind + " happened");
    expect_part(what == "reason" ? found->row.reason : found->row.actor, line);
}

// mail to operators "…": one since the last line that was not an expectation
void Scenario::expect_mail(Line& line) {
    line.take_expected({"to", "operators"});
    const auto mails = mails_to_operators();
    if (mails.size() != 1) throw runtime_error("there are " + std::to_string(mails.size()));
    expect_part(mails.front(), line);
}

std::vector<std::string> Scenario::mails_to_operators() {
    std::vector<std::string> mails;
    for (const Published& one : stage().rows()) {
        for (const Message& mail : messages_to_operators(one.row, stage().grid(), {"olga"})) {
            mails.push_back(mail.body);
        }
    }
    return mails;
}

// planned start of q-1 mon 12:00 | planned start of q-1 never
void Scenario::expect_planned_start(Line& line) {
    line.take_expected({"start", "of"});
    const ReservationId id = take_id(line);
    const SlotGrid& grid = stage().grid();
    for (const PlannedStart& start : planned_starts(stage().state(), stage().now())) {
        if (start.id != id) continue;
        if (!line.take_if("never")) return expect_instant(start.at, line, grid);
        if (start.at) throw runtime_error("it is " + grid.local_text(*start.at));
        return;
    }
    throw runtime_error(id.text() + " is not in the queue");
}

}  // namespace berth::test

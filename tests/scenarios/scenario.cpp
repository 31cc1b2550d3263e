#include "scenarios/scenario.hpp"

#include <fstream>
#include <stdexcept>

#include "engine/eviction.hpp"
#include "engine/launcher_port.hpp"
#include "engine/wish.hpp"
#include "scenarios/request_words.hpp"

namespace berth::test {

using std::runtime_error;

void Scenario::run_file(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw runtime_error("cannot read " + path);
    Scenario scenario;
    int line_number = 0;
    std::string line;
    const auto run = [&](auto&& what) {
        try {
            what();
        } catch (const std::exception& error) {
            throw runtime_error(path + ":" + std::to_string(line_number) + ": " + line + "\n  " +
                                error.what());
        }
    };
    while (std::getline(file, line)) {
        ++line_number;
        run([&] { scenario.run_line(line); });
    }
    line = "(the end of the file)";
    run([&] { scenario.stage().expect_same_after_replay(); });
}

void Scenario::run_line(const std::string& text) {
    const auto reason = text.find(" because ");
    Line line(text.substr(0, reason));
    if (line.is_empty()) return;
    because_ = reason == std::string::npos ? "" : text.substr(reason + std::size(" because ") - 1);
    const std::string verb = line.take();
    if (set_up(verb, line)) return line.expect_end();
    if (verb == "expect") {
        expect(line);
    } else {
        stage().forget_rows();
        happen(verb, line);
    }
    line.expect_end();
}

bool Scenario::set_up(const std::string& verb, Line& line) {
    const bool is_before = !stage_;
    if (verb == "node") {
        if (is_before) {
            site_.add_node(line);
        } else {
            node_changes(line);
        }
        return true;
    }
    if (verb != "site" && verb != "policy" && verb != "team" && verb != "operator") return false;
    if (!is_before) throw runtime_error("the site's rules come before the first time");
    if (verb == "site") site_.set_grid(line);
    if (verb == "policy") site_.set_rule(line);
    if (verb == "team") site_.set_team(line);
    if (verb == "operator") site_.add_operators(line);
    return true;
}

void Scenario::happen(const std::string& verb, Line& line) {
    if (verb == "at") return at(line);
    if (verb == "job") return job(line);
    if (verb == "gpus") return gpus(line);
    if (verb == "occupant") return occupant(line);
    if (verb == "restart") return restart(line);
    if (verb == "clock") {
        line.take_expected({"to"});
        return stage().move_to(take_time(line, stage().grid()));
    }
    throw runtime_error("a line cannot begin with \"" + verb + "\"");
}

Stage& Scenario::stage() {
    if (!stage_) stage_ = std::make_unique<Stage>(site_);
    return *stage_;
}

void Scenario::submit(const std::string& actor, const Command& command) {
    last_actor_ = actor;
    last_ = stage().carry_out({.actor = actor,
                               .reason = because_,
                               .idempotency_key = {},
                               .body_hash = {},
                               .command = command});
}

// at mon 09:00 alice …
void Scenario::at(Line& line) {
    stage().move_to(take_time(line, stage().grid()));
    const std::string actor = line.take();
    const std::string verb = line.take();
    if (ask_for_gpus(actor, verb, line) || act_on_one(actor, verb, line)) return;
    throw runtime_error("nobody can do \"" + verb + "\"");
}

bool Scenario::ask_for_gpus(const std::string& actor, const std::string& verb, Line& line) {
    const SlotGrid& grid = stage().grid();
    if (verb == "reserves") {
        last_request_ = take_request(line, grid);
        submit(actor, Reserve{*last_request_});
    } else if (verb == "plans") {
        make_plan(actor, line);
    } else if (verb == "books") {
        line.take_expected({"the", "plan"});
        submit(actor, Reserve{planned_request_.value(), eviction_plan()});
    } else if (verb == "queues") {
        submit(actor, Enqueue{take_queue_request(line, grid)});
    } else if (verb == "maintains") {
        submit(actor, Maintain{take_maintenance(line, grid)});
    } else {
        return false;
    }
    return true;
}

bool Scenario::act_on_one(const std::string& actor, const std::string& verb, Line& line) {
    if (verb == "checks") line.take_expected({"in"});
    if (!line.peek().starts_with("r-") && !line.peek().starts_with("q-")) return false;
    const ReservationId id = take_id(line);
    if (verb == "cancels") {
        submit(actor, Cancel{id, {}});
    } else if (verb == "releases") {
        submit(actor, Release{id, {}});
    } else if (verb == "changes") {
        submit(actor, Modify{id, take_change(line, stage().grid()), {}});
    } else if (verb == "transfers") {
        line.take_expected({"to"});
        submit(actor, Transfer{id, take_transfer(line), {}});
    } else if (verb == "accepts") {
        submit(actor, Accept{id, {}});
    } else if (verb == "declines") {
        submit(actor, Decline{id, {}});
    } else if (verb == "checks") {
        submit(actor, CheckIn{id, {}});
    } else {
        return false;
    }
    return true;
}

// What the wish would become, and for a P0 whom it would disturb. Changes nothing.
void Scenario::make_plan(const std::string& actor, Line& line) {
    const State& state = stage().state();
    last_request_ = take_request(line, stage().grid());
    planned_request_ = last_request_;
    last_actor_ = actor;
    last_ = {};
    last_eviction_.reset();
    last_plan_ = plan(state, actor, *last_request_, stage().now());
    if (!last_plan_) {
        last_ = std::unexpected(last_plan_.error());
        return;
    }
    if (last_request_->priority != Priority::P0) return;
    if (last_plan_->eviction && last_request_->finish_before) {
        last_eviction_ = last_plan_->eviction;
        last_request_->finish_before.reset();
        last_request_->hours.reset();
        last_request_->start = StartTime{last_eviction_->start};
        last_request_->end = last_eviction_->end;
        planned_request_ = last_request_;
    }
    if (last_eviction_ || !last_request_->start) return;
    const auto wish = make_exact(state, *last_request_, stage().now());
    if (!wish || try_place(state.calendar, wish->gpus, wish->span)) return;
    auto eviction = plan_eviction(state, *last_request_, *wish, stage().now());
    if (eviction) {
        last_eviction_ = std::move(*eviction);
    } else {
        last_ = std::unexpected(std::move(eviction.error()));
    }
}

// restart | restart after an outage until mon 19:50
void Scenario::restart(Line& line) {
    if (!line.take_if("after")) return stage().restart();
    line.take_expected({"an", "outage", "until"});
    stage().restart_at(take_time(line, stage().grid()));
}

// node node2 leaves | is not ready | is cordoned | is ready | has 4 A100 of 40 GB, once time has
// begun
void Scenario::node_changes(Line& line) {
    stage().forget_rows();
    Line name_and_verb = line;
    const std::string name = name_and_verb.take();
    if (name_and_verb.take_if("leaves")) {
        line = name_and_verb;
        site_.remove_node(name);
    } else if (name_and_verb.take_if({"is", "not", "ready"})) {
        line = name_and_verb;
        site_.set_ready(name, Health::unready);
    } else if (name_and_verb.take_if({"is", "cordoned"})) {
        line = name_and_verb;
        site_.set_ready(name, Health::unready, name + " is cordoned");
    } else if (name_and_verb.take_if({"is", "ready"})) {
        line = name_and_verb;
        site_.set_ready(name, Health::healthy);
    } else {
        site_.add_node(line);
    }
    submit("berth", DeclareFleet{site_.gpus()});
}

// gpus node1/0,node1/1 fail|recover | gpus of r-1 idle [since mon 20:00] | gpus of r-1 in use
void Scenario::gpus(Line& line) {
    if (!line.take_if("of")) {
        const auto names = split_list(line.take());
        const bool fail = line.take_if("fail");
        if (!fail) line.take_expected({"recover"});
        return submit("berth", ReportHealth{names, fail ? Health::down : Health::healthy});
    }
    const ReservationId id = take_id(line);
    if (line.take_if({"in", "use"})) return submit("berth", ReportUse{id, {}});
    line.take_expected({"idle"});
    Instant since = stage().now();
    if (line.take_if("since")) since = take_time(line, stage().grid());
    submit("berth", ReportUse{id, since});
}

// occupant ml/notebook-0 of dave uses 2 GPUs of node1 | occupant ml/notebook-0 leaves
void Scenario::occupant(Line& line) {
    const std::string name = line.take();
    std::erase_if(occupants_, [&](const Occupant& one) { return one.name == name; });
    if (!line.take_if("leaves")) {
        Occupant one{.node = {}, .name = name, .owner = {}, .gpus = 1, .since = stage().now()};
        line.take_expected({"of"});
        one.owner = line.take();
        line.take_expected({"uses"});
        one.gpus = to_number(line.take());
        if (!line.take_if("GPU")) line.take_expected({"GPUs"});
        line.take_expected({"of"});
        one.node = line.take();
        occupants_.push_back(one);
    }
    submit("berth", ReportOccupants{occupants_});
}

// job r-1 starts | ends with 0 | cannot start | is stopped unseen | saves epoch 3 | …
void Scenario::job(Line& line) {
    const ReservationId id = take_id(line);
    const Reservation* reservation = stage().state().find(id);
    if (reservation == nullptr) throw runtime_error("there is no " + id.text());
    const int attempt = reservation->attempt;
    const Instant now = stage().now();
    if (line.take_if("starts")) {
        submit("berth", AttemptStarted{id, attempt});
    } else if (line.take_if({"ends", "with"})) {
        submit("berth", AttemptEnded{id, attempt, to_number(line.take()), now, ""});
    } else if (line.take_if({"cannot", "start"})) {
        submit("berth", AttemptEnded{id, attempt, std::nullopt, now, "no such program"});
    } else if (line.take_if({"is", "stopped", "unseen"})) {
        const std::string detail(stopped_at_end);
        submit("berth", AttemptEnded{id, attempt, std::nullopt, now, detail});
    } else if (line.take_if({"saves", "epoch"})) {
        const int epoch = to_number(line.take());
        submit("berth", SaveCheckpoint{id, attempt, "/checkpoints/resume.pt", epoch, 0});
    } else if (line.take_if({"waits", "for"})) {
        const std::string what = line.take_if("nothing") ? "" : line.take_text();
        submit("berth", ReportWaiting{id, attempt, what});
    } else if (line.take_if("got")) {
        submit("berth", ReportDevices{id, attempt, split_list(line.take())});
    } else if (line.take_if({"expects", "to", "end"})) {
        submit("berth", ReportExpectedEnd{id, attempt, take_time(line, stage().grid())});
    } else {
        throw runtime_error("a job cannot \"" + line.peek() + "\"");
    }
}

}  // namespace berth::test

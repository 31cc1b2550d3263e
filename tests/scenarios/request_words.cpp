#include "scenarios/request_words.hpp"

namespace berth::test {

namespace {

using std::runtime_error;

StartTime take_start(Line& line, const SlotGrid& grid) {
    if (line.take_if("now")) return {};
    return {take_time(line, grid)};
}

// node1/0,node1/1 | 4
GpuRequest take_gpus(Line& line) {
    GpuRequest gpus;
    const std::string what = line.take();
    if (what.find('/') != std::string::npos) {
        gpus.ids = split_list(what);
    } else {
        gpus.count = to_number(what);
    }
    return gpus;
}

// Wishes about the GPUs, wherever they stand in the line; a word that nothing else is, is a model.
void take_gpu_wish(Line& line, GpuRequest& gpus) {
    const std::string word = line.take();
    const auto equals = word.find('=');
    if (word == "counted") {
        gpus.count = static_cast<int>(gpus.ids.size());
    } else if (word == "per-node") {
        gpus.per_node = to_number(line.take());
    } else if (word == "memory") {
        gpus.min_memory_gb = to_number(line.take());
    } else if (word == "any" || word.starts_with("same")) {
        gpus.spread = word;
    } else if (equals != std::string::npos) {
        gpus.labels[word.substr(0, equals)] = word.substr(equals + 1);
    } else if (!gpus.model) {
        gpus.model = word;
    } else {
        throw runtime_error("\"" + word + "\" is not understood here");
    }
}

// Who asks, and how much it matters: the same in reservations and queue jobs.
bool take_standing(Line& line, auto& request) {
    if (line.take_if("priority")) {
        request.priority = to_enum<Priority>(line.take());
    } else if (line.take_if({"not", "preemptible"})) {
        request.preemptible = false;
    } else if (line.take_if("preemptible")) {
        request.preemptible = true;
    } else if (line.take_if("team")) {
        request.team = line.take();
    } else if (line.take_if("titled")) {
        request.title = line.take_text();
    } else {
        return false;
    }
    return true;
}

// or nearest | or wait [until thu 10:00] [offered] | or evict
void take_on_conflict(Line& line, const SlotGrid& grid, ReservationRequest& request) {
    request.on_conflict = to_enum<OnConflict>(line.take());
    if (request.on_conflict != OnConflict::wait) return;
    request.wait.emplace();
    if (line.take_if("until")) request.wait->latest_start = take_time(line, grid);
    if (line.take_if("offered")) request.wait->mode = WaitMode::offer;
}

Workload some_program() {
    Workload workload;
    workload.argv = {"/bin/true"};
    return workload;
}

}  // namespace

ReservationRequest take_request(Line& line, const SlotGrid& grid) {
    ReservationRequest request;
    request.gpus = take_gpus(line);
    while (!line.at_end()) {
        if (take_standing(line, request)) continue;
        if (line.take_if("from")) {
            request.start = take_start(line, grid);
        } else if (line.take_if("for")) {
            request.hours = take_hours(line);
        } else if (line.take_if("until")) {
            request.end = take_time(line, grid);
        } else if (line.take_if("before")) {
            request.finish_before = take_time(line, grid);
        } else if (line.take_if({"with", "a", "job"})) {
            request.workload = some_program();
        } else if (line.take_if("in")) {
            request.workload = some_program();
            request.workload->nodes = to_number(line.take());
            line.take_expected({"pods"});
            if (line.take_if("of")) request.workload->gpus_per_node = to_number(line.take());
        } else if (line.take_if("or")) {
            take_on_conflict(line, grid, request);
        } else if (line.take_if("aligned")) {
            request.align = true;
        } else {
            take_gpu_wish(line, request.gpus);
        }
    }
    return request;
}

QueueRequest take_queue_request(Line& line, const SlotGrid&) {
    QueueRequest request;
    request.gpus = take_gpus(line);
    request.workload = some_program();
    while (!line.at_end()) {
        if (take_standing(line, request)) continue;
        if (line.take_if("for")) {
            request.minutes = take_hours(line) * 60;
        } else if (line.take_if({"without", "a", "job"})) {
            request.workload.reset();
        } else {
            take_gpu_wish(line, request.gpus);
        }
    }
    return request;
}

ReservationChange take_change(Line& line, const SlotGrid& grid) {
    ReservationChange change;
    while (!line.at_end()) {
        if (line.take_if("from")) {
            change.start = take_start(line, grid);
        } else if (line.take_if("for")) {
            change.hours = take_hours(line);
        } else if (line.take_if("until")) {
            change.end = take_time(line, grid);
        } else if (line.take_if("aligned")) {
            change.align = true;
        } else if (line.take_if("title")) {
            change.title = line.take_rest();
        } else if (line.take_if("onto")) {
            change.gpus = take_gpus(line);
            while (!line.at_end()) take_gpu_wish(line, *change.gpus);
        } else {
            throw runtime_error("a change has no \"" + line.peek() + "\"");
        }
    }
    return change;
}

MaintenanceRequest take_maintenance(Line& line, const SlotGrid& grid) {
    MaintenanceRequest request;
    for (const auto& name : split_list(line.take())) {
        (name.find('/') == std::string::npos ? request.nodes : request.gpus).push_back(name);
    }
    while (!line.at_end()) {
        if (line.take_if("from")) {
            request.start = take_start(line, grid);
        } else if (line.take_if("for")) {
            request.hours = take_hours(line);
        } else if (line.take_if("until")) {
            request.end = take_time(line, grid);
        } else if (line.take_if("displacing")) {
            request.displace = true;
        } else if (line.take_if("aligned")) {
            request.align = true;
        } else {
            throw runtime_error("maintenance has no \"" + line.peek() + "\"");
        }
    }
    return request;
}

TransferOffer take_transfer(Line& line) {
    TransferOffer to;
    if (line.take_if("team")) {
        to.to_team = line.take();
        return to;
    }
    to.to_user = line.take();
    if (line.take_if("of")) to.to_team = line.take();
    return to;
}

}  // namespace berth::test

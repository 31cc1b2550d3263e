// The options that say which GPUs are wanted and when, shared by reserve, train and plan.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "apps/berth/session.hpp"

namespace berth::cli {

struct WishOptions {
    std::optional<int> gpus;  // 1 where nothing else is said
    std::vector<std::string> gpu_ids;
    std::optional<int> per_node;  // of each node that it uses
    std::string model;
    int min_memory = 0;
    std::vector<std::string> labels;
    std::string spread;
    std::string start;
    std::string end;
    std::string before;
    std::string hours;  // a length as it was typed
    std::string title;
    std::string team;
    std::string priority;
    std::string on_conflict;
    std::string latest_start;
    std::string plan;  // a token
    std::string reason;
    std::optional<bool> preemptible;
    bool align = false;
    bool offer = false;
};

void add_gpu_options(CLI::App& command, WishOptions& wish);
void add_window_options(CLI::App& command, WishOptions& wish);
// For whom, how urgent, and whether a P0 may take it.
void add_rank_options(CLI::App& command, WishOptions& wish);
// What is to happen when it is taken.
void add_conflict_options(CLI::App& command, WishOptions& wish);

// The request's body; nothing when a time was not understood, which has then been said.
std::optional<boost::json::object> request_from(Session& session, const WishOptions& wish);

// The "gpus" of a request.
boost::json::object gpus_from(const WishOptions& wish);
// "start", "end" and "hours" of a request. False: a time was not understood, which has been said.
bool put_window(Session& session, boost::json::object& request, const WishOptions& wish);

// How many GPUs a reservation is about that has none yet.
int gpus_asked(const boost::json::object& reservation);

// "r-17 confirmed: 4 × A100 on node1[0-3], Wed 25 Nov 20:00 – Fri 27 Nov 04:00 (Asia/Shanghai)"
std::string confirmation(Session& session, const boost::json::object& reservation);

}  // namespace berth::cli

#include "kubernetes/names.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "kubernetes/object_fields.hpp"

namespace berth {

namespace {

// A pod's name is its host name as well, and that is a DNS label.
constexpr std::size_t longest_name = 63;

// FNV-1a: for telling long names apart, the same on every machine.
std::uint64_t fingerprint(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char letter : text) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
    }
    return hash;
}

}  // namespace

std::string job_name(const std::string& site, const AttemptId& id) {
    return fmt::format("{}-{}-{}", site, id.reservation.text(), id.number);
}

std::string secret_name(const std::string& site, const AttemptId& id) {
    return job_name(site, id) + "-token";
}

std::string image_pull_name(const std::string& site, const AttemptId& id, std::string_view node) {
    const std::string begin = job_name(site, id) + "-pull-";
    const bool fits = begin.size() + node.size() <= longest_name;
    if (fits && node.find('.') == std::string_view::npos) return begin + std::string(node);
    constexpr std::uint64_t twelve_digits = 0xffff'ffff'ffff;
    return fmt::format("{}{:012x}", begin, fingerprint(node) & twelve_digits);
}

std::string task_name(int rank) {
    return fmt::format("rank-{}", rank);
}

std::string pod_name(const std::string& site, const AttemptId& id, int rank) {
    return fmt::format("{}-{}-0", job_name(site, id), task_name(rank));
}

std::string claim_name(const std::string& site, const AttemptId& id, int rank) {
    return fmt::format("{}-gpus-{}", job_name(site, id), rank);
}

std::map<std::string, std::string> labels_of(const std::string& site, const AttemptId& id) {
    return {{label::site, site},
            {label::reservation, id.reservation.text()},
            {label::attempt, std::to_string(id.number)}};
}

std::string selector_of_site(const std::string& site) {
    return fmt::format("{}={}", label::site, site);
}

std::string selector_of(const std::string& site, const AttemptId& id) {
    return fmt::format("{},{}={},{}={}", selector_of_site(site), label::reservation,
                       id.reservation.text(), label::attempt, id.number);
}

std::optional<AttemptId> attempt_in(const std::map<std::string, std::string>& labels) {
    const auto reservation = labels.find(label::reservation);
    const auto attempt = labels.find(label::attempt);
    if (reservation == labels.end() || attempt == labels.end()) return std::nullopt;
    const auto id = ReservationId::parse(reservation->second);
    const auto number = whole_number(attempt->second);
    if (!id || !number || *number < 1) return std::nullopt;
    return AttemptId{*id, *number};
}

std::optional<int> rank_in(const std::map<std::string, std::string>& labels) {
    const auto found = labels.find(label::rank);
    return found == labels.end() ? std::nullopt : whole_number(found->second);
}

}  // namespace berth

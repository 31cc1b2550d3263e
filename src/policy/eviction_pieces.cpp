// Getting GPUs in pieces of one node each: a victim of one piece costs nothing in the next.
//
// Why the harm is at most `pieces` times the least: let O be the best set of victims. While a piece
// is missing, some node has fewer of its pieces taken than O frees there; so what is left of O
// frees one more, and the cheapest piece costs no more than that.
#include <algorithm>
#include <functional>
#include <set>
#include <tuple>

#include "policy/eviction_choice.hpp"

namespace berth {

namespace {

class Pieces {
public:
    Pieces(std::span<const EvictionVictim> victims,
           std::span<const std::vector<EvictableGpu>> nodes, int per_piece)
        : victims_(victims),
          nodes_(nodes.begin(), nodes.end()),
          per_piece_(per_piece),
          best_of_(nodes.size()),
          is_known_(nodes.size()) {}

    // Takes the cheapest piece that is left. Whether there is one.
    bool take_one() {
        std::size_t cheapest = nodes_.size();
        for (std::size_t node = 0; node < nodes_.size(); ++node) {
            look_at(node);
            if (!best_of_[node]) continue;
            if (cheapest == nodes_.size() || cost(*best_of_[node]) < cost(*best_of_[cheapest])) {
                cheapest = node;
            }
        }
        if (cheapest == nodes_.size()) return false;
        take(cheapest);
        return true;
    }

    // Those of the nodes' GPUs that are free once the victims are gone, without those whom the
    // other victims make needless, the dearest first; nothing where none is.
    [[nodiscard]] std::optional<std::vector<std::vector<EvictableGpu>>> without_needless(
        std::span<const std::vector<EvictableGpu>> offered, int pieces) const {
        std::vector<VictimIndex> dearest_first(evicted_.begin(), evicted_.end());
        std::ranges::stable_sort(dearest_first, std::greater{},
                                 [&](VictimIndex victim) { return victims_[victim].harm; });
        std::set<VictimIndex> needed = evicted_;
        for (const VictimIndex victim : dearest_first) {
            needed.erase(victim);
            if (pieces_in(freed_by(needed, offered)) < pieces) needed.insert(victim);
        }
        if (needed.size() == evicted_.size()) return std::nullopt;
        return freed_by(needed, offered);
    }

    [[nodiscard]] ChosenEviction chosen() const {
        ChosenEviction chosen;
        chosen.gpus = gpus_;
        std::ranges::sort(chosen.gpus);
        chosen.victims.assign(evicted_.begin(), evicted_.end());
        std::set<std::uint32_t> people;
        for (const VictimIndex victim : evicted_) {
            chosen.harm += victims_[victim].harm;
            people.insert(victims_[victim].person);
        }
        chosen.people = static_cast<int>(people.size());
        return chosen;
    }

private:
    static std::tuple<GpuTime, int, std::size_t> cost(const ChosenEviction& choice) {
        return {choice.harm, choice.people, choice.victims.size()};
    }

    static std::vector<std::vector<EvictableGpu>> freed_by(
        const std::set<VictimIndex>& victims, std::span<const std::vector<EvictableGpu>> offered) {
        std::vector<std::vector<EvictableGpu>> freed(offered.begin(), offered.end());
        for (auto& node : freed) {
            std::erase_if(node, [&](const EvictableGpu& gpu) {
                return !std::ranges::includes(victims, gpu.holders);
            });
        }
        return freed;
    }

    [[nodiscard]] int pieces_in(std::span<const std::vector<EvictableGpu>> nodes) const {
        int pieces = 0;
        for (const auto& node : nodes) pieces += static_cast<int>(node.size()) / per_piece_;
        return pieces;
    }

    void look_at(std::size_t node) {
        if (is_known_[node]) return;
        is_known_[node] = true;
        EvictionChoice choice(victims_);
        choice.offer(nodes_[node], per_piece_);
        best_of_[node] = choice.best();
    }

    void take(std::size_t node) {
        const ChosenEviction piece = *best_of_[node];
        gpus_.insert(gpus_.end(), piece.gpus.begin(), piece.gpus.end());
        evicted_.insert(piece.victims.begin(), piece.victims.end());
        std::erase_if(nodes_[node], [&](const EvictableGpu& gpu) {
            return std::ranges::find(piece.gpus, gpu.gpu) != piece.gpus.end();
        });
        is_known_[node] = false;
        for (std::size_t other = 0; other < nodes_.size(); ++other) {
            for (EvictableGpu& gpu : nodes_[other]) {
                const auto gone = std::erase_if(
                    gpu.holders, [&](VictimIndex holder) { return evicted_.contains(holder); });
                if (gone > 0) is_known_[other] = false;
            }
        }
    }

    std::span<const EvictionVictim> victims_;
    std::vector<std::vector<EvictableGpu>> nodes_;
    int per_piece_;
    std::vector<std::optional<ChosenEviction>> best_of_;
    std::vector<bool> is_known_;
    std::vector<GpuIndex> gpus_;
    std::set<VictimIndex> evicted_;
};

}  // namespace

void EvictionChoice::offer_pieces(std::span<const std::vector<EvictableGpu>> nodes, int per_piece,
                                  int pieces) {
    Pieces some(victims_, nodes, per_piece);
    for (int i = 0; i < pieces; ++i) {
        if (!some.take_one()) return;
    }
    if (const auto fewer = some.without_needless(nodes, pieces)) {
        return offer_pieces(*fewer, per_piece, pieces);
    }
    ChosenEviction chosen = some.chosen();
    const auto cost = [](const ChosenEviction& one) {
        return std::tuple(one.harm, one.people, one.victims.size());
    };
    if (!best_ || cost(chosen) < cost(*best_)) best_ = std::move(chosen);
}

}  // namespace berth

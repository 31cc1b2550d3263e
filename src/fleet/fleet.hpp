// The GPUs of a site: nodes, models, memory, labels, and which of them may be booked. A GPU keeps
// its place in the inventory (its GpuIndex) for ever: new ones are appended, vanished ones stay as
// `gone`. A Fleet is immutable; a changed inventory is a new Fleet.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace berth {

using Labels = std::map<std::string, std::string>;

// Position in inventory order, from 0; also the seed contract's GPU number.
struct GpuIndex {
    std::uint32_t value = 0;
    auto operator<=>(const GpuIndex&) const = default;
};

struct NodeIndex {
    std::uint32_t value = 0;
    auto operator<=>(const NodeIndex&) const = default;
};

// GPUs that no request can tell apart, apart from their node: same model, memory and labels.
struct GpuClass {
    std::uint32_t value = 0;
    auto operator<=>(const GpuClass&) const = default;
};

enum class Health {
    healthy,
    down,     // somebody reported it; what is booked on it waits for it or is moved
    unready,  // the inventory says that it cannot be used now, as its node is not ready
    gone,     // the inventory lacks it
};

// One GPU as an inventory source declares it.
struct GpuSpec {
    static constexpr std::array<std::string_view, 2> left_out{"also_unready", "unready_because"};

    std::string node;
    int device = 0;  // its number on the node, from 0
    std::string model;
    int memory_gb = 0;
    Labels labels;  // the node's labels included
    Health health = Health::healthy;
    bool also_unready = false;  // while it is reported down: what the inventory says beside that
    std::string unready_because =
        {};  // "gpu-1 is cordoned"; empty where the inventory says no more

    bool operator==(const GpuSpec&) const = default;
};

struct Gpu {
    GpuIndex index;
    std::string id;  // "node1/0"
    NodeIndex node;
    GpuClass gpu_class;
    GpuSpec spec;
};

struct Node {
    NodeIndex index;
    std::string name;
    std::vector<GpuIndex> gpus;
};

// What a request may ask of every GPU it gets. An empty selector takes any.
struct GpuSelector {
    std::optional<std::string> model;
    std::optional<int> min_memory_gb;
    Labels labels;

    bool operator==(const GpuSelector&) const = default;
    [[nodiscard]] bool matches(const GpuSpec& gpu) const;
};

// How the GPUs of one request may lie: all on one node, anywhere, or all with one value of a label.
struct Spread {
    enum class Kind { same_node, any, same_label };
    Kind kind = Kind::same_node;
    std::string label;  // for same_label

    bool operator==(const Spread&) const = default;
    static std::expected<Spread, std::string> parse(std::string_view text);
    [[nodiscard]] std::string text() const;
};

// A number of GPUs, of one selector and spread. `count` is at least 1.
struct GpuWish {
    int count = 1;
    GpuSelector selector;
    Spread spread;
    // Not 0: in pieces of so many GPUs, each on one node; a node may give several. `count` is a
    // multiple of it, and the spread is any or same:<label>.
    int per_node = 0;

    bool operator==(const GpuWish&) const = default;
};

class Fleet {
public:
    // Errors: a GPU named twice, a negative device number, an empty node name.
    static std::expected<Fleet, std::string> make(std::vector<GpuSpec> gpus);

    // The inventory of `found`, in the numbering of this fleet: known GPUs keep their index, new
    // ones are appended, those that `found` lacks are `gone`, and those that are reported down stay
    // so, whatever the inventory says of them.
    [[nodiscard]] std::vector<GpuSpec> renumbered(std::span<const GpuSpec> found) const;

    [[nodiscard]] std::span<const Gpu> gpus() const { return gpus_; }
    [[nodiscard]] std::span<const Node> nodes() const { return nodes_; }
    [[nodiscard]] std::size_t class_count() const { return class_count_; }
    [[nodiscard]] const Gpu& gpu(GpuIndex index) const { return gpus_[index.value]; }
    [[nodiscard]] const Node& node(NodeIndex index) const { return nodes_[index.value]; }
    [[nodiscard]] const Gpu* find(std::string_view id) const;
    [[nodiscard]] std::vector<GpuIndex> matching(
        const GpuSelector& selector) const;                 // healthy ones
    [[nodiscard]] std::vector<std::string> models() const;  // sorted, each once

private:
    std::vector<Gpu> gpus_;
    std::vector<Node> nodes_;
    std::size_t class_count_ = 0;
    std::unordered_map<std::string, GpuIndex> by_id_;
};

std::string gpu_id(const GpuSpec& gpu);
// After somebody, or the inventory, said so of it.
void set_health(GpuSpec& gpu, Health health);

}  // namespace berth

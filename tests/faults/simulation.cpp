#include "faults/simulation.hpp"

#include <stdlib.h>  // mkdtemp()
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <ostream>
#include <stdexcept>

namespace berth::faults {

namespace {

constexpr unsigned longest_life = 100;  // seconds; one that hangs is killed
constexpr std::uint64_t processes = 6;  // most of them sleep where a full disk makes berthd wait

// Memory that a child writes and its parent reads once it is gone.
class Letter {
public:
    Letter() : file_(memfd_create("world", MFD_CLOEXEC)) {
        if (file_ < 0) throw std::runtime_error("memfd_create failed");
    }
    ~Letter() { close(file_); }
    Letter(const Letter&) = delete;
    Letter& operator=(const Letter&) = delete;

    void write_all(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto written = write(file_, bytes.data(), bytes.size());
            if (written <= 0) _exit(3);
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
    }
    [[nodiscard]] std::string read_all() const {
        std::string all(static_cast<std::size_t>(lseek(file_, 0, SEEK_END)), '\0');
        const auto size = pread(file_, all.data(), all.size(), 0);
        if (size != static_cast<ssize_t>(all.size())) throw std::runtime_error("pread failed");
        return all;
    }

private:
    int file_;
};

class Folder {
public:
    Folder() {
        path_ = (std::filesystem::temp_directory_path() / "berth-faults-XXXXXX").string();
        if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("cannot make " + path_);
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

template <class T>
void send(const Letter& letter, T& value) {
    Packer pack;
    pack(value);
    letter.write_all(pack.bytes());
}

template <class T>
void receive(const Letter& letter, T& value) {
    const auto bytes = letter.read_all();
    Unpacker unpack(bytes);
    unpack(value);
}

void live_in_a_process(World& world, const LifePlan& plan, const std::string& path) {
    const Letter letter;
    const pid_t child = fork();
    if (child == 0) {
        alarm(longest_life);
        live(world, plan, path, [&] {
            send(letter, world);
            _exit(0);
        });
        _exit(2);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) {
        world.violations.push_back("berthd ended with status " + std::to_string(status));
        return;
    }
    receive(letter, world);
}

LifePlan make_plan(Random& random, Flaw flaw) {
    LifePlan plan;
    plan.seed = random.between(1, never - 1);
    plan.flaw = flaw;
    plan.steps = static_cast<int>(random.between(3, 40));
    plan.closes = random.one_in(4);
    const auto longest = random.one_of<std::uint64_t>({10, 40, 200, 800});
    if (!plan.closes || random.one_in(2)) plan.disk.stop_at = random.between(1, longest);
    if (random.one_in(4)) plan.disk.io_error_at = random.between(1, longest);
    if (random.one_in(12)) {
        plan.disk.full_from = random.between(1, longest);
        plan.disk.full_refusals = random.between(1, 2);
    }
    if (flaw == Flaw::disk_ignores_syncs) plan.disk.honesty = SyncHonesty::ignores_all;
    if (flaw == Flaw::disk_ignores_syncs_of_the_log) {
        plan.disk.honesty = SyncHonesty::ignores_the_log;
    }
    return plan;
}

void count_ending(World& world) {
    ++world.counts.lives;
    switch (world.ending) {
        case Ending::crashed:
            break;
        case Ending::gave_up:
            ++world.counts.unknown_outcomes;
            break;
        case Ending::could_not_open:
            ++world.counts.failed_openings;
            break;
        case Ending::closed:
            ++world.counts.clean_ends;
            break;
    }
}

// Whether a program ended by itself or was killed: what it wrote is still in memory, until the
// power goes.
std::string end_life(World& world, Random& random) {
    count_ending(world);
    if (random.one_in(3)) {
        world.disk.forget_removed_files();
        ++world.counts.kills;
        return "the power stays";
    }
    world.disk.lose_power(random);
    ++world.counts.power_losses;
    return "the power goes";
}

std::string text_of(const LifePlan& plan) {
    const auto at = [](std::uint64_t number) {
        return number == never ? std::string("never") : std::to_string(number);
    };
    return std::to_string(plan.steps) + " steps, ends at operation " + at(plan.disk.stop_at) +
           ", I/O error at " + at(plan.disk.io_error_at) + ", full from " + at(plan.disk.full_from);
}

std::string text_of(Ending ending) {
    switch (ending) {
        case Ending::crashed:
            return "ended there";
        case Ending::gave_up:
            return "an unknown outcome";
        case Ending::could_not_open:
            return "could not open the journal";
        case Ending::closed:
            return "closed";
    }
    return {};
}

void simulate_part(std::uint64_t first_seed, std::uint64_t seeds, std::uint64_t part, Flaw flaw,
                   Campaign& campaign) {
    for (std::uint64_t i = part; i < seeds; i += processes) {
        const auto history = simulate(first_seed + i, flaw);
        campaign.counts += history.counts;
        if (!history.violations.empty()) {
            campaign.failures[first_seed + i] = history.violations.front();
        }
    }
}

struct PackedCampaign {
    Campaign& campaign;

    template <class Pack>
    void members(Pack& pack) {
        pack(campaign.failures);
        pack(campaign.counts);
    }
};

}  // namespace

History simulate(std::uint64_t seed, Flaw flaw, std::ostream* trace) {
    const Folder folder;
    const auto path = folder.file("journal.sqlite");
    Random random(seed);
    World world;
    world.now = Instant(std::chrono::days(20'000));
    for (auto lives = random.between(2, 6); lives > 0; --lives) {
        const auto plan = make_plan(random, flaw);
        if (trace != nullptr) *trace << text_of(plan) << std::flush;
        live_in_a_process(world, plan, path);
        if (trace != nullptr) {
            *trace << ": " << text_of(world.ending) << ", " << world.told.size() << " rows told\n";
        }
        if (!world.violations.empty()) break;
        const auto power = end_life(world, random);
        if (trace != nullptr) *trace << power << "\n";
    }
    // What is left at the end must pass the checks on a good disk, too.
    if (world.violations.empty()) {
        live_in_a_process(world, {.steps = 3, .closes = true, .flaw = flaw, .seed = seed}, path);
    }
    return {world.violations, world.counts};
}

Campaign simulate_all(std::uint64_t first_seed, std::uint64_t seeds, Flaw flaw) {
    std::vector<std::pair<pid_t, std::unique_ptr<Letter>>> parts;
    for (std::uint64_t part = 0; part < processes; ++part) {
        auto letter = std::make_unique<Letter>();
        const pid_t child = fork();
        if (child == 0) {
            Campaign campaign;
            simulate_part(first_seed, seeds, part, flaw, campaign);
            PackedCampaign packed{campaign};
            send(*letter, packed);
            _exit(0);
        }
        parts.emplace_back(child, std::move(letter));
    }
    Campaign all;
    for (const auto& [child, letter] : parts) {
        int status = 0;
        waitpid(child, &status, 0);
        if (status != 0) throw std::runtime_error("a part of the simulation died");
        Campaign campaign;
        PackedCampaign packed{campaign};
        receive(*letter, packed);
        all.failures.merge(campaign.failures);
        all.counts += campaign.counts;
    }
    return all;
}

}  // namespace berth::faults

#include "faults/faulty_disk.hpp"

#include <algorithm>
#include <set>

namespace berth::faults {

namespace {

// What lies in a hole that no write reached: zeros, or what was on the disk before.
void grow(std::string& content, std::uint64_t size, Random& random) {
    const auto old = content.size();
    if (size <= old) return;
    content.resize(size);
    if (random.one_in(2)) return;
    for (auto at = old; at < size; ++at) content[at] = static_cast<char>(random.between(0, 255));
}

void put(std::string& content, std::uint64_t offset, std::string_view bytes) {
    if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size());
    bytes.copy(content.data() + offset, bytes.size());
}

}  // namespace

void FaultyDisk::boot(const DiskPlan& plan, std::uint64_t seed, std::function<void()> stop) {
    const std::lock_guard lock(mutex_);
    plan_ = plan;
    random_ = Random(seed);
    stop_ = std::move(stop);
    operations_ = 0;
    faults_ = 0;
}

void FaultyDisk::stand_still(const std::function<void()>& last) {
    const std::lock_guard lock(mutex_);
    last();
}

std::optional<FaultyDisk::FileNumber> FaultyDisk::find(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto found = names_.find(name);
    if (found == names_.end() || found->second.live == no_file) return std::nullopt;
    return found->second.live;
}

FaultyDisk::FileNumber FaultyDisk::create(const std::string& name) {
    const std::lock_guard lock(mutex_);
    begin(nullptr, nullptr);
    const FileNumber number = next_++;
    files_[number].is_log = name.ends_with("-wal");
    rename(name, number);
    return number;
}

FaultyDisk::FileNumber FaultyDisk::create_durably(const std::string& name) {
    const FileNumber number = create(name);
    const std::lock_guard lock(mutex_);
    names_[name].possible = {number};
    return number;
}

void FaultyDisk::remove(const std::string& name) {
    const std::lock_guard lock(mutex_);
    begin(nullptr, nullptr);
    rename(name, no_file);
}

void FaultyDisk::rename(const std::string& name, FileNumber to) {
    Name& entry = names_[name];
    if (entry.possible.empty()) entry.possible.push_back(no_file);
    entry.live = to;
    entry.possible.push_back(to);
}

void FaultyDisk::sync_names() {
    const std::lock_guard lock(mutex_);
    begin(nullptr, nullptr);
    if (plan_.honesty == SyncHonesty::ignores_all) return;
    for (auto& [name, entry] : names_) entry.possible = {entry.live};
}

std::size_t FaultyDisk::read(FileNumber number, std::uint64_t offset, std::span<char> into) {
    const std::lock_guard lock(mutex_);
    const std::string& content = files_.at(number).live;
    if (offset >= content.size()) return 0;
    return content.copy(into.data(), into.size(), offset);
}

DiskResult FaultyDisk::write(FileNumber number, std::uint64_t offset, std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    File& file = files_.at(number);
    Change whole{.offset = offset, .bytes = std::string(bytes)};
    const bool failed = begin(&file, &whole);
    const bool grows = offset + bytes.size() > file.live.size();
    const bool full = !failed && grows && is_full();
    if (failed || full) {
        ++faults_;
        whole.bytes.resize(random_.between(0, bytes.size() - 1));
        if (!whole.bytes.empty()) change(file, std::move(whole));
        return failed ? DiskResult::io_error : DiskResult::full;
    }
    change(file, std::move(whole));
    return DiskResult::ok;
}

DiskResult FaultyDisk::cut(FileNumber number, std::uint64_t size) {
    const std::lock_guard lock(mutex_);
    File& file = files_.at(number);
    Change cut{.offset = size, .bytes = {}, .cuts = true};
    if (begin(&file, &cut)) {
        ++faults_;
        return DiskResult::io_error;
    }
    change(file, std::move(cut));
    return DiskResult::ok;
}

DiskResult FaultyDisk::sync(FileNumber number, std::uint64_t& errors_seen) {
    const std::lock_guard lock(mutex_);
    File& file = files_.at(number);
    if (begin(&file, nullptr) && !file.unsynced.empty()) {
        ++faults_;
        ++file.failed_syncs;
        settle(file, Fate::some_in_any_order, random_);
    }
    if (errors_seen != file.failed_syncs) {
        errors_seen = file.failed_syncs;
        return DiskResult::io_error;
    }
    const bool ignored = plan_.honesty == SyncHonesty::ignores_all ||
                         (plan_.honesty == SyncHonesty::ignores_the_log && file.is_log);
    if (!ignored) settle(file, Fate::all_kept, random_);
    return DiskResult::ok;
}

std::uint64_t FaultyDisk::size(FileNumber number) {
    const std::lock_guard lock(mutex_);
    return files_.at(number).live.size();
}

std::uint64_t FaultyDisk::errors(FileNumber number) {
    const std::lock_guard lock(mutex_);
    return files_.at(number).failed_syncs;
}

std::uint64_t FaultyDisk::operations() {
    const std::lock_guard lock(mutex_);
    return operations_;
}

std::uint64_t FaultyDisk::faults() {
    const std::lock_guard lock(mutex_);
    return faults_;
}

bool FaultyDisk::begin(File* file, const Change* in_flight) {
    ++operations_;
    if (operations_ >= plan_.stop_at) {
        if (in_flight != nullptr && random_.one_in(2)) change(*file, *in_flight);
        stop_();
    }
    return operations_ == plan_.io_error_at;
}

bool FaultyDisk::is_full() {
    if (operations_ < plan_.full_from || plan_.full_refusals == 0) return false;
    --plan_.full_refusals;
    return true;
}

void FaultyDisk::change(File& file, Change change) {
    if (change.cuts) {
        file.live.resize(change.offset);
    } else {
        put(file.live, change.offset, change.bytes);
    }
    file.unsynced.push_back(std::move(change));
}

void FaultyDisk::apply(const Change& change, std::string& content, Random& random) {
    grow(content, change.offset, random);
    if (change.cuts) {
        content.resize(change.offset);
    } else {
        put(content, change.offset, change.bytes);
    }
}

void FaultyDisk::apply_torn(const Change& change, std::string& content, Random& random) {
    const std::uint64_t end = change.offset + change.bytes.size();
    for (std::uint64_t at = change.offset; at < end;) {
        const std::uint64_t next = std::min(end, (at / sector_size + 1) * sector_size);
        if (random.one_in(2)) {
            const auto piece = change.bytes.substr(at - change.offset, next - at);
            apply({.offset = at, .bytes = piece}, content, random);
        }
        at = next;
    }
}

void FaultyDisk::settle(File& file, Fate fate, Random& random) {
    std::vector<Change> changes = std::move(file.unsynced);
    file.unsynced.clear();
    if (fate == Fate::all_lost) return;
    if (fate == Fate::some_in_any_order) random.shuffle(changes);
    for (const Change& change : changes) {
        if (fate == Fate::all_kept || random.one_in(2)) {
            apply(change, file.durable, random);
        } else if (!change.cuts && random.one_in(2)) {
            apply_torn(change, file.durable, random);
        }
    }
}

void FaultyDisk::lose_power(Random& random) {
    for (auto& [name, entry] : names_) {
        entry.live = random.one_of(entry.possible);
        entry.possible = {entry.live};
    }
    const auto fate = random.one_of<Fate>(
        {Fate::all_lost, Fate::all_kept, Fate::some_in_order, Fate::some_in_any_order});
    for (auto& [number, file] : files_) {
        settle(file, fate, random);
        file.live = file.durable;
    }
    forget_removed_files();
}

void FaultyDisk::forget_removed_files() {
    std::set<FileNumber> named;
    for (const auto& [name, entry] : names_) {
        named.insert(entry.possible.begin(), entry.possible.end());
        named.insert(entry.live);
    }
    std::erase_if(files_, [&](const auto& file) { return !named.contains(file.first); });
}

}  // namespace berth::faults

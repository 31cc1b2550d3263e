#include "archive/folder_archive.hpp"

#include <date/date.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include "archive/stored_file.hpp"
#include "files/durable_file.hpp"

namespace berth {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t longest_log = std::uint64_t{256} << 20;
const std::string partial_prefix = ".partial-";

struct Manifest {
    Reservation reservation;
    int attempt = 0;
    std::vector<StoredFile> files;
    std::string berth_version = BERTH_VERSION;
};
BOOST_DESCRIBE_STRUCT(Manifest, (), (reservation, attempt, files, berth_version))

fs::path month_of(Instant instant) {
    return date::format("%Y/%m", std::chrono::floor<std::chrono::seconds>(instant));
}

// Regular files below `folder`, relative to it, in a fixed order. Links are not followed: a job
// could point one anywhere.
std::vector<fs::path> files_below(const fs::path& folder, std::error_code& error) {
    std::vector<fs::path> files;
    const auto kind = fs::status(folder, error).type();
    if (kind == fs::file_type::not_found) error.clear();  // nothing was written
    if (error || kind != fs::file_type::directory) return files;
    for (auto it = fs::recursive_directory_iterator(folder, error);
         !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
        if (it->is_symlink() || !it->is_regular_file()) continue;
        files.push_back(it->path().lexically_relative(folder));
    }
    std::ranges::sort(files);
    return files;
}

std::expected<void, std::string> write_manifest(const fs::path& path, const Manifest& manifest) {
    {
        std::ofstream out(path, std::ios::trunc);
        out << boost::json::serialize(json::print(manifest)) << '\n';
        if (!out.flush()) return std::unexpected("cannot write " + path.string());
    }
    return sync_to_disk(path);
}

// Builds the whole archive of an attempt in `folder`.
class Builder {
public:
    explicit Builder(fs::path folder) : folder_(std::move(folder)) {}

    std::expected<void, std::string> add(const fs::path& source, const fs::path& name) {
        std::error_code error;
        const fs::path target = folder_ / name;
        fs::create_directories(target.parent_path(), error);
        if (error)
            return std::unexpected("cannot make a folder in the archive: " + error.message());
        auto stored = store_file(source, target);
        if (!stored) return std::unexpected(stored.error());
        stored->path = name.string();
        stored->stored = (name.parent_path() / stored->stored).string();
        manifest_.files.push_back(std::move(*stored));
        return {};
    }

    std::expected<void, std::string> finish(const Reservation& reservation, int attempt) {
        manifest_.reservation = reservation;
        manifest_.attempt = attempt;
        if (auto written = write_manifest(folder_ / "manifest.json", manifest_); !written) {
            return written;
        }
        std::error_code error;
        for (const auto& entry : fs::recursive_directory_iterator(folder_, error)) {
            if (!entry.is_directory()) continue;
            if (auto synced = sync_to_disk(entry.path()); !synced) return synced;
        }
        return sync_to_disk(folder_);
    }

private:
    fs::path folder_;
    Manifest manifest_;
};

}  // namespace

std::expected<std::unique_ptr<FolderArchive>, std::string> FolderArchive::open(
    const fs::path& root) {
    std::error_code error;
    fs::create_directories(root, error);
    if (error) {
        return std::unexpected("cannot make the archive's folder " + root.string() + ": " +
                               error.message());
    }
    for (const auto& entry : fs::directory_iterator(root, error)) {
        if (entry.path().filename().string().starts_with(partial_prefix)) {
            fs::remove_all(entry.path(), error);
        }
    }
    return std::unique_ptr<FolderArchive>(new FolderArchive(root));  // NOLINT: private constructor
}

std::expected<std::string, std::string> FolderArchive::keep(const Reservation& reservation,
                                                            const AttemptId& attempt,
                                                            const std::string& log_file,
                                                            const std::string& work_folder) {
    // A crash may have come between the renaming and its way to the disk, so that is made sure of.
    if (const auto kept = find(attempt)) return durable(*kept);
    const fs::path building = root_ / (partial_prefix + attempt.text());
    auto kept = build(building, reservation, attempt, log_file, work_folder);
    if (!kept) {
        std::error_code ignored;  // what failed is told already; a full disk gets its room back
        fs::remove_all(building, ignored);
    }
    return kept;
}

std::expected<std::string, std::string> FolderArchive::build(const fs::path& building,
                                                             const Reservation& reservation,
                                                             const AttemptId& attempt,
                                                             const std::string& log_file,
                                                             const std::string& work_folder) const {
    std::error_code error;
    fs::remove_all(building, error);
    fs::create_directories(building, error);
    if (error) return std::unexpected("cannot write to the archive: " + error.message());

    Builder builder(building);
    const bool has_log = fs::exists(log_file, error);
    if (error) return std::unexpected("cannot read " + log_file + ": " + error.message());
    if (has_log) {
        if (auto added = builder.add(log_file, "output.log"); !added) {
            return std::unexpected(added.error());
        }
    }
    for (const fs::path& file : files_below(work_folder, error)) {
        if (auto added = builder.add(fs::path(work_folder) / file, "results" / file); !added) {
            return std::unexpected(added.error());
        }
    }
    if (error) return std::unexpected("cannot read " + work_folder + ": " + error.message());
    if (auto finished = builder.finish(reservation, attempt.number); !finished) {
        return std::unexpected(finished.error());
    }
    const fs::path month = root_ / month_of(reservation.ended_at.value_or(reservation.end));
    fs::create_directories(month, error);
    fs::rename(building, month / attempt.text(), error);
    if (error) return std::unexpected("cannot finish the archive: " + error.message());
    return durable(month / attempt.text());
}

std::expected<std::string, std::string> FolderArchive::durable(const fs::path& kept) const {
    const fs::path month = kept.parent_path();
    for (const fs::path& folder : {month, month.parent_path(), root_}) {
        if (auto synced = sync_to_disk(folder); !synced) return std::unexpected(synced.error());
    }
    return kept.string();
}

std::optional<std::string> FolderArchive::log(const AttemptId& attempt) const {
    const auto folder = find(attempt);
    if (!folder) return std::nullopt;
    for (const char* name : {"output.log.zst", "output.log"}) {
        if (!fs::exists(*folder / name)) continue;
        auto text = load_file(*folder / name, longest_log);
        return text ? std::optional(std::move(*text)) : std::nullopt;
    }
    return std::nullopt;
}

std::optional<fs::path> FolderArchive::find(const AttemptId& attempt) const {
    std::error_code error;
    for (const auto& year : fs::directory_iterator(root_, error)) {
        if (!year.is_directory() || year.path().filename().string().starts_with('.')) continue;
        for (const auto& month : fs::directory_iterator(year.path(), error)) {
            if (fs::exists(month.path() / attempt.text() / "manifest.json")) {
                return month.path() / attempt.text();
            }
        }
    }
    return std::nullopt;
}

}  // namespace berth

// Keeps ended attempts in folders: <root>/2026/11/r-17.1/ with the output, the results, each
// compressed with zstd where that helps, and manifest.json, which lists every file with its size
// and SHA-256. An archive is built aside and renamed into place, so that it is there whole or not
// at all.
//
//     auto archive = FolderArchive::open("var/archive");
//     (*archive)->keep(reservation, {reservation.id, 1}, log_file, work_folder);
//
// keep() is for one thread at a time; log() may be called from any.
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <string>

#include "engine/archive_port.hpp"

namespace berth {

class FolderArchive : public ArchivePort {
public:
    // Creates the folder and sweeps away what a crash left half built. Error: a sentence.
    static std::expected<std::unique_ptr<FolderArchive>, std::string> open(
        const std::filesystem::path& root);

    std::expected<std::string, std::string> keep(const Reservation& reservation,
                                                 const AttemptId& attempt,
                                                 const std::string& log_file,
                                                 const std::string& work_folder) override;
    [[nodiscard]] std::optional<std::string> log(const AttemptId& attempt) const override;

private:
    explicit FolderArchive(std::filesystem::path root) : root_(std::move(root)) {}
    [[nodiscard]] std::optional<std::filesystem::path> find(const AttemptId& attempt) const;
    [[nodiscard]] std::expected<std::string, std::string> build(
        const std::filesystem::path& building, const Reservation& reservation,
        const AttemptId& attempt, const std::string& log_file,
        const std::string& work_folder) const;
    // Makes sure that the archive stays where it is after a power cut, and returns its folder.
    [[nodiscard]] std::expected<std::string, std::string> durable(
        const std::filesystem::path& kept) const;

    std::filesystem::path root_;
};

}  // namespace berth

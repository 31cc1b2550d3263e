// An exclusive hold on something on disk, by a locked file beside it that says who holds it. The
// kernel lets go of it when the process ends, however it ends.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

namespace berth {

class FileHold {
public:
    // `what` is the thing held, for the sentence that tells a second holder who has it.
    static std::expected<FileHold, std::string> take(const std::filesystem::path& lock_file,
                                                     const std::string& what);
    ~FileHold();
    FileHold(FileHold&& other) noexcept;
    FileHold& operator=(FileHold&& other) noexcept;

private:
    explicit FileHold(int descriptor) : descriptor_(descriptor) {}

    int descriptor_;  // -1 once moved from
};

}  // namespace berth

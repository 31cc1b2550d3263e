#include "launch/program.hpp"

#include <unistd.h>

#include <sstream>
#include <system_error>

namespace berth {

namespace fs = std::filesystem;

namespace {

bool is_program(const fs::path& file) {
    std::error_code error;
    return fs::is_regular_file(file, error) && ::access(file.c_str(), X_OK) == 0;
}

}  // namespace

std::expected<fs::path, std::string> find_program(const std::string& name,
                                                  const std::string& search_path,
                                                  const fs::path& workdir) {
    if (name.empty()) return std::unexpected("The command has no program.");
    std::error_code error;
    if (name.find('/') != std::string::npos) {
        const fs::path file = workdir / name;
        if (is_program(file)) return file;
        if (fs::exists(file, error)) {
            return std::unexpected("The program " + file.string() + " may not be executed.");
        }
        return std::unexpected("There is no program " + file.string() + ".");
    }
    std::istringstream folders(search_path);
    for (std::string folder; std::getline(folders, folder, ':');) {
        const fs::path file = workdir / folder / name;
        if (is_program(file)) return file;
    }
    std::string sentence = "There is no program \"" + name + "\" in " + search_path + ".";
    if (fs::exists(workdir / name, error)) {
        sentence += " Write \"./" + name + "\" for the one in " + workdir.string() + ".";
    }
    return std::unexpected(sentence);
}

std::expected<void, std::string> check_workdir(const fs::path& workdir) {
    std::error_code error;
    if (!fs::exists(workdir, error)) {
        return std::unexpected("The work folder " + workdir.string() + " does not exist.");
    }
    if (!fs::is_directory(workdir, error)) {
        return std::unexpected("The work folder " + workdir.string() + " is not a folder.");
    }
    if (::access(workdir.c_str(), X_OK) != 0) {
        return std::unexpected("The work folder " + workdir.string() + " may not be entered.");
    }
    return {};
}

}  // namespace berth

// The files of the calendar page, from one folder and never from outside it.
#pragma once

#include <filesystem>
#include <string>

#include "api/message.hpp"

namespace berth {

class Page {
public:
    explicit Page(std::filesystem::path folder);

    // "/" is index.html, or a text that says how to build it. 404 for what is not there.
    [[nodiscard]] Response answer(const Request& request) const;

private:
    [[nodiscard]] std::filesystem::path file_for(const Request& request) const;

    std::filesystem::path folder_;
};

// Whether the name carries a hash of its contents, as bundlers write it ("main-4F7KQ2ZX.js"), so
// that it may be kept for ever.
bool is_hashed_name(const std::string& name);

}  // namespace berth

// The files of the calendar page, from one folder and never from outside it; compressed where the
// client takes that, best of all as it was done beforehand ("x.js.br" and "x.js.gz" beside "x.js").
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
    // One of the forms in which a file can be sent.
    struct Form {
        enum class Source { as_it_is, beforehand, at_once };
        Source source = Source::as_it_is;
        std::filesystem::path file;
        std::string coding;  // empty: as it is
    };

    static std::string tag_of(const Form& form);
    [[nodiscard]] std::filesystem::path file_for(const Request& request) const;
    [[nodiscard]] std::filesystem::path real_file(const std::filesystem::path& file) const;
    [[nodiscard]] std::filesystem::path compressed_beside(const std::filesystem::path& file,
                                                          const std::string& ending) const;
    [[nodiscard]] Form form_for(const Request& request, const std::filesystem::path& file) const;
    [[nodiscard]] bool is_kept(const std::filesystem::path& file) const;

    std::filesystem::path folder_;
};

}  // namespace berth

// Cuts a stream of bytes into lines, however they come. A line longer than the bound ends it: the
// memory for it is bounded whatever the other side sends.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace berth {

class LineSplitter {
public:
    explicit LineSplitter(std::size_t longest) : longest_(longest) {}

    // False: a line was too long, or `each` returned false; nothing more is to be added then.
    // Empty lines are left out. `each` gets a view that is good during the call.
    template <class Each>
    [[nodiscard]] bool add(std::string_view bytes, Each&& each) {
        while (true) {
            const auto end = bytes.find('\n');
            if (end == std::string_view::npos) break;
            if (rest_.size() + end > longest_) return false;
            rest_.append(bytes.substr(0, end));
            bytes.remove_prefix(end + 1);
            const std::string line = std::exchange(rest_, {});
            if (!line.empty() && !each(std::string_view(line))) return false;
        }
        rest_.append(bytes);
        return rest_.size() <= longest_;
    }

private:
    std::size_t longest_;
    std::string rest_;  // a line whose end has not come yet
};

}  // namespace berth

#include "kubernetes/trouble_words.hpp"

#include "kubernetes/names.hpp"

namespace berth {

std::string node_of(const PodSight& pod) {
    if (!pod.node.empty()) return pod.node;
    const auto gpus = pod.annotations.find(annotation::gpus);
    if (gpus == pod.annotations.end()) return {};
    const std::string first = gpus->second.substr(0, gpus->second.find(','));
    return first.substr(0, first.rfind('/'));
}

std::string in_short(std::string_view text, std::size_t most) {
    std::string words;
    for (const char letter : text) {
        const bool is_space = static_cast<unsigned char>(letter) <= ' ';
        if (!is_space) words += letter;
        if (is_space && !words.empty() && words.back() != ' ') words += ' ';
    }
    while (words.ends_with(' ') || words.ends_with('.')) words.pop_back();
    if (words.size() <= most) return words;
    // Not within a letter of several bytes.
    while (most > 0 && (static_cast<unsigned char>(words[most]) & 0xc0) == 0x80) --most;
    return words.substr(0, most) + "…";
}

std::string between(std::string_view text, std::string_view begin, std::string_view end) {
    const auto found = text.find(begin);
    if (found == std::string_view::npos) return {};
    const std::string_view rest = text.substr(found + begin.size());
    const auto until = rest.find(end);
    return until == std::string_view::npos ? std::string() : std::string(rest.substr(0, until));
}

}  // namespace berth

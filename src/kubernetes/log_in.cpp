#include "kubernetes/log_in.hpp"

#include <fstream>
#include <iterator>

namespace berth {

namespace {

constexpr std::chrono::minutes good_for{1};

}  // namespace

LogIn::LogIn(const ClusterAccess& access) : file_(access.token_file), token_(access.token) {}

const std::string& LogIn::token(Clock::time_point now) {
    if (!file_.empty() && (read_at_ == Clock::time_point::min() || now - read_at_ >= good_for)) {
        read(now);
    }
    return token_;
}

bool LogIn::was_refused(Clock::time_point now) {
    if (file_.empty()) return false;
    read(now);
    return true;
}

void LogIn::read(Clock::time_point now) {
    read_at_ = now;
    std::ifstream stream(file_);
    std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    const auto end = text.find_last_not_of(" \t\r\n");
    if (end == std::string::npos) return;
    token_ = text.substr(0, end + 1);
}

}  // namespace berth

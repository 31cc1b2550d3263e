#include "kubernetes/acceptance_record.hpp"

#include <boost/json.hpp>
#include <fstream>
#include <stdexcept>

#include "files/durable_file.hpp"

namespace berth {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_appended = 10'000;

std::string text_of(const RecordLine& line) {
    return boost::json::serialize(json::print(line)) + "\n";
}

std::optional<RecordLine> line_in(const std::string& text) {
    boost::system::error_code error;
    const auto value = boost::json::parse(text, error);
    if (error) return std::nullopt;
    auto line = json::parse<RecordLine>(value);
    if (!line) return std::nullopt;
    return std::move(*line);
}

}  // namespace

RecordLine stopping_line(const AttemptId& id, const std::string& why) {
    RecordLine line;
    line.step = RecordedStep::stopping;
    line.reservation = id.reservation;
    line.attempt = id.number;
    line.detail = why;
    return line;
}

AcceptanceRecord::AcceptanceRecord(fs::path file) : file_(std::move(file)) {
    const bool is_there = fs::symlink_status(file_).type() != fs::file_type::not_found;
    std::ifstream input(file_);
    for (std::string text; std::getline(input, text);) {
        if (const auto line = line_in(text)) take(*line);
    }
    // Taken for an empty one it would be written over, and Jobs might be submitted twice.
    if (is_there && (!input.is_open() || input.bad())) {
        throw std::runtime_error("Cannot read " + file_.string() +
                                 ", which says what was submitted to the cluster. Make it "
                                 "readable for this user, or restore it.");
    }
    input.close();
    if (const auto written = write_anew(); !written) throw std::runtime_error(written.error());
}

void AcceptanceRecord::take(const RecordLine& line) {
    if (line.step == RecordedStep::forgotten) {
        attempts_.erase(line.id());
        return;
    }
    if (line.step == RecordedStep::stopping) {
        const auto known = attempts_.find(line.id());
        if (known != attempts_.end()) known->second.stop = line.detail;
        return;
    }
    RecordedAttempt& attempt = attempts_[line.id()];
    if (line.step == RecordedStep::ended) {
        attempt.end = line;
        if (attempt.step == RecordedStep::prepared) attempt.facts = line;
    } else if (line.step == RecordedStep::prepared && attempt.step != RecordedStep::prepared) {
        return;
    } else {
        attempt.facts = line;
    }
    attempt.step = line.step;
}

// Without what is forgotten: the file is as long as what is going on.
std::expected<void, std::string> AcceptanceRecord::write_anew() {
    std::string bytes;
    for (const auto& [id, attempt] : attempts_) {
        if (attempt.facts.step != RecordedStep::ended) bytes += text_of(attempt.facts);
        if (!attempt.stop.empty()) bytes += text_of(stopping_line(id, attempt.stop));
        if (attempt.end) bytes += text_of(*attempt.end);
    }
    appended_ = 0;
    auto written = write_durably(file_, bytes);
    if (written) is_whole_ = true;  // else it is as it was
    return written;
}

std::expected<void, std::string> AcceptanceRecord::add(const std::vector<RecordLine>& lines) {
    std::string bytes;
    for (const RecordLine& line : lines) {
        take(line);
        bytes += text_of(line);
    }
    // Its end may be half a line, which would spoil the next one.
    if (!is_whole_) return write_anew();
    auto appended = append_durably(file_, bytes);
    is_whole_ = appended.has_value();
    if (!is_whole_) return appended;
    appended_ += lines.size();
    // Should there be no room for that, it is as whole as before, and as many lines later it is
    // tried again.
    if (appended_ >= most_appended) static_cast<void>(write_anew());
    return {};
}

}  // namespace berth

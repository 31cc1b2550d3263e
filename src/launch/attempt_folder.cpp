#include "launch/attempt_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include "files/durable_file.hpp"

namespace berth {

namespace {

template <class T>
std::expected<T, std::string> read_record(const std::filesystem::path& file) {
    const auto bytes = read_whole(file);
    if (!bytes) return std::unexpected("Cannot read " + file.string() + ".");
    const auto value = json::read(*bytes);
    if (!value) return std::unexpected(file.string() + ": " + value.error().message);
    auto record = json::parse<T>(*value);
    if (!record) {
        return std::unexpected(file.string() + ": " + record.error().field + ": " +
                               record.error().message);
    }
    return std::move(*record);
}

template <class T>
std::expected<void, std::string> write_record(const std::filesystem::path& file, const T& record) {
    return write_durably(file, boost::json::serialize(json::print(record)) + "\n");
}

}  // namespace

std::expected<JobOrder, std::string> AttemptFolder::order() const {
    return read_record<JobOrder>(path_ / "order.json");
}

std::expected<void, std::string> AttemptFolder::write_order(const JobOrder& order) const {
    return write_record(path_ / "order.json", order);
}

std::optional<Instant> AttemptFolder::moved_end() const {
    const auto moved = read_record<MovedEnd>(path_ / "end.json");
    return moved ? std::optional(moved->ends_at) : std::nullopt;
}

std::expected<void, std::string> AttemptFolder::move_end(Instant ends_at) const {
    return write_record(path_ / "end.json", MovedEnd{ends_at});
}

std::optional<JobStatus> AttemptFolder::status() const {
    const auto file = path_ / "status.json";
    if (::access(file.c_str(), F_OK) != 0) return std::nullopt;
    auto status = read_record<JobStatus>(file);
    if (status) return std::move(*status);
    JobStatus unreadable;
    unreadable.phase = JobPhase::ended;
    unreadable.detail = "What became of it is not known: " + status.error();
    return unreadable;
}

std::expected<void, std::string> AttemptFolder::write_status(const JobStatus& status) const {
    return write_record(path_ / "status.json", status);
}

FileDescriptor AttemptFolder::take_lock() const {
    FileDescriptor lock(::open((path_ / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock.is_open() || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return {};
    return lock;
}

}  // namespace berth

// Values to bytes and back, to hand a simulated world from one process to the next. A type of ours
// says which members it has: `template <class Pack> void members(Pack& pack) { pack(a); pack(b);
// }`.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace berth::faults {

template <class T, class Pack>
concept HasMembers = requires(T& value, Pack& pack) { value.members(pack); };

class Packer {
public:
    template <class T>
    void operator()(T& value) {
        if constexpr (HasMembers<T, Packer>) {
            value.members(*this);
        } else {
            static_assert(std::is_trivially_copyable_v<T>);
            bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
        }
    }
    void operator()(std::string& text) {
        count(text.size());
        bytes_ += text;
    }
    template <class T>
    void operator()(std::vector<T>& values) {
        count(values.size());
        for (T& value : values) (*this)(value);
    }
    template <class T>
    void operator()(std::set<T>& values) {
        count(values.size());
        for (T value : values) (*this)(value);
    }
    template <class Key, class T>
    void operator()(std::map<Key, T>& values) {
        count(values.size());
        for (auto& [key, value] : values) {
            Key copy = key;
            (*this)(copy);
            (*this)(value);
        }
    }

    [[nodiscard]] const std::string& bytes() const { return bytes_; }

private:
    void count(std::uint64_t size) { (*this)(size); }

    std::string bytes_;
};

class Unpacker {
public:
    explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}

    template <class T>
    void operator()(T& value) {
        if constexpr (HasMembers<T, Unpacker>) {
            value.members(*this);
        } else {
            static_assert(std::is_trivially_copyable_v<T>);
            const auto taken = take(sizeof value);
            std::memcpy(static_cast<void*>(&value), taken.data(), taken.size());
        }
    }
    void operator()(std::string& text) { text = take(count()); }
    template <class T>
    void operator()(std::vector<T>& values) {
        values.assign(count(), T{});
        for (T& value : values) (*this)(value);
    }
    template <class T>
    void operator()(std::set<T>& values) {
        values.clear();
        for (auto left = count(); left > 0; --left) {
            T value{};
            (*this)(value);
            values.insert(value);
        }
    }
    template <class Key, class T>
    void operator()(std::map<Key, T>& values) {
        values.clear();
        for (auto left = count(); left > 0; --left) {
            Key key{};
            (*this)(key);
            (*this)(values[key]);
        }
    }

private:
    std::string_view take(std::size_t size) {
        if (size > bytes_.size()) throw std::runtime_error("the packed bytes end too early");
        const auto taken = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return taken;
    }
    std::size_t count() {
        std::uint64_t size = 0;
        (*this)(size);
        return size;
    }

    std::string_view bytes_;
};

}  // namespace berth::faults

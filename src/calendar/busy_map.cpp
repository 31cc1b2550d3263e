#include "calendar/busy_map.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "calendar/for_avx2.hpp"

namespace berth {
namespace {

using Word = GpuSet::Word;

constexpr OctetBits all_busy = 0xFF;
constexpr std::uint32_t octets_per_word = sizeof(Word);

BERTH_ALSO_FOR_AVX2
void unite(Word* into, const Word* rows, std::size_t words, std::size_t stride, int count) {
    for (int row = 0; row < count; ++row, rows += stride) {
        for (std::size_t block = 0; block < words; block += GpuSet::block_words) {
            for (std::size_t i = 0; i < GpuSet::block_words; ++i) {
                into[block + i] |= rows[block + i];
            }
        }
    }
}

// The bytes that come first in memory.
Word first_bytes(int count) {
    const int others = static_cast<int>(sizeof(Word)) - count;
    return std::endian::native == std::endian::little ? ~Word{0} >> (8 * others)
                                                      : ~Word{0} << (8 * others);
}

}  // namespace

BusyMap::BusyMap(std::uint32_t octets, Window window, int reach)
    : window_(window),
      octets_(octets),
      octet_stride_(static_cast<std::size_t>(window.slots() + reach)),
      // At least one block, so that a row of an empty fleet has an address.
      words_per_slot_(
          std::max(GpuSet::words_for(std::size_t{octets} * octet_size), GpuSet::block_words)),
      by_octet_(octets * octet_stride_ + sizeof(Word), all_busy),
      by_slot_(static_cast<std::size_t>(window.slots()) * words_per_slot_, ~Word{0}) {}

void BusyMap::busy_in(Window slots, std::size_t first, std::span<Word> into) const {
    std::ranges::fill(into, Word{0});
    if (slots.slots() <= 0) return;
    unite(into.data(), busy_in(slots.first).data() + first, into.size(), words_per_slot_,
          slots.slots());
}

void BusyMap::set(std::uint32_t octet, int column, std::span<const OctetBits> bits) {
    std::ranges::copy(bits, &by_octet_[octet * octet_stride_ + static_cast<std::size_t>(column)]);
    const std::uint32_t shift = octet % octets_per_word * octet_size;
    Word* word = &by_slot_[slot_row(column) + octet / octets_per_word];
    for (const OctetBits each : bits) {
        *word = (*word & ~(Word{all_busy} << shift)) | (Word{each} << shift);
        word += words_per_slot_;
    }
}

void BusyMap::reset_octet(std::uint32_t octet, int from_column, OctetBits bits) {
    OctetBits* const row = &by_octet_[octet * octet_stride_];
    std::fill(row + from_column, row + window_.slots(), bits);
}

void BusyMap::add_to_octet(std::uint32_t octet, int column, int count, OctetBits bits) {
    constexpr int at_once = sizeof(Word);
    OctetBits* at = &by_octet_[octet * octet_stride_ + static_cast<std::size_t>(column)];
    const auto add = [&](Word added) {
        Word here;
        std::memcpy(&here, at, sizeof here);
        here |= added;
        std::memcpy(at, &here, sizeof here);
    };
    const Word pattern = ~Word{0} / all_busy * bits;
    for (; count > at_once; count -= at_once, at += at_once) add(pattern);
    // The rest as a whole, too: how many there are is hard to guess for the processor.
    add(pattern & first_bytes(count));
}

void BusyMap::copy_to_slots(int from_column) {
    // So few columns at a time that what is written stays in the cache.
    constexpr int few = 64;
    for (int first = from_column; first < window_.slots(); first += few) {
        const int last = std::min(first + few, window_.slots());
        for (std::uint32_t octet = 0; octet < octets_; octet += octets_per_word) {
            copy_word(octet, first, last);
        }
    }
}

void BusyMap::copy_word(std::uint32_t octet, int first_column, int last_column) {
    const std::uint32_t end = std::min(octets_ - octet, octets_per_word);
    const OctetBits* const rows = &by_octet_[octet * octet_stride_];
    Word* word = &by_slot_[slot_row(first_column) + octet / octets_per_word];
    for (int column = first_column; column < last_column; ++column) {
        Word bits = end == octets_per_word ? 0 : ~Word{0} << (end * octet_size);
        for (std::uint32_t i = 0; i < end; ++i) {
            bits |= Word{rows[i * octet_stride_ + static_cast<std::size_t>(column)]}
                    << (i * octet_size);
        }
        *word = bits;
        word += words_per_slot_;
    }
}

void BusyMap::roll(int columns) {
    window_ = {window_.first + columns, window_.last + columns};
    const auto passed = std::min<std::ptrdiff_t>(columns, window_.slots());
    for (std::uint32_t octet = 0; octet < octets_; ++octet) {
        OctetBits* const row = &by_octet_[octet * octet_stride_];
        std::shift_left(row, row + window_.slots(), passed);
    }
    std::shift_left(by_slot_.begin(), by_slot_.end(),
                    passed * static_cast<std::ptrdiff_t>(words_per_slot_));
}

}  // namespace berth

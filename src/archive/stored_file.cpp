#include "archive/stored_file.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <zstd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <vector>

#include "files/durable_file.hpp"

namespace berth {

namespace {

constexpr int level = 3;
// Below this gain a file is kept as it is: weights hardly compress, and anyone can open them then.
constexpr double least_gain = 0.05;

std::string why(const std::filesystem::path& path, const char* what) {
    return fmt::format("{} {}: {}", what, path.string(),
                       std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
}

class Digest {
public:
    Digest() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
        EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
    }
    void add(const char* data, std::size_t size) { EVP_DigestUpdate(context_.get(), data, size); }
    std::string hex() {
        std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
        unsigned int size = 0;
        EVP_DigestFinal_ex(context_.get(), bytes.data(), &size);
        std::string text;
        for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", bytes[i]);
        return text;
    }

private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

// Compresses a stream block by block.
class Compressor {
public:
    explicit Compressor(std::ofstream& out)
        : out_(out),
          stream_(ZSTD_createCStream(), &ZSTD_freeCStream),
          buffer_(ZSTD_CStreamOutSize()) {
        ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_compressionLevel, level);
        ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_checksumFlag, 1);
    }

    // False when zstd fails, which it does for want of memory.
    bool write(const char* data, std::size_t size, ZSTD_EndDirective end) {
        ZSTD_inBuffer in{data, size, 0};
        bool done = false;
        while (!done) {
            ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
            const std::size_t left = ZSTD_compressStream2(stream_.get(), &out, &in, end);
            if (ZSTD_isError(left) != 0U) return false;
            out_.write(buffer_.data(), static_cast<std::streamsize>(out.pos));
            done = end == ZSTD_e_end ? left == 0 : in.pos == in.size;
        }
        return out_.good();
    }

private:
    std::ofstream& out_;
    std::unique_ptr<ZSTD_CStream, decltype(&ZSTD_freeCStream)> stream_;
    std::vector<char> buffer_;
};

std::expected<std::string, std::string> decompress(std::ifstream& in, std::uint64_t most,
                                                   const std::filesystem::path& stored) {
    const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream(ZSTD_createDStream(),
                                                                            &ZSTD_freeDStream);
    std::vector<char> block(ZSTD_DStreamInSize());
    std::vector<char> plain(ZSTD_DStreamOutSize());
    std::string text;
    std::size_t state = 1;
    while (in.read(block.data(), static_cast<std::streamsize>(block.size())), in.gcount() > 0) {
        ZSTD_inBuffer input{block.data(), static_cast<std::size_t>(in.gcount()), 0};
        while (input.pos < input.size && text.size() < most) {
            ZSTD_outBuffer output{plain.data(), plain.size(), 0};
            state = ZSTD_decompressStream(stream.get(), &output, &input);
            if (ZSTD_isError(state) != 0U) {
                return std::unexpected(stored.string() +
                                       " is damaged: " + ZSTD_getErrorName(state));
            }
            text.append(plain.data(), output.pos);
        }
        if (text.size() >= most) break;
    }
    if (state != 0 && text.size() < most) return std::unexpected(stored.string() + " is cut short");
    if (text.size() > most) text.resize(most);
    return text;
}

}  // namespace

std::expected<StoredFile, std::string> store_file(const std::filesystem::path& source,
                                                  const std::filesystem::path& target) {
    std::ifstream in(source, std::ios::binary);
    if (!in) return std::unexpected(why(source, "cannot read"));
    std::filesystem::path packed = target;
    packed += ".zst";
    StoredFile file;
    Digest digest;
    {
        std::ofstream out(packed, std::ios::binary | std::ios::trunc);
        if (!out) return std::unexpected(why(packed, "cannot write"));
        Compressor compressor(out);
        std::vector<char> block(std::size_t{1} << 20);
        while (in.read(block.data(), static_cast<std::streamsize>(block.size())), in.gcount() > 0) {
            const auto size = static_cast<std::size_t>(in.gcount());
            digest.add(block.data(), size);
            if (!compressor.write(block.data(), size, ZSTD_e_continue)) {
                return std::unexpected(why(packed, "cannot write"));
            }
            file.original_size += size;
        }
        if (in.bad()) return std::unexpected(why(source, "cannot read"));
        if (!compressor.write(nullptr, 0, ZSTD_e_end) || !out.flush()) {
            return std::unexpected(why(packed, "cannot write"));
        }
    }
    file.sha256 = digest.hex();
    std::error_code error;
    file.stored_size = std::filesystem::file_size(packed, error);
    std::filesystem::path kept = packed;
    // A stored name ends in .zst exactly when the archive compressed it, so "x" and "x.zst" of one
    // folder do not meet.
    const bool ambiguous = target.extension() == ".zst";
    if (!ambiguous && static_cast<double>(file.stored_size) >
                          static_cast<double>(file.original_size) * (1 - least_gain)) {
        std::filesystem::copy_file(source, target, error);
        if (error)
            return std::unexpected("cannot write " + target.string() + ": " + error.message());
        std::filesystem::remove(packed, error);
        file.stored_size = file.original_size;
        kept = target;
    }
    file.stored = kept.filename().string();
    if (auto synced = sync_to_disk(kept); !synced) return std::unexpected(synced.error());
    return file;
}

std::expected<std::string, std::string> load_file(const std::filesystem::path& stored,
                                                  std::uint64_t most) {
    std::ifstream in(stored, std::ios::binary);
    if (!in) return std::unexpected(why(stored, "cannot read"));
    if (stored.extension() == ".zst") return decompress(in, most, stored);
    std::string text(std::istreambuf_iterator<char>(in), {});
    if (text.size() > most) text.resize(most);
    return text;
}

}  // namespace berth

// The bare client that berthd is measured against: posts the objects of a file, a line each, with
// so many requests in flight on one HTTP/2 connection, and does nothing else.
//
//     bench_bare_poster https://127.0.0.1:6443 ca.crt token /apis/…/jobs objects.jsonl 64
#include <curl/curl.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Easy {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct Multi {
    void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct List {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::string text_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> lines_of(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(std::move(line));
    return lines;
}

std::size_t ignore(char* /*bytes*/, std::size_t /*one*/, std::size_t count, void* /*where*/) {
    return count;
}

class Poster {
public:
    Poster(const std::string& url, const std::string& authority, const std::string& token)
        : url_(url), authority_(authority), multi_(curl_multi_init()) {
        curl_multi_setopt(multi_.get(), CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
        headers_.reset(curl_slist_append(nullptr, "Content-Type: application/json"));
        // Both return the list's head, which stays the same.
        curl_slist_append(headers_.get(), ("Authorization: Bearer " + token).c_str());
    }

    // Milliseconds of each request, in the order of their answers.
    std::vector<double> post(const std::vector<std::string>& bodies, std::size_t in_flight) {
        std::vector<std::unique_ptr<CURL, Easy>> handles(std::min(in_flight, bodies.size()));
        std::vector<double> took;
        std::size_t next = 0;
        for (auto& handle : handles) {
            handle.reset(curl_easy_init());
            send(handle.get(), bodies[next++]);
        }
        while (took.size() < bodies.size()) {
            int running = 0;
            curl_multi_perform(multi_.get(), &running);
            int left = 0;
            while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
                CURL* handle = message->easy_handle;
                took.push_back(milliseconds(handle, message->data.result));
                curl_multi_remove_handle(multi_.get(), handle);
                if (next < bodies.size()) send(handle, bodies[next++]);
            }
            if (took.size() < bodies.size()) {
                curl_multi_poll(multi_.get(), nullptr, 0, 1000, nullptr);
            }
        }
        return took;
    }

private:
    void send(CURL* handle, const std::string& body) {
        curl_easy_setopt(handle, CURLOPT_URL, url_.c_str());
        curl_easy_setopt(handle, CURLOPT_CAINFO, authority_.c_str());
        curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
        curl_easy_setopt(handle, CURLOPT_PIPEWAIT, 1L);
        curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers_.get());
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body.c_str());
        curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, ignore);
        curl_multi_add_handle(multi_.get(), handle);
    }

    static double milliseconds(CURL* handle, CURLcode result) {
        long status = 0;
        curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
        if (result != CURLE_OK || status != 201) {
            throw std::runtime_error("a request failed: " + std::to_string(status) + " " +
                                     curl_easy_strerror(result));
        }
        curl_off_t microseconds = 0;
        curl_easy_getinfo(handle, CURLINFO_TOTAL_TIME_T, &microseconds);
        return static_cast<double>(microseconds) / 1000;
    }

    std::string url_;
    std::string authority_;
    std::unique_ptr<curl_slist, List> headers_;
    // Before the handles that are in it: they are destroyed first, by post().
    std::unique_ptr<CURLM, Multi> multi_;
};

int run(const std::vector<std::string>& words) {
    if (words.size() != 7) throw std::runtime_error("six arguments are needed");
    const auto bodies = lines_of(words[5]);
    Poster poster(words[1] + words[4], words[2], text_of(words[3]));
    const auto began = Clock::now();
    const auto took = poster.post(bodies, std::stoul(words[6]));
    const std::chrono::duration<double> all = Clock::now() - began;
    std::printf("{\"posts\": %zu, \"seconds\": %.6f}\n", took.size(), all.count());
    return 0;
}

}  // namespace

int main(int count, char** words) {
    curl_global_init(CURL_GLOBAL_ALL);
    try {
        return run({words, words + count});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_bare_poster: %s\n", error.what());
        return 1;
    }
}

// A network between the client and the real server that can be cut and go silent. One thread.
#pragma once

#include <memory>

namespace berth {

class Relay {
public:
    explicit Relay(unsigned short to_port);  // on 127.0.0.1
    ~Relay();
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

    [[nodiscard]] unsigned short port() const;
    void cut();        // what is open is closed, and nothing new gets through
    void go_silent();  // everything stays open, and nothing comes through
    void mend();       // what is still open is closed, and new connections are good

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace berth

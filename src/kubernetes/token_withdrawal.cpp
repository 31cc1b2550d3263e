#include "kubernetes/token_withdrawal.hpp"

#include "kubernetes/names.hpp"

namespace berth {

namespace {

constexpr int not_found = 404;

}  // namespace

void withdraw_token(LauncherTools& tools, ClusterAttempt& attempt) {
    if (attempt.token_is_withdrawn) return;
    const std::string name = secret_name(tools.options.site, attempt.id);
    tools.ask(attempt, "withdraw token",
              {.method = "DELETE", .path = tools.secrets_path(attempt) + "/" + name},
              [](ClusterAttempt& asked, const ApiReply& reply) {
                  if (reply.is_ok() || reply.status == not_found) asked.token_is_withdrawn = true;
              });
}

}  // namespace berth

// Plain tables and GPU lists for a terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace berth::cli {

// Columns as wide as their widest cell; a wide character (Chinese, say) counts two.
std::string format_table(const std::vector<std::vector<std::string>>& rows);

// Columns that the text takes on a terminal.
int display_width(std::string_view text);

// "node1[0-3,6] node2/1" for the ids of GPUs.
std::string compact_gpus(const std::vector<std::string>& ids);

}  // namespace berth::cli

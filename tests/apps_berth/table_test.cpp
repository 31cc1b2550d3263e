// What a terminal shows: tables, lists of GPUs and the progress bar.
#include "apps/berth/table.hpp"

#include <gtest/gtest.h>

#include "apps/berth/watch.hpp"

namespace berth::cli {
namespace {

TEST(DisplayWidth, a_chinese_character_takes_two_columns) {
    EXPECT_EQ(display_width(""), 0);
    EXPECT_EQ(display_width("r-17"), 4);
    EXPECT_EQ(display_width("训练"), 4);
    EXPECT_EQ(display_width("YOLO训练"), 8);
    EXPECT_EQ(display_width("(全角)"), 6);
    EXPECT_EQ(display_width("、。！"), 6);
}

TEST(DisplayWidth, letters_with_accents_and_dashes_take_one) {
    EXPECT_EQ(display_width("é–×…"), 4);
    EXPECT_EQ(display_width("e\u0301"), 1);  // a combining accent adds nothing
}

TEST(DisplayWidth, a_character_that_is_cut_off_is_survived) {
    EXPECT_GE(display_width("ab\xE8\xAE"), 2);
    EXPECT_GE(display_width("\xF0"), 0);
}

TEST(Table, columns_begin_under_each_other) {
    EXPECT_EQ(format_table({{"id", "owner", "state"}, {"r-17", "li", "running"}}),
              "id    owner  state\n"
              "r-17  li     running\n");
}

TEST(Table, chinese_titles_keep_the_columns_straight) {
    EXPECT_EQ(format_table({{"title", "state"}, {"训练", "queued"}, {"微调模型", "done"}}),
              "title     state\n"
              "训练      queued\n"
              "微调模型  done\n");
}

TEST(Table, rows_may_be_shorter_than_others) {
    EXPECT_EQ(format_table({{"a"}, {"bb", "c"}}), "a\nbb  c\n");
    EXPECT_EQ(format_table({}), "");
}

TEST(CompactGpus, neighbours_are_a_range) {
    EXPECT_EQ(compact_gpus({"node1/0", "node1/1", "node1/2", "node1/3"}), "node1[0-3]");
    EXPECT_EQ(compact_gpus({"node1/0", "node1/1", "node1/2", "node1/6"}), "node1[0-2,6]");
    EXPECT_EQ(compact_gpus({"node1/0", "node1/2"}), "node1[0,2]");
}

TEST(CompactGpus, a_lone_gpu_keeps_its_id) {
    EXPECT_EQ(compact_gpus({"node2/1"}), "node2/1");
    EXPECT_EQ(compact_gpus({}), "");
}

TEST(CompactGpus, the_order_of_ids_does_not_matter_within_a_node) {
    EXPECT_EQ(compact_gpus({"node1/10", "node2/1", "node1/9", "node1/2"}), "node1[2,9-10] node2/1");
}

TEST(ProgressBar, it_grows_with_the_epochs) {
    EXPECT_EQ(progress_bar(0, 10, 0), "[" + std::string(30, ' ') + "] epoch 0/10");
    EXPECT_EQ(progress_bar(3, 10, 125),
              "[" + std::string(9, '#') + std::string(21, ' ') + "] epoch 3/10  ETA 2 min 5 s");
}

TEST(ProgressBar, a_full_bar_has_no_time_left) {
    EXPECT_EQ(progress_bar(10, 10, 7), "[" + std::string(30, '#') + "] epoch 10/10");
}

TEST(ProgressBar, numbers_that_make_no_sense_stay_inside_the_bar) {
    EXPECT_EQ(progress_bar(12, 10, 0), "[" + std::string(30, '#') + "] epoch 12/10");
    EXPECT_EQ(progress_bar(3, 0, 0), "[" + std::string(30, ' ') + "] epoch 3/0");
    EXPECT_EQ(progress_bar(100'000'000, 200'000'000, 0),
              "[" + std::string(15, '#') + std::string(15, ' ') + "] epoch 100000000/200000000");
}

}  // namespace
}  // namespace berth::cli

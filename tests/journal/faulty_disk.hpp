// Stands between SQLite and the disk, in this test program only: counts what reaches the disk, and
// makes it fail. It replaces the C library's calls, so there is one for the whole program.
#pragma once

namespace berth::testing {

class FaultyDisk {
public:
    // Lets so many more writes through and fails those after with `error`, until mended.
    static void fail_writes_after(int writes, int error);
    static void fail_syncs(int error);
    static void mend();

    static long syncs();   // completed so far
    static long writes();  // tried so far
};

}  // namespace berth::testing

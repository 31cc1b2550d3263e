// Marks a function whose loops are worth compiling twice: for any processor, and for those with
// AVX2; the loader picks one. What such a function calls must be inlined into it to gain from it.
#pragma once

// Not under the sanitizers: the loader asks which one to take before their run time is ready. Not
// with Clang, which does not inline functions that take vectors from one kind into the other.
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define BERTH_ALSO_FOR_AVX2 __attribute__((target_clones("avx2", "default")))
#else
#define BERTH_ALSO_FOR_AVX2
#endif

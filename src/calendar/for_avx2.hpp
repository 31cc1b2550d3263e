// Marks a function whose loops are worth compiling twice: for any processor, and for those with
// AVX2; the loader picks one. What such a function calls must be inlined into it to gain from it.
#pragma once

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BERTH_SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BERTH_SANITIZED
#endif

// The loader asks which one to take before the sanitizers' run time is ready.
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(BERTH_SANITIZED)
#define BERTH_ALSO_FOR_AVX2 __attribute__((target_clones("avx2", "default")))
#else
#define BERTH_ALSO_FOR_AVX2
#endif

# One library a folder of src/, one test program a folder of tests/; both take every .cpp they hold.

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(date REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(prometheus-cpp REQUIRED)
# Debian's SOCI ships no CMake files.
find_library(SOCI_CORE soci_core REQUIRED)
find_library(SOCI_SQLITE3 soci_sqlite3 REQUIRED)
add_library(berth_soci INTERFACE)
target_link_libraries(berth_soci INTERFACE ${SOCI_SQLITE3} ${SOCI_CORE} SQLite::SQLite3)
target_include_directories(berth_soci SYSTEM INTERFACE /usr/include/soci)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)

add_library(berth_options INTERFACE)
target_include_directories(berth_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(berth_options INTERFACE
    -Wall -Wextra -Wconversion -Wshadow -Werror)
# Boost asks for these: no deprecated executors, and its headers are not ours to warn about.
target_compile_definitions(berth_options INTERFACE
    BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_ARRAY)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT BERTH_TIDY)
    # GCC 12 sees phantom overflows and uninitialised reads in inlined library code (GCC bugs 105329, 105562).
    target_compile_options(berth_options INTERFACE
        -Wno-error=maybe-uninitialized -Wno-error=restrict -Wno-error=stringop-overflow
        -Wno-error=array-bounds -Wno-error=dangling-pointer -Wno-error=stringop-overread)
endif()
if(BERTH_TIDY)
    # clang sees libstdc++ 12 use what it has itself declared deprecated.
    target_compile_options(berth_options INTERFACE -Wno-deprecated-declarations)
endif()
if(BERTH_SANITIZE)
    target_compile_options(berth_options INTERFACE
        -fsanitize=${BERTH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(berth_options INTERFACE -fsanitize=${BERTH_SANITIZE})
endif()

# berth_library(NAME DEPENDS ...): the folder's sources as the static library berth_NAME.
function(berth_library name)
    cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS *.cpp)
    add_library(berth_${name} STATIC ${sources})
    set_target_properties(berth_${name} PROPERTIES LINKER_LANGUAGE CXX)
    target_link_libraries(berth_${name} PUBLIC berth_options ${ARG_DEPENDS})
endfunction()

# berth_tests(NAME DEPENDS ...): the folder's sources as the GoogleTest program test_NAME.
function(berth_tests name)
    cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS *.cpp)
    if(NOT sources)
        return()
    endif()
    add_executable(test_${name} ${sources})
    target_include_directories(test_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    target_link_libraries(test_${name} PRIVATE ${ARG_DEPENDS} GTest::gmock GTest::gtest_main rapidcheck)
    add_test(NAME ${name} COMMAND test_${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endfunction()

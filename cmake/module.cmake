# The two functions that define every target.
#
# millrace_module(<path> [NET] SOURCES <files…> [USES <modules…>] [LINK <third-party targets…>])
#   A static library for the folder <path>. Its headers are seen as "<path>/file.hpp", and only by those
#   who name it in USES: each module has an include directory of its own that holds nothing else.
#   NET: uses Asio.
#
# millrace_program(<name> …same…)   an executable
# millrace_test(<name> [ONE_THREAD] [EACH_ALONE] …same…)  a GoogleTest executable, registered with ctest under the label `unit`
#   ONE_THREAD: starts no thread, so ThreadSanitizer need not look at it.
#   EACH_ALONE: its sources name different things alike, so they are not compiled as one under the sanitizers.
#   Built by the target `unit_tests` and not by `all`: `./dev test` runs them under the sanitizers, which see more.
# millrace_headers(<path>)          makes the folder's headers visible as a module without sources
function(_millrace_pch kind)
  add_library(millrace_pch_${kind} STATIC ${CMAKE_SOURCE_DIR}/cmake/pch_anchor.cpp)
  target_precompile_headers(millrace_pch_${kind} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch_${kind}.hpp)
  target_link_libraries(millrace_pch_${kind} PUBLIC third_party_asio fmt::fmt millrace_warnings)
endfunction()
_millrace_pch(std)
_millrace_pch(net)
_millrace_pch(test)
target_link_libraries(millrace_pch_test PUBLIC GTest::gtest GTest::gmock)

function(_millrace_target_name out path)
  string(REPLACE "/" "_" name ${path})
  set(${out} millrace_${name} PARENT_SCOPE)
endfunction()

function(_millrace_wire target pch uses link)
  target_link_libraries(${target} PRIVATE millrace_warnings)
  target_link_libraries(${target} PUBLIC third_party_asio fmt::fmt ${link})
  foreach(module IN LISTS uses)
    _millrace_target_name(name ${module})
    target_link_libraries(${target} PUBLIC ${name})
  endforeach()
  target_precompile_headers(${target} REUSE_FROM millrace_pch_${pch})
endfunction()

function(millrace_headers path)
  _millrace_target_name(target ${path})
  set(view ${CMAKE_BINARY_DIR}/include/${target})
  get_filename_component(parent ${view}/${path} DIRECTORY)
  file(MAKE_DIRECTORY ${parent})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${path} ${view}/${path} SYMBOLIC)
  set(MILLRACE_VIEW ${view} PARENT_SCOPE)
endfunction()

# Several sources in one: for what is built whole on a fresh machine and not edited all day.
function(millrace_many_in_one target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8
    UNITY_BUILD_CODE_BEFORE_INCLUDE [[#pragma clang diagnostic ignored "-Wshadow"]])
endfunction()

function(millrace_module path)
  cmake_parse_arguments(ARG "NET" "" "SOURCES;USES;LINK" ${ARGN})
  _millrace_target_name(target ${path})
  add_library(${target} STATIC ${ARG_SOURCES})
  if(MILLRACE_SANITIZE)
    millrace_many_in_one(${target})
  endif()
  millrace_headers(${path})
  target_include_directories(${target} PUBLIC ${MILLRACE_VIEW})
  if(ARG_NET)
    _millrace_wire(${target} net "${ARG_USES}" "${ARG_LINK}")
  else()
    _millrace_wire(${target} std "${ARG_USES}" "${ARG_LINK}")
  endif()
endfunction()

function(millrace_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  _millrace_wire(${name} net "${ARG_USES}" "${ARG_LINK}")
endfunction()

# What the sanitizers' run times are told, the same in every test; without a sanitizer nobody reads it.
set(MILLRACE_SANITIZER_OPTIONS
  "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1"
  "UBSAN_OPTIONS=print_stacktrace=1"
  "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/tsan_suppressions.txt:second_deadlock_stack=1:halt_on_error=1")

add_custom_target(unit_tests)
function(millrace_test name)
  cmake_parse_arguments(ARG "ONE_THREAD;EACH_ALONE" "" "SOURCES;USES;LINK" ${ARGN})
  if(ARG_ONE_THREAD AND MILLRACE_SANITIZE MATCHES thread)
    return()
  endif()
  add_executable(${name} EXCLUDE_FROM_ALL ${ARG_SOURCES})
  if(MILLRACE_SANITIZE AND NOT ARG_EACH_ALONE)
    millrace_many_in_one(${name})
  endif()
  add_dependencies(unit_tests ${name})
  _millrace_wire(${name} test "${ARG_USES}" "${ARG_LINK}")
  target_link_libraries(${name} PRIVATE GTest::gtest_main GTest::gmock)
  target_compile_definitions(${name} PRIVATE
    MILLRACE_SOURCE_DIR="${CMAKE_SOURCE_DIR}" MILLRACE_BINARY_DIR="${CMAKE_BINARY_DIR}")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300 LABELS unit)
  set_tests_properties(${name} PROPERTIES ENVIRONMENT "${MILLRACE_SANITIZER_OPTIONS}")
endfunction()

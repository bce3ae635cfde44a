# Compiler, linker and flags. One compiler is supported: see docs/decisions/0002-clang-19.md.
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR "Millrace is built with clang 19 (found ${CMAKE_CXX_COMPILER_ID} "
                      "${CMAKE_CXX_COMPILER_VERSION}). Use './dev build' or 'cmake --preset dev'.")
endif()
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Dev CACHE STRING "" FORCE)
endif()

# -O1 and line tables only: half the build time of -O2 -g, and stack traces still name lines.
set(CMAKE_CXX_FLAGS_DEV "-O1 -gline-tables-only" CACHE STRING "" FORCE)
set(CMAKE_C_FLAGS_DEV "-O1 -gline-tables-only" CACHE STRING "" FORCE)
# No -DNDEBUG: assertions mark bugs and stay on in release.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection" CACHE STRING "" FORCE)
set(CMAKE_C_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}" CACHE STRING "" FORCE)

find_program(MILLRACE_CCACHE ccache)
if(MILLRACE_CCACHE)
  foreach(lang C CXX)
    set(CMAKE_${lang}_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${MILLRACE_CCACHE})
  endforeach()
endif()
add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")

find_program(MILLRACE_MOLD mold)
if(MILLRACE_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
add_link_options(-Wl,-z,relro,-z,now,--as-needed)
# Position-independent programs; one flag for libraries too, so that all share the precompiled headers.
add_compile_options(-fPIE)
add_link_options(-pie)

set(MILLRACE_SANITIZE "" CACHE STRING "Comma-separated sanitizers, e.g. address,undefined")
if(MILLRACE_SANITIZE)
  add_compile_options(-fsanitize=${MILLRACE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MILLRACE_SANITIZE})
endif()

add_library(millrace_warnings INTERFACE)
target_compile_options(millrace_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
  -Wthread-safety -Werror
  # Fields that are not named keep the default that their declaration gives them; that is what defaults are for.
  -Wno-missing-designated-field-initializers)

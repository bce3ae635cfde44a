# Everything from outside, all of it from Debian, behind short target names.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(GTest REQUIRED)
find_package(Protobuf REQUIRED)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(TOMLPP REQUIRED IMPORTED_TARGET tomlplusplus)
pkg_check_modules(PROMETHEUS REQUIRED IMPORTED_TARGET prometheus-cpp-core)
find_library(PROTON_LIBRARY qpid-proton REQUIRED)

add_library(third_party_sqlite ALIAS PkgConfig::SQLITE)
add_library(third_party_sodium ALIAS PkgConfig::SODIUM)
add_library(third_party_systemd ALIAS PkgConfig::SYSTEMD)
add_library(third_party_toml ALIAS PkgConfig::TOMLPP)
add_library(third_party_prometheus ALIAS PkgConfig::PROMETHEUS)
# Not by pkg-config: Debian's file names an include folder that does not exist. The headers are in /usr/include.
add_library(third_party_proton INTERFACE)
target_link_libraries(third_party_proton INTERFACE ${PROTON_LIBRARY})

add_library(third_party_paho INTERFACE)
target_link_libraries(third_party_paho INTERFACE paho-mqttpp3 paho-mqtt3as)

# Boost is header-only for us but for JSON and URL. Asio and Beast are compiled once, in asio.cpp.
add_library(third_party_asio STATIC ${CMAKE_SOURCE_DIR}/cmake/asio.cpp)
target_compile_definitions(third_party_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_DISABLE_BOOST_COROUTINE BOOST_BEAST_USE_STD_STRING_VIEW)
target_link_libraries(third_party_asio PUBLIC OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
add_library(third_party_json INTERFACE)
target_link_libraries(third_party_json INTERFACE boost_json)
add_library(third_party_xml INTERFACE)
target_link_libraries(third_party_xml INTERFACE pugixml)
add_library(third_party_archive INTERFACE)
target_link_libraries(third_party_archive INTERFACE archive)
add_library(third_party_url INTERFACE)
target_link_libraries(third_party_url INTERFACE boost_url)

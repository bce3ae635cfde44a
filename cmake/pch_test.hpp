// Precompiled for tests.
#include "pch_net.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

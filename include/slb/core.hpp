#ifndef SLB_CORE_HPP
#define SLB_CORE_HPP

/// @file
/// Everything that needs no crypto library, no Boost and no operating system.
#include <slb/client.hpp>
#include <slb/hmac.hpp>
#include <slb/operations.hpp>
#include <slb/raw_operation.hpp>

#endif

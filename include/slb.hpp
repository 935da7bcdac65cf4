#ifndef SLB_HPP
#define SLB_HPP

/// @file
/// The core, and OpenSSL as its crypto library.
#include <slb/core.hpp>
#include <slb/openssl.hpp>

#endif

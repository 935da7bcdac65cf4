#ifndef SLB_VERSION_HPP
#define SLB_VERSION_HPP

/// @file
/// The version, which every other header includes.

/// The version of the library: major * 10000 + minor * 100 + patch. Every name lives in an inline namespace
/// of the version, so that two versions in one program never meet.
#define SLB_VERSION 100

#if __cplusplus < 202002L && !(defined(_MSVC_LANG) && _MSVC_LANG >= 202002L)
#error "slb needs C++20 or later: -std=c++20"
#endif

#include <string_view>

/// Everything of the library. Calls are made by a client over a transport, or, without any I/O of the
/// library's own, by a session, an exchange or an http_call. Names within `slb::detail` may change at any
/// time.
namespace slb::inline v0_1 {

/// The same as text; requests carry it in their User-Agent header.
inline constexpr std::string_view version = "0.1.0";

} // namespace slb::inline v0_1

#endif

#ifndef SLB_VERSION_HPP
#define SLB_VERSION_HPP

/// The version of the library: major * 10000 + minor * 100 + patch. Every name lives in an inline namespace
/// of the version, so that two versions in one program never meet.
#define SLB_VERSION 100

#endif

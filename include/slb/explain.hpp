#ifndef SLB_EXPLAIN_HPP
#define SLB_EXPLAIN_HPP

/// What a request comes to, and why its signature was refused: for people, so that core.hpp goes without it.
/// It needs what core.hpp needs, and a crypto library for the hash of ACS3.
#include <slb/explain/refusal.hpp>
#include <slb/explain/request.hpp>

#endif

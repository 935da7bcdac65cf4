#ifndef SLB_EMULATOR_HPP
#define SLB_EMULATOR_HPP

/// @file
/// The emulator of the service and its transport without a socket. A server around it: emulator_server.hpp.
#include <slb/emulator/emulator.hpp>
#include <slb/emulator/transport.hpp>

#endif

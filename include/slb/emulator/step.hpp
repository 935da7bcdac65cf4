#ifndef SLB_EMULATOR_STEP_HPP
#define SLB_EMULATOR_STEP_HPP

#include <slb/version.hpp>

#include <cstdint>

namespace slb::inline v0_1 {

/// What a server does next on one connection of an emulator.
///   read    waits for bytes of the peer
///   write   sends the connection's output
///   close   ends the connection cleanly: close_notify where there is TLS, then FIN
///   reset   ends it with RST
///   stall   does nothing more, but keeps it open until the peer closes it
enum class emulator_step : std::uint8_t { read, write, close, reset, stall };

} // namespace slb::inline v0_1

#endif

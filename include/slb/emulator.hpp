#ifndef SLB_EMULATOR_HPP
#define SLB_EMULATOR_HPP

#include <slb/emulator/emulator.hpp>
#include <slb/emulator/transport.hpp>

#endif

#ifndef SLB_PMR_HPP
#define SLB_PMR_HPP

#include <slb/client.hpp>

#include <memory_resource>

namespace slb::inline v0_1 {

/// The templates of the core with a std::pmr memory resource behind them. Not part of the core, because
/// `<memory_resource>` costs as much to include as the whole of it.
///
///   std::pmr::monotonic_buffer_resource memory{buffer, sizeof buffer};
///   slb::pmr::client<my_transport> client{transport, access, {}, &memory};
namespace pmr {

/// Made of a pointer to a memory resource, which must outlive all that was given it.
using allocator = std::pmr::polymorphic_allocator<std::byte>;

/// @{
/// The template of that name in slb, with this allocator. Memory that runs out is reported by whatever the
/// resource throws, as a rule std::bad_alloc.
template <callable_operation Operation>
using response = slb::response<Operation, allocator>;
using http_call = slb::http_call<allocator>;
using exchange = slb::exchange<allocator>;
using session = slb::session<allocator>;
template <transport Transport, class Crypto = default_crypto>
using client = slb::client<Transport, Crypto, allocator>;
/// @}

} // namespace pmr
} // namespace slb::inline v0_1

#endif

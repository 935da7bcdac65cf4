// expect: deleted
// twin: slb::http_response<>().error() -> kept.error()
#include <slb/http_response.hpp>

slb::error const& error_of(slb::http_response<> const& kept) {
    static_cast<void>(kept);
    return slb::http_response<>().error();
}

// expect: deleted
// twin: slb::http_response<>().body() -> kept.body()
#include <slb/http_response.hpp>

std::string_view body_of(slb::http_response<> const& kept) {
    static_cast<void>(kept);
    return slb::http_response<>().body();
}

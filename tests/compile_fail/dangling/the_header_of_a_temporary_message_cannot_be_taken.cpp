// expect: deleted
// twin: slb::http_response<>().header("date") -> kept.header("date")
#include <slb/http_response.hpp>

std::string_view date_of(slb::http_response<> const& kept) {
    static_cast<void>(kept);
    return slb::http_response<>().header("date");
}

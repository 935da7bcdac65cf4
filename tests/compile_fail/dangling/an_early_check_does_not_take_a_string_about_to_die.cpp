// expect: deleted function
// twin: make_id()); -> id);
#include <slb/values.hpp>

#include <string>

std::string make_id();

bool good(std::string const& id) {
    auto const checked = slb::checked<slb::server_id>(make_id());
    return static_cast<bool>(checked) && !id.empty();
}

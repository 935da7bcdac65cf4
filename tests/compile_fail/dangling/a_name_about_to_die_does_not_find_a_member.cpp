// expect: deleted
// twin: [make_name()] -> [name]
#include <slb/json_value.hpp>

#include <string>

std::string make_name();

slb::json_value found(slb::json_value const& root, std::string const& name) {
    return name.empty() ? root : root[make_name()];
}

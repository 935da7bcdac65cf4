// expect: deleted
// twin: (make_name()) -> (name)
#include <slb/json_value.hpp>

#include <string>

std::string make_name();

std::size_t length(slb::json_value const& root, std::string const& name) {
    std::string_view const shown = root.text_or(make_name());
    return shown.size() + name.size();
}

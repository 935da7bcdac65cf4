// expect: deleted
// twin: (make_name()) -> (name)
#include <slb/values.hpp>

#include <string>

std::string make_name();

std::size_t length(slb::maybe<std::string_view> const& given, std::string const& name) {
    std::string_view const shown = given.value_or(make_name());
    return shown.size() + name.size();
}

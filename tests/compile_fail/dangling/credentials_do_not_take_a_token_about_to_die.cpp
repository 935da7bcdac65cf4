// expect: deleted
// twin: read_file("token")); -> token);
#include <slb/credentials.hpp>

#include <string>

std::string read_file(char const* name);

bool usable() {
    std::string const token = read_file("token");
    slb::credentials const key("id", "secret", read_file("token"));
    return key.problem() == slb::errc::none && !token.empty();
}

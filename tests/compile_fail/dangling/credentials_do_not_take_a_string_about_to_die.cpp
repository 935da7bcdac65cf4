// expect: deleted
// twin: read_file("secret")); -> secret);
#include <slb/credentials.hpp>

#include <string>

std::string read_file(char const* name);

bool usable() {
    std::string const id = read_file("id");
    std::string const secret = read_file("secret");
    slb::credentials const key(id, read_file("secret"));
    return key.problem() == slb::errc::none && !secret.empty();
}

// expect: id_must_have_at_most_128_characters
// twin: iiiii -> iiii
#include <slb/values.hpp>

slb::server_id longest() {
    return "iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii"
           "iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii";
}

// expect: deleted
// twin: make_list().parameters() -> list.parameters()
#include <slb/raw_operation.hpp>

slb::raw_operation make_list();

std::size_t sent() {
    slb::raw_operation const list = make_list();
    auto const parameters = make_list().parameters();
    return parameters.size() + list.added();
}

// expect: deleted
// twin: answer()["RequestId"] -> response["RequestId"]
#include <slb/raw_operation.hpp>

slb::response<slb::raw_operation> answer();

std::size_t length() {
    auto const response = answer();
    return answer()["RequestId"].text_or("").size();
}

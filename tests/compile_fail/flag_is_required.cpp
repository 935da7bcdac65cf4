// expect: flag_is_required
// twin: "cn-hangzhou" -> "cn-hangzhou", true
#include <slb/values.hpp>

struct region_state {
    slb::region_id region_id;
    slb::flag open;
};

region_state state() { return {"cn-hangzhou"}; }

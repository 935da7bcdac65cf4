// expect: load_balancer_id_is_required
// twin: .include_rule -> .load_balancer_id = "lb-1", .include_rule
#include <slb/operations/describe_vserver_groups.hpp>

slb::describe_vserver_groups groups() { return {.region_id = "cn-hangzhou", .include_rule = true}; }

// expect: region_id_is_required
// twin: {.vserver -> {.region_id = "cn-hangzhou", .vserver
#include <slb/operations/describe_vserver_group_attribute.hpp>

slb::describe_vserver_group_attribute group() { return {.vserver_group_id = "rsp-1"}; }

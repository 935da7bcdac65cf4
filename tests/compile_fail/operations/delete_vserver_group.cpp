// expect: vserver_group_id_is_required
// twin: "cn-hangzhou" -> "cn-hangzhou", .vserver_group_id = "rsp-1"
#include <slb/operations/delete_vserver_group.hpp>

slb::delete_vserver_group deletion() { return {.region_id = "cn-hangzhou"}; }

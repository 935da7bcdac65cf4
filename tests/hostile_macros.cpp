// Engines and system headers define such macros; the library is included behind them, not before.
#define check(x) hostile x
#define verify(x) hostile x
#define TEXT(x) hostile x
#define ERROR hostile
#define DEBUG hostile
#define min(a, b) hostile a b
#define max(a, b) hostile a b

#include <slb.hpp>
#include <slb/host.hpp>
#include <slb/openssl_evp.hpp>

int main() {
    slb::modify_vserver_group_backend_servers const request{
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-cige6j5e7p",
        .replace = {{.from = {"vm-233", 80}, .to = {"vm-235", 8080}}}};
    slb::http_call call{slb::endpoint::for_region("cn-hangzhou")};
    return call.encode(request) ? 0 : 1;
}

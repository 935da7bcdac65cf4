// expect: listener_protocol_must_be_tcp_udp_http_or_https
// twin: tls -> https
#include <slb/operations/describe_health_status.hpp>

slb::describe_health_status health() {
    return {.load_balancer_id = "lb-1", .listener_port = 443, .listener_protocol = "tls"};
}

// expect: listener_protocol_must_be_tcp_udp_http_or_https
// twin: TCP -> tcp
#include <slb/values.hpp>

slb::maybe<slb::listener_protocol> protocol() { return "TCP"; }

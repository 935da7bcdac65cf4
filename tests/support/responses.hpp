#ifndef SLB_TESTS_SUPPORT_RESPONSES_HPP
#define SLB_TESTS_SUPPORT_RESPONSES_HPP

#include "print.hpp"
#include "replies.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace slb_test {

using operation = slb::modify_vserver_group_backend_servers;

/// The text of a reply, or of an error without what to do: what a call came to, in one line.
template <class Response>
std::string outcome_of(Response const& response) {
    std::ostringstream out;
    if (response)
        out << copy_of(*response);
    else
        out << news_of(response.error());
    return out.str();
}

/// An answer as it stands on the connection.
inline std::string http_answer(int status, std::string_view body, std::string_view more_headers = {}) {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + std::string(more_headers) +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}
/// The same in chunks of `chunk` bytes, with an extension and a trailer.
inline std::string chunked_response(int status, std::string_view body, std::size_t chunk) {
    std::string text = "HTTP/1.1 " + std::to_string(status) + " X\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (; !body.empty(); body.remove_prefix(std::min(chunk, body.size()))) {
        std::string_view const piece = body.substr(0, chunk);
        std::ostringstream size;
        size << std::hex << piece.size();
        text += size.str() + ";x=\"y\"\r\n" + std::string(piece) + "\r\n";
    }
    return text + "0\r\nX-Trailer: y\r\n\r\n";
}

/// Refusals as reported from the field (spellings and order), with made-up values.
inline constexpr std::string_view throttled_json =
    R"({"RequestId":"5DC94A4B-1A26-5D24-86A7-5A2D3E8A0C11","Message":"Request was denied due to user flow control.",)"
    R"("Recommend":"https://api.aliyun.com/troubleshoot?q=Throttling.User","HostId":"slb.aliyuncs.com","Code":"Throttling.User"})";
inline constexpr std::string_view not_found_xml =
    "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>R-9</RequestId><HostId>slb.aliyuncs.com</HostId>"
    "<Code>InvalidAccessKeyId.NotFound</Code><Message>Specified access key is not found.</Message>"
    "<Recommend><![CDATA[https://api.aliyun.com/troubleshoot?q=a&b=c]]></Recommend></Error>";
inline constexpr std::string_view html_page =
    "<html>\n<head><title>502 Bad Gateway</title></head>\n<body><br></body>\n</html>\n";

/// Whole answers, and what a call that gets them comes to.
struct golden_response {
    char const* what;
    std::string bytes;
    std::string outcome;
    bool kept = true;
    bool until_close = false;
};
inline std::vector<golden_response> const& golden_responses() {
    static std::vector<golden_response> const responses{
        {"the documented JSON", http_answer(200, documented_json, "Content-Type: application/json\r\n"),
         "9DEC9C28-AB05-4DDF-9A78-6B08EC9CE18C rsp-cige6j5e7p [vm-400:80 weight 100] [vm-401:90 weight 100]"},
        {"the documented XML", http_answer(200, documented_xml, "Content-Type: text/xml;charset=UTF-8\r\n"),
         "9DEC9C28-AB05-4DDF-9A78-6B08EC9CE18C rsp-cige6j5e7p [vm-400:80 weight 100] [vm-401:90 weight 100]"},
        {"compact JSON", http_answer(200, compact_json),
         "R-1 rsp-1 [i-1:8080 weight 60 type ecs] [eni-2:443 weight 0 type eni at 192.0.2.11 called web-b]"},
        {"compact XML", http_answer(200, compact_xml),
         "R-1 rsp-1 [i-1:8080 weight 60 type ecs] [eni-2:443 weight 0 type eni at 192.0.2.11 called web-b]"},
        {"JSON in chunks", chunked_response(200, compact_json, 50),
         "R-1 rsp-1 [i-1:8080 weight 60 type ecs] [eni-2:443 weight 0 type eni at 192.0.2.11 called web-b]"},
        {"XML in chunks", chunked_response(200, compact_xml, 7),
         "R-1 rsp-1 [i-1:8080 weight 60 type ecs] [eni-2:443 weight 0 type eni at 192.0.2.11 called web-b]"},
        {"JSON with escapes, after interim responses",
         "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 X\r\nX: y\r\n\r\n" +
             http_answer(
                 200,
                 R"({"RequestId":"\u0052","VServerGroupId":"\"g\"","BackendServers":[{"ServerId":"\u4e2d","Port":"\u0031"}]})"),
         "R \"g\" [\xe4\xb8\xad:1]"},
        {"JSON, then the end",
         http_answer(200, R"({"RequestId":"R","VServerGroupId":"g"})", "Connection: close\r\n"), "R g",
         false},
        {"JSON without a length", "HTTP/1.1 200 OK\r\n\r\n{\"RequestId\":\"R\",\"VServerGroupId\":\"g\"}",
         "R g", false, true},
        {"throttled", http_answer(400, throttled_json, "x-acs-retry-after: 1500\r\n"),
         "rejected: the service answered with an error: Throttling.User: Request was denied due to user flow "
         "control. (HTTP 400, "
         "request id 5DC94A4B-1A26-5D24-86A7-5A2D3E8A0C11); retry after 1500 ms"},
        {"throttled, in chunks", chunked_response(400, throttled_json, 100),
         "rejected: the service answered with an error: Throttling.User: Request was denied due to user flow "
         "control. (HTTP 400, "
         "request id 5DC94A4B-1A26-5D24-86A7-5A2D3E8A0C11); retry after 3000 ms"},
        {"an unknown key, in XML", http_answer(404, not_found_xml),
         "rejected: the service answered with an error: InvalidAccessKeyId.NotFound: Specified access key is "
         "not "
         "found. (HTTP 404, "
         "request id R-9)"},
        {"an internal error", http_answer(500, R"({"Code":"InternalError","Message":"?","RequestId":"R"})"),
         "maybe applied: the service answered with an error: InternalError: ? (HTTP 500, request id R)"},
        {"a page of a proxy", http_answer(502, html_page),
         "maybe applied: the response is not the API's; a proxy may have sent it (HTTP 502)"},
        {"nothing", "HTTP/1.1 204 No Content\r\n\r\n",
         "maybe applied: the response is not the API's; a proxy may have sent it (HTTP 204)"},
        {"half a reply", http_answer(200, compact_json.substr(0, 100)),
         "applied: the body of the response is not well-formed (HTTP 200)"},
    };
    return responses;
}

} // namespace slb_test

#endif

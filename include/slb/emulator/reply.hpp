#ifndef SLB_EMULATOR_REPLY_HPP
#define SLB_EMULATOR_REPLY_HPP

#include <slb/emulator/table.hpp>
#include <slb/emulator/text.hpp>
#include <slb/sign.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <string>
#include <utility>

namespace slb::inline v0_1 {

/// A call that is refused: what the reply says.
struct refusal {
    /// The status of HTTP, as 400.
    int status = 0;
    /// The code of the API, which clients act upon: `VServerGroupProcessing`.
    std::string code{};
    /// A sentence for people.
    std::string message{};

    /// Of a call that lacks a required parameter.
    [[nodiscard]] static refusal missing(std::string_view parameter) {
        return {400, detail::joined({"Missing", parameter}),
                detail::joined({parameter, " is mandatory for this action."})};
    }
};

/// How a reply is written.
enum class reply_format : std::uint8_t { json, xml };

namespace detail {

inline boost::json::value to_json(shown_value const& value) {
    switch (value.what) {
    case shown_value::kind::text: return boost::json::value(value.text);
    case shown_value::kind::number: return boost::json::value(value.number);
    case shown_value::kind::truth: return boost::json::value(value.number != 0);
    case shown_value::kind::nothing: break;
    }
    return nullptr;
}
/// A described struct as JSON: members in the order of the description, numbers as numbers, unset ones left
/// out, a list as {"BackendServers":{"BackendServer":[...]}}. It is the tree that XML is written from, too.
inline boost::json::object to_json(struct_table const& table, void const* object) {
    boost::json::object tree;
    for (auto const& row : table) {
        if (row.members != nullptr) {
            tree[row.name] = to_json(*row.members, row.part(object));
        } else if (row.list_size == nullptr) {
            boost::json::value value = to_json(row.show(object));
            if (!value.is_null()) tree[row.name] = std::move(value);
        } else {
            boost::json::array elements;
            for (std::size_t i = 0; i != row.list_size(object); ++i) {
                void const* const element = row.list_element(object, i);
                if (row.elements != nullptr)
                    elements.push_back(to_json(*row.elements, element));
                else
                    elements.push_back(to_json(row.show_element(element)));
            }
            boost::json::object list;
            list[row.item_name] = std::move(elements);
            tree[row.name] = std::move(list);
        }
    }
    return tree;
}

/// Text inside an XML element. Control characters, which XML cannot carry even escaped, become '?'.
inline void put_xml_text(std::string& out, std::string_view text) {
    for (char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '\r')
            out += "&#13;";
        else
            out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
    }
}

inline void put_xml(std::string& out, std::string_view name, boost::json::value const& value) {
    if (auto const* const elements = value.if_array()) {
        for (auto const& element : *elements) put_xml(out, name, element);
        return;
    }
    out.append("<").append(name).append(">");
    if (auto const* const members = value.if_object()) {
        for (auto const& member : *members) put_xml(out, member.key(), member.value());
    } else if (auto const* const text = value.if_string()) {
        put_xml_text(out, *text);
    } else {
        out += boost::json::serialize(value);
    }
    out.append("</").append(name).append(">");
}

inline constexpr std::string_view xml_declaration = "<?xml version='1.0' encoding='UTF-8'?>";

/// The body of a reply that grants the call. The XML root is named as in the documentation after 2019.
inline std::string response_body(reply_format format, std::string_view action,
                                 boost::json::object const& response) {
    if (format == reply_format::json) return boost::json::serialize(response);
    std::string body(xml_declaration);
    put_xml(body, joined({action, "Response"}), response);
    return body;
}

/// The body of a reply that refuses the call: members and order as in captures of 2021 to 2025 (JSON) and of
/// openapi-sdk-php issue 175 (XML). Clients must not rely on the order.
inline std::string error_body(reply_format format, refusal const& why, std::string_view request_id,
                              std::string_view host_id) {
    std::string const recommend =
        joined({"https://api.aliyun.com/troubleshoot?q=", why.code, "&product=Slb&requestId=", request_id});
    if (format == reply_format::json) {
        boost::json::object error;
        error["RequestId"] = request_id;
        error["Message"] = why.message;
        error["Recommend"] = recommend;
        error["HostId"] = host_id;
        error["Code"] = why.code;
        return boost::json::serialize(error);
    }
    std::string body(xml_declaration);
    body += "<Error>";
    put_xml(body, "RequestId", boost::json::value(request_id));
    put_xml(body, "HostId", boost::json::value(host_id));
    put_xml(body, "Code", boost::json::value(why.code));
    put_xml(body, "Message", boost::json::value(why.message));
    body.append("<Recommend><![CDATA[").append(recommend).append("]]></Recommend></Error>");
    return body;
}

/// A date as HTTP has it, `Tue, 24 Nov 2026 18:05:33 GMT` (RFC 9110 section 5.6.7).
inline std::string http_date(std::int64_t unix_seconds) {
    constexpr std::string_view days = "ThuFriSatSunMonTueWed";
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    utc_time const time(unix_seconds);
    std::string_view const text = time.view();
    auto const number = [&](std::size_t at) {
        return static_cast<std::size_t>(text[at] - '0') * 10 + static_cast<std::size_t>(text[at + 1] - '0');
    };
    std::int64_t const day = (unix_seconds - (unix_seconds % 86400 + 86400) % 86400) / 86400;
    std::string date(days.substr(static_cast<std::size_t>((day % 7 + 7) % 7) * 3, 3));
    date.append(", ").append(text.substr(8, 2)).append(" ");
    date.append(months.substr((number(5) - 1) * 3, 3)).append(" ").append(text.substr(0, 4));
    return date.append(" ").append(text.substr(11, 8)).append(" GMT");
}

inline std::string_view reason_of(int status) {
    switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 417: return "Expectation Failed";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 449: return "Retry With";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
    }
}

/// What the head of a reply says beside the length of the body.
struct reply_head {
    int status = 200;
    std::string_view content_type{};
    std::int64_t unix_seconds = 0;
    bool keep_alive = true;
    std::string_view request_id{};
    std::string_view trace_id{};
    /// 0: the header is left out.
    std::int64_t retry_after_ms = 0;
};

/// The head of a reply as gateways have sent it since about 2023. A reply without a request id is not the
/// API's but a page of the HTTP server in front of it, and has fewer headers.
inline std::string head_text(reply_head const& head, std::size_t body_size) {
    std::string text =
        joined({"HTTP/1.1 ", std::to_string(head.status), " ", reason_of(head.status),
                "\r\nDate: ", http_date(head.unix_seconds), "\r\nContent-Type: ", head.content_type,
                "\r\nContent-Length: ", std::to_string(body_size)});
    text +=
        head.keep_alive ? "\r\nConnection: keep-alive\r\nKeep-Alive: timeout=25" : "\r\nConnection: close";
    if (!head.request_id.empty())
        text += joined({"\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: *"
                        "\r\nx-acs-request-id: ",
                        head.request_id, "\r\nx-acs-trace-id: ", head.trace_id});
    if (head.retry_after_ms > 0)
        text += joined({"\r\nx-acs-retry-after: ", std::to_string(head.retry_after_ms)});
    return text += "\r\n\r\n";
}

/// The page that an HTTP server sends when it refuses a request before it is the API's.
inline std::string refusal_page(int status, std::int64_t unix_seconds) {
    std::string const title = joined({std::to_string(status), " ", reason_of(status)});
    std::string const page =
        joined({"<html>\r\n<head><title>", title, "</title></head>\r\n<body>\r\n<center><h1>", title,
                "</h1></center>\r\n</body>\r\n</html>\r\n"});
    return head_text({.status = status,
                      .content_type = "text/html",
                      .unix_seconds = unix_seconds,
                      .keep_alive = false},
                     page.size()) +
           page;
}

} // namespace detail
} // namespace slb::inline v0_1

#endif

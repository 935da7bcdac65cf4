#ifndef SLB_BEAST_HTTP_HPP
#define SLB_BEAST_HTTP_HPP

#include <slb/http_call.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/verb.hpp>

#include <string>

namespace slb::inline v0_1 {

namespace detail {

/// The body of a message lies in memory in one piece: string_body, span_body, vector_body.
template <class Value>
concept body_in_one_piece = requires(Value const& body) {
    { body.size() } -> std::convertible_to<std::size_t>;
    requires sizeof(*body.data()) == 1;
    requires std::is_pointer_v<decltype(body.data())>;
};
/// Or in several: dynamic_body, basic_dynamic_body of any buffer.
template <class Value>
concept body_in_pieces = requires(Value const& body) {
    requires boost::asio::is_const_buffer_sequence<decltype(body.data())>::value;
};

} // namespace detail

/// A body of Beast that receive() can read: that of string_body, dynamic_body, vector_body, span_body and
/// their kin, whose bytes are in memory. (file_body and buffer_body are not.)
template <class Body>
concept readable_beast_body =
    detail::body_in_one_piece<typename Body::value_type> || detail::body_in_pieces<typename Body::value_type>;

/// A signed call as a message of Beast, to be sent to call.endpoint() as it is: method, target, all headers
/// in their order, Host and Content-Length among them, and body. Written to a stream it makes the bytes of
/// call.bytes(). Do not change what is signed, nor call prepare_payload().
///
/// The message owns its parts, so that it may outlive the call, and can be moved into an asynchronous write.
/// It holds what the call wipes and Beast does not: a security token, where there is one. Each attempt needs
/// a new call.sign() and a new message. Of a call that is not signed, target, headers and body are empty.
/// What the allocator throws passes through.
template <class Allocator>
[[nodiscard]] boost::beast::http::request<boost::beast::http::string_body>
to_beast_request(http_call<Allocator> const& call) {
    auto const of_beast = [](std::string_view text) {
        return boost::beast::string_view(text.data(), text.size());
    };
    boost::beast::http::request<boost::beast::http::string_body> made;
    made.version(11);
    made.method_string(of_beast(call.method()));
    made.target(of_beast(call.target()));
    call.for_each_header(
        [&](std::string_view name, std::string_view value) { made.insert(of_beast(name), of_beast(value)); });
    made.body().assign(call.body());
    return made;
}

/// Hands an answer that Beast has read whole to call.receive(): its status, its headers and its body, which
/// is copied. What there was instead of an answer is the program's to report.
template <class CallAllocator, readable_beast_body Body, class Fields, class Operation,
          class ResponseAllocator>
void receive(http_call<CallAllocator> const& call, boost::beast::http::response<Body, Fields> const& answer,
             response<Operation, ResponseAllocator>& out) {
    std::string lines;
    for (auto const& field : answer) {
        lines.append(field.name_string().data(), field.name_string().size()).append(": ");
        lines.append(field.value().data(), field.value().size()).append("\r\n");
    }
    int const status = static_cast<int>(answer.result_int());
    auto const& body = answer.body();
    if constexpr (detail::body_in_one_piece<typename Body::value_type>)
        call.receive(status, lines, {reinterpret_cast<char const*>(body.data()), body.size()}, out);
    else
        call.receive(status, lines, boost::beast::buffers_to_string(body.data()), out);
}

} // namespace slb::inline v0_1

#endif

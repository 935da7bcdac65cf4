#include <slb/emulator/http_request.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

BOOST_AUTO_TEST_SUITE(emulator_http_request)

namespace {

using slb::http_request_decoder;

constexpr std::string_view chunked = "POST /?a=b HTTP/1.1\r\n"
                                     "Host: h\r\n"
                                     "X-Twice: b\r\n"
                                     "x-twice:  a \t\r\n"
                                     "Transfer-Encoding: Chunked\r\n"
                                     "\r\n"
                                     "3;name=value\r\nabc\r\n"
                                     "0A;quoted=\"x\"\r\n0123456789\r\n"
                                     "0\r\n"
                                     "Trailer: ignored\r\n"
                                     "\r\n";

/// The status that a decoder refuses with; 0: complete; -1: it waits for more.
int judged(std::string_view bytes) {
    http_request_decoder whole;
    whole.received(bytes);
    http_request_decoder pieces;
    for (char const& c : bytes) pieces.received({&c, 1});
    BOOST_TEST(whole.refusal() == pieces.refusal());
    BOOST_TEST(whole.complete() == pieces.complete());
    return whole.complete() ? 0 : whole.refusal() != 0 ? whole.refusal() : -1;
}
std::string with_header(std::string_view header) {
    return "GET / HTTP/1.1\r\nHost: h\r\n" + std::string(header) + "\r\n\r\n";
}

void check_chunked(http_request_decoder const& decoder) {
    BOOST_REQUIRE(decoder.complete());
    auto const& request = decoder.request();
    BOOST_TEST(request.method == "POST");
    BOOST_TEST(request.target == "/?a=b");
    BOOST_TEST(request.body == "abc0123456789");
    BOOST_TEST(request.header("x-twice").value() == "a,b");
    BOOST_TEST(!request.header("trailer"));
    BOOST_TEST(request.keep_alive);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_request_is_decoded_whole_byte_by_byte_and_cut_anywhere) {
    for (std::size_t cut = 0; cut <= chunked.size(); ++cut) {
        http_request_decoder decoder;
        decoder.received(chunked.substr(0, cut));
        BOOST_TEST(decoder.complete() == (cut == chunked.size()));
        decoder.received(chunked.substr(cut));
        check_chunked(decoder);
    }
    http_request_decoder decoder;
    for (char const& c : chunked) decoder.received({&c, 1});
    check_chunked(decoder);
}

BOOST_AUTO_TEST_CASE(pipelined_requests_come_out_in_order) {
    std::string const bytes = std::string(chunked) +
                              "GET /2 HTTP/1.1\r\nHost: h\r\nConnection: x, Close\r\n\r\n" +
                              "POST /3 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi";
    http_request_decoder decoder;
    decoder.received(bytes);
    check_chunked(decoder);
    decoder.next();
    BOOST_REQUIRE(decoder.complete());
    BOOST_TEST(decoder.request().target == "/2");
    BOOST_TEST(decoder.request().body.empty());
    BOOST_TEST(!decoder.request().keep_alive);
    decoder.next();
    BOOST_REQUIRE(decoder.complete());
    BOOST_TEST(decoder.request().body == "hi");
    decoder.next();
    BOOST_TEST(!decoder.complete());
}

BOOST_AUTO_TEST_CASE(an_expectation_is_told_once_and_only_while_the_client_waits) {
    std::string_view const head =
        "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n";
    http_request_decoder decoder;
    decoder.received(head.substr(0, head.size() - 1));
    BOOST_TEST(!decoder.take_expectation());
    decoder.received("\n");
    BOOST_TEST(decoder.take_expectation());
    BOOST_TEST(!decoder.take_expectation());
    decoder.received("hi");
    BOOST_TEST(decoder.complete());

    http_request_decoder at_once;
    at_once.received(std::string(head) + "hi");
    BOOST_TEST(!at_once.take_expectation());
    BOOST_TEST(judged(with_header("Expect: something")) == 417);
}

BOOST_AUTO_TEST_CASE(what_is_no_strict_http_is_refused) {
    BOOST_TEST(judged("GET / HTTP/1.1\r\nHost: h\r\n\r\n") == 0);
    BOOST_TEST(judged("GET / HTTP/1.1\r\nHost: h\r\n") == -1);
    std::vector<std::string> const malformed = {
        "\r\n",
        "GET / HTTP/1.1\n",
        "GET  / HTTP/1.1\r\n",
        "GET /\r\n",
        "GET / HTTX/1.1\r\n",
        "GET / HTTP/1.1 \r\n",
        " GET / HTTP/1.1\r\n",
        "GE(T / HTTP/1.1\r\n",
        "GET x HTTP/1.1\r\n",
        "GET http://h/ HTTP/1.1\r\n",
        "GET * HTTP/1.1\r\n",
        "GET /# HTTP/1.1\r\n",
        "GET /\x01 HTTP/1.1\r\n",
        "GET /\xc3\xa4 HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n\r\n",
        with_header("Host: h"),
        with_header("NoColon"),
        with_header(": no name"),
        with_header("Space : x"),
        with_header(" folded: x"),
        with_header("A: x\r\n folded"),
        with_header("A: x\ry"),
        with_header(std::string_view("A: x\0y", 6)),
        with_header("A: x\x7f"),
        with_header("Content-Length: 1\r\nContent-Length: 1"),
        with_header("Content-Length: 1\r\nTransfer-Encoding: chunked"),
        with_header("Content-Length: "),
        with_header("Content-Length: +1"),
        with_header("Content-Length: 0x1"),
        with_header("Content-Length: 1, 1"),
        with_header("Authorization: a\r\nAuthorization: b"),
        with_header("Transfer-Encoding: chunked") + "\r\n",
        with_header("Transfer-Encoding: chunked") + "g\r\n",
        with_header("Transfer-Encoding: chunked") + "1 \r\n",
        with_header("Transfer-Encoding: chunked") + "1\r\nab\r\n",
        with_header("Transfer-Encoding: chunked") + "1\r\nabcd\r\n",
        with_header("Transfer-Encoding: chunked") + "1;" + std::string(5000, 'x'),
        with_header("Transfer-Encoding: chunked") + "0\r\nno colon\r\n",
    };
    for (auto const& bytes : malformed) BOOST_TEST(judged(bytes) == 400, bytes);
    BOOST_TEST(judged("GET / HTTP/1.0\r\n") == 505);
    BOOST_TEST(judged("GET / HTTP/2.0\r\n") == 505);
    BOOST_TEST(judged(with_header("Transfer-Encoding: gzip, chunked")) == 501);
    BOOST_TEST(judged(with_header("Transfer-Encoding: identity")) == 501);
}

BOOST_AUTO_TEST_CASE(sizes_are_limited) {
    auto const with_target = [](std::size_t size) {
        return "GET /" + std::string(size - 1, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n";
    };
    BOOST_TEST(judged(with_target(8192)) == 0);
    BOOST_TEST(judged(with_target(8193)) == 414);
    // Even before the line ends.
    BOOST_TEST(judged("GET /" + std::string(8191, 'x')) == -1);
    BOOST_TEST(judged("GET /" + std::string(8192, 'x')) == 414);

    std::size_t const around = with_header("A: ").size();
    BOOST_TEST(judged(with_header("A: " + std::string(65536 - around, 'x'))) == 0);
    BOOST_TEST(judged(with_header("A: " + std::string(65537 - around, 'x'))) == 431);
    BOOST_TEST(judged("GET / HTTP/1.1\r\nA: " + std::string(65536, 'x')) == 431);

    BOOST_TEST(judged(with_header("Content-Length: 262144")) == -1);
    BOOST_TEST(judged(with_header("Content-Length: 262145")) == 413);
    BOOST_TEST(judged(with_header("Content-Length: 99999999999999999999999")) == 413);
    BOOST_TEST(judged(with_header("Transfer-Encoding: chunked") + "40000\r\n") == -1);
    BOOST_TEST(judged(with_header("Transfer-Encoding: chunked") + "40001\r\n") == 413);
    BOOST_TEST(judged(with_header("Transfer-Encoding: chunked") + "ffffffffffffffffff\r\n") == 413);
    std::string const half = "20000\r\n" + std::string(0x20000, 'x') + "\r\n";
    http_request_decoder decoder;
    decoder.received(with_header("Transfer-Encoding: chunked") + half + half);
    BOOST_TEST(decoder.refusal() == 0);
    decoder.received("1\r\n");
    BOOST_TEST(decoder.refusal() == 413);
}

BOOST_AUTO_TEST_CASE(many_small_chunks_make_one_body) {
    std::string bytes = with_header("Transfer-Encoding: chunked");
    for (int i = 0; i != 20000; ++i) bytes += "1\r\nx\r\n";
    BOOST_TEST(judged(bytes + "0\r\n\r\n") == 0);
}

BOOST_AUTO_TEST_SUITE_END()

#include <slb/http.hpp>
// The header under test comes first: it stands alone.
#include "support/exact_bytes.hpp"
#include "support/print.hpp"

#include <boost/test/unit_test.hpp>

#include <iostream>
#include <vector>

BOOST_AUTO_TEST_SUITE(http)

namespace {

using namespace slb_test;
using slb::detail::http_framer;
using state = http_framer::state;

/// What framing came to, as one line of text: "complete 200, 5 bytes of header lines, body "hello", kept".
std::string outcome(http_framer const& framer, state reached, char const* buffer) {
    if (reached == state::failed) return "failed: " + std::string(message(framer.failure()));
    if (reached == state::need_more) return "need more";
    return "complete " + std::to_string(framer.status()) + ", headers \"" +
           std::string(framer.header_lines(buffer)) + "\", body \"" + std::string(framer.body(buffer)) +
           "\", " + (framer.keeps_alive() ? "kept" : "not kept");
}

enum class ending : bool { open, clean };

/// Feeds a response in pieces that end at the given offsets, each into a buffer of exactly the size needed.
std::string framed(std::string_view response, std::vector<std::size_t> const& cuts = {},
                   ending end = ending::open, slb::http_limits limits = {}) {
    http_framer framer(limits);
    exact_bytes buffer(0);
    std::size_t begin = 0;
    state reached = state::need_more;
    auto const feed = [&](std::size_t cut) {
        std::string_view const piece = response.substr(begin, cut - begin);
        exact_bytes grown(std::string(buffer.view()) + std::string(piece));
        std::size_t size = grown.view().size();
        reached = framer.consume(grown.data(), size);
        // Framing that was taken out makes the buffer smaller.
        buffer = exact_bytes(grown.view().substr(0, size));
        begin = cut;
    };
    for (std::size_t const cut : cuts) feed(cut);
    feed(response.size());
    if (end == ending::clean) reached = framer.end_of_stream();
    return outcome(framer, reached, buffer.data());
}
std::vector<std::size_t> every_offset(std::string_view text) {
    std::vector<std::size_t> offsets;
    for (std::size_t i = 1; i < text.size(); ++i) offsets.push_back(i);
    return offsets;
}

struct framed_response {
    char const* what;
    std::string bytes;
    std::string outcome;
    /// Whether only the end of the connection ends it.
    bool until_close = false;
};
std::vector<framed_response> const& good_responses() {
    static std::vector<framed_response> const responses{
        {"a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
         "complete 200, headers \"Content-Length: 5\r\n\r\n\", body \"hello\", kept"},
        {"a length of zero", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
         "complete 200, headers \"Content-Length: 0\r\n\r\n\", body \"\", kept"},
        {"a length with zeros before", "HTTP/1.1 200 OK\r\nContent-Length: 0005\r\n\r\nhello",
         "complete 200, headers \"Content-Length: 0005\r\n\r\n\", body \"hello\", kept"},
        {"names in any case, space around values",
         "HTTP/1.1 404 Not Found\r\ncONTENT-lENGTH:\t 2 \t\r\nX:\r\n\r\nno",
         "complete 404, headers \"cONTENT-lENGTH:\t 2 \t\r\nX:\r\n\r\n\", body \"no\", kept"},
        {"no reason", "HTTP/1.1 200\r\ncontent-length: 1\r\n\r\n!",
         "complete 200, headers \"content-length: 1\r\n\r\n\", body \"!\", kept"},
        {"an empty reason", "HTTP/1.1 200 \r\ncontent-length: 1\r\n\r\n!",
         "complete 200, headers \"content-length: 1\r\n\r\n\", body \"!\", kept"},
        {"a reason in UTF-8", "HTTP/1.1 200 \xe5\xa5\xbd\r\ncontent-length: 1\r\n\r\n!",
         "complete 200, headers \"content-length: 1\r\n\r\n\", body \"!\", kept"},
        {"chunks",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n",
         "complete 200, headers \"Transfer-Encoding: chunked\r\n\r\n\", body \"hello, world\", kept"},
        {"no chunk but the last", "HTTP/1.1 200 OK\r\ntransfer-encoding: CHUNKED\r\n\r\n0\r\n\r\n",
         "complete 200, headers \"transfer-encoding: CHUNKED\r\n\r\n\", body \"\", kept"},
        {"chunks with extensions, zeros, spaces and capitals",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n00A;a=b;c=\"d e\"\r\n0123456789\r\n1 ; "
         "x\r\n!\r\nb \r\nabcdefghijk\r\n"
         "000;last\r\n\r\n",
         "complete 200, headers \"Transfer-Encoding: chunked\r\n\r\n\", body \"0123456789!abcdefghijk\", "
         "kept"},
        {"chunks that look like framing",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n0\r\n\r\n\r\n\r\n2\r\n\r\n\r\n0\r\n\r\n",
         "complete 200, headers \"Transfer-Encoding: chunked\r\n\r\n\", body \"0\r\n\r\n\r\n\r\n\", kept"},
        {"trailers",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n!\r\n0\r\nX-Sum: 1\r\nY:\r\n\r\n",
         "complete 200, headers \"Transfer-Encoding: chunked\r\n\r\n\", body \"!\", kept"},
        {"chunks and Connection: close",
         "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n!\r\n0\r\n\r\n",
         "complete 200, headers \"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n\", body \"!\", not "
         "kept"},
        {"Connection: close", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n!",
         "complete 200, headers \"Content-Length: 1\r\nConnection: close\r\n\r\n\", body \"!\", not kept"},
        {"close among other options",
         "HTTP/1.1 200 OK\r\nConnection: foo ,\tCLOSE\r\nContent-Length: 1\r\n\r\n!",
         "complete 200, headers \"Connection: foo ,\tCLOSE\r\nContent-Length: 1\r\n\r\n\", body \"!\", not "
         "kept"},
        {"close in a second line",
         "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nConnection: close\r\nContent-Length: 1\r\n\r\n!",
         "complete 200, headers \"Connection: keep-alive\r\nConnection: close\r\nContent-Length: "
         "1\r\n\r\n\", body \"!\", not kept"},
        {"options that only look like close",
         "HTTP/1.1 200 OK\r\nConnection: closed, not-close\r\nContent-Length: 1\r\n\r\n!",
         "complete 200, headers \"Connection: closed, not-close\r\nContent-Length: 1\r\n\r\n\", body \"!\", "
         "kept"},
        {"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n!",
         "complete 200, headers \"Content-Length: 1\r\n\r\n\", body \"!\", not kept"},
        {"HTTP/1.0 that would keep",
         "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\n!",
         "complete 200, headers \"Connection: keep-alive\r\nContent-Length: 1\r\n\r\n\", body \"!\", not "
         "kept"},
        {"204 has no body", "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n",
         "complete 204, headers \"X: y\r\n\r\n\", body \"\", kept"},
        {"304 has no body whatever its length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
         "complete 304, headers \"Content-Length: 5\r\n\r\n\", body \"\", kept"},
        {"100 first", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n!",
         "complete 200, headers \"Content-Length: 1\r\n\r\n\", body \"!\", kept"},
        {"several interim responses with headers",
         "HTTP/1.1 100 Continue\r\nContent-Length: 99\r\n\r\nHTTP/1.1 102 Processing\r\nTransfer-Encoding: "
         "chunked\r\n\r\n"
         "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: close\r\n\r\nHTTP/1.1 200 "
         "OK\r\nContent-Length: 1\r\n\r\n!",
         "complete 200, headers \"Content-Length: 1\r\n\r\n\", body \"!\", kept"},
        {"chunks after an interim response",
         "HTTP/1.1 199 X\r\n\r\nHTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n!\r\n0\r\n\r\n",
         "complete 500, headers \"Transfer-Encoding: chunked\r\n\r\n\", body \"!\", kept"},
        {"no length", "HTTP/1.1 200 OK\r\nX: y\r\n\r\nhello",
         "complete 200, headers \"X: y\r\n\r\n\", body \"hello\", not kept", true},
        {"no length and no body", "HTTP/1.1 200 OK\r\n\r\n",
         "complete 200, headers \"\r\n\", body \"\", not kept", true},
        {"HTTP/1.0 without length", "HTTP/1.0 200 OK\r\n\r\nhello\r\n\r\n",
         "complete 200, headers \"\r\n\", body \"hello\r\n\r\n\", not kept", true},
    };
    return responses;
}

constexpr char const* malformed = "failed: the response is not HTTP/1.1";
constexpr char const* ambiguous = "failed: the length of the response is ambiguous";
constexpr char const* head_too_large = "failed: the head of the response is too large";
constexpr char const* body_too_large = "failed: the body of the response is too large";
constexpr char const* closed = "failed: the connection was closed before the response was complete";

/// The outcome of a response that fails, which is the same however it arrives.
std::string failing(std::string_view response, slb::http_limits limits = {}) {
    std::string const whole = framed(response, {}, ending::open, limits);
    BOOST_TEST(framed(response, every_offset(response), ending::open, limits) == whole);
    return whole;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_response_has_one_outcome_however_it_arrives) {
    std::size_t ways = 0;
    for (auto const& [what, bytes, expected, until_close] : good_responses()) BOOST_TEST_CONTEXT(what) {
            ending const end = until_close ? ending::clean : ending::open;
            BOOST_TEST(framed(bytes, {}, end) == expected);
            BOOST_TEST(framed(bytes, every_offset(bytes), end) == expected);
            for (std::size_t const cut : every_offset(bytes)) {
                std::string const seen = framed(bytes, {cut}, end);
                if (seen != expected) BOOST_TEST(seen == expected, "cut at " << cut << ": " << seen);
            }
            ways += bytes.size() + 1;
        }
    std::cout << "http: " << good_responses().size() << " responses in " << ways << " ways\n";
}

BOOST_AUTO_TEST_CASE(a_clean_end_after_a_complete_response_changes_nothing) {
    for (auto const& [what, bytes, expected, until_close] : good_responses())
        BOOST_TEST_CONTEXT(what) BOOST_TEST(framed(bytes, {}, ending::clean) == expected);
}

BOOST_AUTO_TEST_CASE(a_proper_prefix_is_never_complete_and_a_clean_end_there_is_an_error) {
    std::size_t prefixes = 0;
    for (auto const& [what, bytes, expected, until_close] : good_responses()) BOOST_TEST_CONTEXT(what) {
            std::size_t const head = bytes.find("\r\n\r\n") + 4;
            for (std::size_t size = 0; size != bytes.size(); ++size, ++prefixes) {
                std::string_view const prefix = std::string_view(bytes).substr(0, size);
                std::string const open = framed(prefix);
                if (open != "need more") BOOST_TEST(open == "need more", "cut at " << size << ": " << open);
                std::string const ended = framed(prefix, {}, ending::clean);
                bool const right =
                    until_close && size >= head ? ended.starts_with("complete 200") : ended == closed;
                if (!right) BOOST_TEST(ended == closed, "ended at " << size << ": " << ended);
            }
        }
    BOOST_TEST(prefixes > 1500U);
    std::cout << "http: " << prefixes << " prefixes need more\n";
}

BOOST_AUTO_TEST_CASE(a_body_without_length_ends_with_the_connection_only) {
    BOOST_TEST(framed("HTTP/1.1 200 OK\r\n\r\nhello") == "need more");
    BOOST_TEST(framed("HTTP/1.1 200 OK\r\n\r\nhel", {}, ending::clean) ==
               "complete 200, headers \"\r\n\", body \"hel\", not kept");
}

BOOST_AUTO_TEST_CASE(a_byte_too_many_makes_the_connection_unusable_and_leaves_the_response_alone) {
    for (auto const& [what, bytes, expected, until_close] : good_responses()) BOOST_TEST_CONTEXT(what) {
            if (until_close) continue;
            std::string spoilt = expected;
            if (spoilt.ends_with(", kept")) spoilt.insert(spoilt.size() - 4, "not ");
            for (std::string const surplus : {"x", "\r\n", "HTTP/1.1 200 OK\r\n\r\n"}) {
                std::string const text = bytes + surplus;
                BOOST_TEST(framed(text) == spoilt);
                BOOST_TEST(framed(text, every_offset(text)) == spoilt);
                BOOST_TEST(framed(text, {bytes.size()}) == spoilt);
            }
        }
}

BOOST_AUTO_TEST_CASE(what_two_readers_could_read_differently_is_refused) {
    std::string const ok = "HTTP/1.1 200 OK\r\n";
    std::string const chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
    struct {
        char const* what;
        std::string response;
        char const* outcome;
    } const cases[] = {
        {"a length and chunks", ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", ambiguous},
        {"chunks and a length", ok + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", ambiguous},
        {"both in an interim response",
         "HTTP/1.1 100 X\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", ambiguous},
        {"two lengths", ok + "Content-Length: 5\r\nContent-Length: 6\r\n", ambiguous},
        {"the same length twice", ok + "Content-Length: 5\r\nContent-Length: 5\r\n", ambiguous},
        {"a list of lengths", ok + "Content-Length: 5, 5\r\n", ambiguous},
        {"an empty length", ok + "Content-Length:\r\n", ambiguous},
        {"a negative length", ok + "Content-Length: -5\r\n", ambiguous},
        {"a signed length", ok + "Content-Length: +5\r\n", ambiguous},
        {"a hexadecimal length", ok + "Content-Length: 0x5\r\n", ambiguous},
        {"a length with a letter", ok + "Content-Length: 5a\r\n", ambiguous},
        {"a length with a space inside", ok + "Content-Length: 5 5\r\n", ambiguous},
        {"a length with a fraction", ok + "Content-Length: 5.0\r\n", ambiguous},
        {"a length with a vertical tab", ok + "Content-Length: \v5\r\n", malformed},
        {"a length of 2^64", ok + "Content-Length: 18446744073709551616\r\n", ambiguous},
        {"a length of 2^64 + 5", ok + "Content-Length: 18446744073709551621\r\n", ambiguous},
        {"a length of 19 digits", ok + "Content-Length: 9999999999999999999\r\n", ambiguous},
        {"a length of 18 digits", ok + "Content-Length: 999999999999999999\r\n\r\n", body_too_large},
        {"chunks twice", ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", ambiguous},
        {"a list of chunks", ok + "Transfer-Encoding: chunked, chunked\r\n", ambiguous},
        {"gzip over chunks", ok + "Transfer-Encoding: chunked, gzip\r\n", ambiguous},
        {"gzip in chunks", ok + "Transfer-Encoding: gzip, chunked\r\n", ambiguous},
        {"gzip", ok + "Transfer-Encoding: gzip\r\n", ambiguous},
        {"identity", ok + "Transfer-Encoding: identity\r\n", ambiguous},
        {"an empty encoding", ok + "Transfer-Encoding:\r\n", ambiguous},
        {"an encoding with a parameter", ok + "Transfer-Encoding: chunked;q=1\r\n", ambiguous},
        {"an encoding in quotes", ok + "Transfer-Encoding: \"chunked\"\r\n", ambiguous},
        {"an encoding behind a vertical tab", ok + "Transfer-Encoding: \vchunked\r\n", malformed},
        {"chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n", ambiguous},
        {"a folded line", ok + "X: a\r\n b\r\n", malformed},
        {"a folded line with a tab and a colon", ok + "X: a\r\n\tContent-Length: 5\r\n", malformed},
        {"a space before the first header", ok + " X: a\r\n", malformed},
        {"a space before the colon", ok + "Content-Length : 5\r\n", malformed},
        {"a tab before the colon", ok + "Transfer-Encoding\t: chunked\r\n", malformed},
        {"a space in a name", ok + "Content Length: 5\r\n", malformed},
        {"no name", ok + ": 5\r\n", malformed},
        {"no colon", ok + "Content-Length\r\n", malformed},
        {"a name in UTF-8", ok + "Content-L\xc3\xa9ngth: 5\r\n", malformed},
        {"a name in brackets", ok + "(Content-Length): 5\r\n", malformed},
        {"LF ends the status line", "HTTP/1.1 200 OK\nContent-Length: 5\r\n", malformed},
        {"LF ends a header", ok + "Content-Length: 5\n\r\n", malformed},
        {"LF ends the head", ok + "Content-Length: 5\r\n\n", malformed},
        {"CR ends the status line", "HTTP/1.1 200 OK\rContent-Length: 5\r\n", malformed},
        {"CR ends a header", ok + "X: y\rContent-Length: 5\r\n", malformed},
        {"two CR end a header", ok + "X: y\r\r\n", malformed},
        {"CR in a name", ok + "Content-\rLength: 5\r\n", malformed},
        {"NUL in a value", ok + "X: a" + '\0' + "b\r\n", malformed},
        {"NUL in a name", ok + "X" + '\0' + ": b\r\n", malformed},
        {"DEL in a value", ok + "X: a\x7f\r\n", malformed},
        {"an escape in the status line", "HTTP/1.1 200 \x1b[2J\r\n", malformed},
        {"an upgrade", "HTTP/1.1 101 Switching Protocols\r\n\r\n", malformed},
        {"an empty line first", "\r\n" + ok, malformed},
        {"HTTP/2", "HTTP/2 200 OK\r\n\r\n\r\n", malformed},
        {"HTTP/1.2", "HTTP/1.2 200 OK\r\n", malformed},
        {"HTTP/1.10", "HTTP/1.10 200 OK\r\n", malformed},
        {"HTTP in small letters", "http/1.1 200 OK\r\n", malformed},
        {"two spaces", "HTTP/1.1  200 OK\r\n", malformed},
        {"a tab", "HTTP/1.1\t200 OK\r\n", malformed},
        {"two digits", "HTTP/1.1 20 OK\r\n", malformed},
        {"four digits", "HTTP/1.1 2000 OK\r\n", malformed},
        {"a status below 100", "HTTP/1.1 099 OK\r\n", malformed},
        {"a status with a letter", "HTTP/1.1 2x0 OK\r\n", malformed},
        {"no status", "HTTP/1.1 OK\r\n", malformed},
        {"another protocol", "SSH-2.0-OpenSSH_9.2\r\n", malformed},
        {"a request", "POST / HTTP/1.1\r\n", malformed},
        {"bytes of TLS", std::string("\x15\x03\x01\0\x02\x02\x28\r\n", 9), malformed},
        {"an empty chunk size", chunked + "\r\n", malformed},
        {"a chunk size in other letters", chunked + "g\r\n", malformed},
        {"a chunk size with 0x", chunked + "0x5\r\n", malformed},
        {"a negative chunk size", chunked + "-5\r\n", malformed},
        {"a signed chunk size", chunked + "+5\r\n", malformed},
        {"a space before a chunk size", chunked + " 5\r\n", malformed},
        {"something behind a chunk size", chunked + "5 5\r\n", malformed},
        {"LF ends a chunk size", chunked + "5\nhello\r\n0\r\n\r\n", malformed},
        {"CR in an extension", chunked + "5;a\rb\r\nhello", malformed},
        {"LF in an extension", chunked + "5;a\nb\r\nhello", malformed},
        {"NUL in an extension", chunked + "5;a" + '\0' + "\r\nhello", malformed},
        {"no line end behind a chunk", chunked + "5\r\nhello0\r\n\r\n", malformed},
        {"LF behind a chunk", chunked + "5\r\nhello\n0\r\n\r\n", malformed},
        {"CR behind a chunk", chunked + "5\r\nhello\r0\r\n\r\n", malformed},
        {"a chunk longer than it says", chunked + "4\r\nhello\r\n0\r\n\r\n", malformed},
        {"a chunk size of 2^64", chunked + "10000000000000000\r\n", body_too_large},
        {"a chunk size of 2^64 + 5", chunked + "10000000000000005\r\nhello\r\n0\r\n\r\n", body_too_large},
        {"a chunk size of 2^64 - 1", chunked + "ffffffffffffffff\r\n", body_too_large},
        {"a trailer without colon", chunked + "0\r\nX\r\n\r\n", malformed},
        {"a trailer without name", chunked + "0\r\n: y\r\n\r\n", malformed},
        {"a folded trailer", chunked + "0\r\nX: a\r\n b: c\r\n\r\n", malformed},
        {"a space before the colon of a trailer", chunked + "0\r\nX : a\r\n\r\n", malformed},
        {"LF ends a trailer", chunked + "0\r\nX: y\n\r\n", malformed},
        {"LF ends the trailers", chunked + "0\r\n\n", malformed},
        {"CR in a trailer", chunked + "0\r\nX: y\rz\r\n\r\n", malformed},
        {"NUL in a trailer", chunked + "0\r\nX: y" + '\0' + "\r\n\r\n", malformed},
    };
    for (auto const& [what, response, expected] : cases)
        BOOST_TEST_CONTEXT(what) BOOST_TEST(failing(response) == expected);
    std::cout << "http: " << std::size(cases) << " kinds of smuggling refused\n";
}

BOOST_AUTO_TEST_CASE(the_head_may_be_as_large_as_the_limit_and_no_larger) {
    auto const head = [](std::size_t size) {
        std::string text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: ";
        text.resize(size - 4, 'x');
        return text + "\r\n\r\n";
    };
    for (std::size_t const limit : {64U, 1000U, 16384U}) BOOST_TEST_CONTEXT(limit) {
            slb::http_limits const limits{.head = limit};
            BOOST_TEST(framed(head(limit), {}, ending::open, limits).substr(0, 12) == "complete 200");
            BOOST_TEST(failing(head(limit + 1), limits) == head_too_large);
            BOOST_TEST(failing(head(limit + 2), limits) == head_too_large);
        }
    BOOST_TEST(framed(head(16384)).substr(0, 12) == "complete 200");
    BOOST_TEST(failing(head(16385)) == head_too_large);
}

BOOST_AUTO_TEST_CASE(a_head_that_never_ends_is_refused) {
    slb::http_limits const limits{.head = 100};
    BOOST_TEST(failing(std::string(200, 'x'), limits) == head_too_large);
    BOOST_TEST(failing("HTTP/1.1 200 OK\r\nX: " + std::string(200, 'x'), limits) == head_too_large);
    std::string many = "HTTP/1.1 200 OK\r\n";
    std::string interim;
    for (int i = 0; i != 20; ++i) {
        many += "X: y\r\n";
        interim += "HTTP/1.1 100 Continue\r\n\r\n";
    }
    BOOST_TEST(failing(many, limits) == head_too_large);
    BOOST_TEST(failing(interim, limits) == head_too_large);
    BOOST_TEST(framed(interim.substr(0, 100), {}, ending::open, limits) == "need more");
}

BOOST_AUTO_TEST_CASE(the_body_may_be_as_large_as_the_limit_and_no_larger) {
    slb::http_limits const limits{.body = 10};
    std::string const ok = "HTTP/1.1 200 OK\r\n";
    std::string const chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
    BOOST_TEST(framed(ok + "Content-Length: 10\r\n\r\n0123456789", {}, ending::open, limits).substr(0, 12) ==
               "complete 200");
    BOOST_TEST(failing(ok + "Content-Length: 11\r\n\r\n", limits) == body_too_large);
    BOOST_TEST(framed(chunked + "a\r\n0123456789\r\n0\r\n\r\n", {}, ending::open, limits).substr(0, 12) ==
               "complete 200");
    BOOST_TEST(
        framed(chunked + "4\r\n0123\r\n6\r\n456789\r\n0\r\n\r\n", {}, ending::open, limits).substr(0, 12) ==
        "complete 200");
    BOOST_TEST(failing(chunked + "b\r\n", limits) == body_too_large);
    BOOST_TEST(failing(chunked + "4\r\n0123\r\n7\r\n", limits) == body_too_large);
    BOOST_TEST(failing(chunked + "a\r\n0123456789\r\n1\r\n", limits) == body_too_large);
    BOOST_TEST(framed(ok + "\r\n0123456789", {}, ending::clean, limits).substr(0, 12) == "complete 200");
    BOOST_TEST(failing(ok + "\r\n0123456789a", limits) == body_too_large);
    BOOST_TEST(framed(ok + "Content-Length: 0\r\n\r\n", {}, ending::open, {.body = 0}).substr(0, 12) ==
               "complete 200");
    BOOST_TEST(failing(ok + "Content-Length: 1\r\n\r\n", {.body = 0}) == body_too_large);
}

BOOST_AUTO_TEST_CASE(the_line_of_a_chunk_size_may_have_256_bytes) {
    std::string const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    auto const line = [&](std::size_t size) {
        return chunked + "1;" + std::string(size - 2, 'x') + "\r\n!\r\n0\r\n\r\n";
    };
    BOOST_TEST(framed(line(256)).substr(0, 12) == "complete 200");
    BOOST_TEST(failing(line(257)) == malformed);
    BOOST_TEST(failing(line(100'000).substr(0, 1000)) == malformed);
    BOOST_TEST(failing(chunked + std::string(1000, '0')) == malformed);
}

BOOST_AUTO_TEST_CASE(the_trailers_may_be_as_large_as_a_head) {
    slb::http_limits const limits{.head = 100};
    auto const trailers = [](std::size_t size) {
        return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n!\r\n0\r\nX: " +
               std::string(size - 7, 'x') + "\r\n\r\n";
    };
    BOOST_TEST(framed(trailers(100), {}, ending::open, limits).substr(0, 12) == "complete 200");
    BOOST_TEST(failing(trailers(101), limits) == head_too_large);
    BOOST_TEST(failing(trailers(1000).substr(0, 400), limits) == head_too_large);
    std::string many = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
    for (int i = 0; i != 20; ++i) many += "X: y\r\n";
    BOOST_TEST(failing(many, limits) == head_too_large);
}

BOOST_AUTO_TEST_CASE(a_failure_stays_what_it_was) {
    http_framer framer;
    std::string text = "HTTP/1.1 200 OK\nX: y\r\n";
    std::size_t size = text.size();
    BOOST_TEST((framer.consume(text.data(), size) == state::failed));
    BOOST_TEST((framer.consume(text.data(), size) == state::failed));
    BOOST_TEST((framer.end_of_stream() == state::failed));
    BOOST_TEST(framer.failure() == slb::errc::http_malformed);
    BOOST_TEST(!framer.keeps_alive());
}

BOOST_AUTO_TEST_CASE(the_status_is_known_once_its_line_is_there_and_is_never_an_interim_one) {
    auto const status_after = [](std::string text) {
        http_framer framer;
        std::size_t size = text.size();
        framer.consume(text.data(), size);
        return framer.status();
    };
    BOOST_TEST(status_after("HTTP/1.1 503 X") == 0);
    BOOST_TEST(status_after("HTTP/1.1 50x X\r\n") == 0);
    BOOST_TEST(status_after("HTTP/1.1 503 \x01\r\n") == 0);
    BOOST_TEST(status_after("HTTP/1.1 503 X\r\n") == 503);
    BOOST_TEST(status_after("HTTP/1.1 503 X\r\nContent-Length: 5\r\n\r\nhe") == 503);
    BOOST_TEST(status_after("HTTP/1.1 100 X\r\n\r\n") == 0);
    BOOST_TEST(status_after("HTTP/1.1 100 X\r\n\r\nHTTP/1.1 503 X\r\n") == 503);
}

BOOST_AUTO_TEST_CASE(the_size_to_expect_is_known_from_the_head_on) {
    std::string text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    http_framer framer;
    std::size_t size = 20;
    framer.consume(text.data(), size);
    BOOST_TEST(framer.expected_size() == 0U);
    size = text.size() - 3;
    framer.consume(text.data(), size);
    BOOST_TEST(framer.expected_size() == text.size());
    BOOST_TEST(!framer.keeps_alive());
    size = text.size();
    framer.consume(text.data(), size);
    BOOST_TEST(framer.expected_size() == 0U);
    BOOST_TEST(framer.keeps_alive());
}

BOOST_AUTO_TEST_CASE(headers_are_found_in_any_case_and_the_first_one_counts) {
    std::string_view constexpr lines =
        "Date: now\r\nX-Acs-Request-Id:\tR-1 \r\nempty:\r\nx-acs-request-id: R-2\r\n\r\n";
    BOOST_TEST(slb::detail::find_header(lines, "x-acs-request-id") == "R-1");
    BOOST_TEST(slb::detail::find_header(lines, "DATE") == "now");
    BOOST_TEST(slb::detail::find_header(lines, "empty") == "");
    BOOST_TEST(slb::detail::find_header(lines, "dat") == "");
    BOOST_TEST(slb::detail::find_header(lines, "date:") == "");
    BOOST_TEST(slb::detail::find_header("", "date") == "");
    BOOST_TEST(slb::detail::find_header("\r\nDate: behind the head\r\n", "date") == "");
}

BOOST_AUTO_TEST_CASE(headers_are_walked_in_order) {
    std::string_view lines = "A: 1\r\nB:2:3\r\nC: \t\r\nno colon\r\n\r\nD: 4\r\n";
    std::string seen;
    std::string_view name;
    std::string_view value;
    while (slb::detail::next_header(lines, name, value))
        seen += std::string(name) + "=" + std::string(value) + ";";
    BOOST_TEST(seen == "A=1;B=2:3;C=;no colon=no colon;");
    std::string_view without_end = "A: 1";
    BOOST_TEST(!slb::detail::next_header(without_end, name, value));
}

BOOST_AUTO_TEST_CASE(limits_beyond_all_measure_overflow_nothing) {
    slb::http_limits const endless{.head = SIZE_MAX, .body = SIZE_MAX};
    std::string good = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    std::size_t size = good.size();
    slb::detail::http_framer framer(endless);
    BOOST_TEST((framer.consume(good.data(), size) == slb::detail::http_framer::state::complete));
    BOOST_TEST(framer.body(good.data()) == "ok");

    // As a 64-bit number shifted out of its top digits, this size would be 0x26.
    std::string wrapping = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000026\r\n";
    size = wrapping.size();
    slb::detail::http_framer chunked(endless);
    BOOST_TEST((chunked.consume(wrapping.data(), size) == slb::detail::http_framer::state::failed));
    BOOST_TEST((chunked.failure() == slb::errc::body_too_large));
}

BOOST_AUTO_TEST_SUITE_END()

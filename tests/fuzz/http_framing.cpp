// Framing of HTTP responses: one outcome in whatever pieces a response arrives, within the limits.
#include "../support/exact_bytes.hpp"
#include "../support/responses.hpp"
#include "pieces.hpp"
#include "property.hpp"

#include <slb/emulator/http_request.hpp>
#include <slb/exchange.hpp>
#include <slb/openssl.hpp>

using namespace slb_test;

namespace {

using slb::detail::http_framer;
using state = http_framer::state;

/// What framing came to. There are texts once it is complete.
struct framing {
    state reached = state::need_more;
    slb::errc failure = slb::errc::none;
    int status = 0;
    std::string header_lines{};
    std::string body{};
    bool kept = false;

    friend bool operator==(framing const&, framing const&) = default;
    friend std::ostream& operator<<(std::ostream& out, framing const& shown) {
        static constexpr char const* states[] = {"need more", "complete", "failed"};
        return out << states[static_cast<int>(shown.reached)] << ' ' << shown.failure << ' ' << shown.status
                   << " [" << shown.header_lines << "] [" << shown.body << "] " << shown.kept;
    }
};

/// A framer and its buffer, which has exactly the size needed at any time.
class framed {
  public:
    explicit framed(slb::http_limits limits) : limits_(limits), framer_(limits) {}

    state feed(std::string_view piece) {
        exact_bytes grown(std::string(buffer_.view()) + std::string(piece));
        std::size_t size = grown.view().size();
        reached_ = framer_.consume(grown.data(), size);
        property(size <= grown.view().size(), "framing only leaves the buffer");
        buffer_ = exact_bytes(grown.view().substr(0, size));
        return reached_;
    }
    void end() { reached_ = framer_.end_of_stream(); }

    [[nodiscard]] framing outcome() const {
        framing made{reached_, framer_.failure(), framer_.status()};
        property((reached_ == state::failed) == (made.failure != slb::errc::none), "a failure has a reason");
        if (reached_ != state::complete) return made;
        std::string_view const head = framer_.header_lines(buffer_.view().data());
        std::string_view const body = framer_.body(buffer_.view().data());
        property(head.empty() || buffer_.holds(head), "header lines lie in the buffer");
        property(body.empty() || buffer_.holds(body), "the body lies in the buffer");
        property(head.size() <= limits_.head && body.size() <= limits_.body, "limits hold");
        made.header_lines = head;
        made.body = body;
        made.kept = framer_.keeps_alive();
        return made;
    }
    [[nodiscard]] std::size_t buffered() const { return buffer_.view().size(); }

  private:
    slb::http_limits limits_;
    http_framer framer_;
    exact_bytes buffer_{0};
    state reached_ = state::need_more;
};

enum class ending : bool { open, clean };

framing framed_in(std::string_view bytes, std::vector<std::size_t> const& cuts, ending end,
                  slb::http_limits limits) {
    framed line(limits);
    in_pieces(bytes, cuts, [&](std::string_view piece) { line.feed(piece); });
    if (end == ending::clean) line.end();
    return line.outcome();
}

/// How many bytes a response takes: up to where it is complete or refused, or all. Fed byte by byte.
std::size_t consumed(std::string_view bytes, slb::http_limits limits, framing& outcome) {
    framed line(limits);
    std::size_t used = 0;
    state reached = state::need_more;
    while (used != bytes.size() && reached == state::need_more) {
        reached = line.feed(bytes.substr(used++, 1));
        // Head, body, and the one line of a trailer or chunk that is being read.
        property(line.buffered() <= 2 * limits.head + limits.body + 300, "a peer cannot fill the memory");
    }
    outcome = line.outcome();
    return used;
}

/// Where the decoder of the emulator takes the same framing on a request, it sees the same body. (Requests
/// have no interim ones before them.)
void check_with_decoder(std::string_view response, framing const& outcome) {
    std::size_t const line_end = response.find("\r\n");
    if (line_end == response.npos || response[9] == '1') return;
    slb::http_request_decoder decoder;
    decoder.received("POST / HTTP/1.1\r\nHost: h\r\n");
    decoder.received(response.substr(line_end + 2));
    if (!decoder.complete()) return;
    property_equal(decoder.request().body, outcome.body, "two readers see one body");
    decoder.next();
    decoder.received("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    property(decoder.complete(), "two readers see it end at the same place");
}

/// The body goes through every other framing unharmed.
void check_rewritten(framing const& outcome, generator& random) {
    std::string const body = outcome.body;
    auto const survives = [&](std::string const& bytes) {
        framing const again = framed_in(bytes, some_cuts(bytes.size(), random), ending::open, {});
        property(again.reached == state::complete && again.kept, "a response written anew is complete");
        property_equal(again.body, body, "a response written anew has the same body");
        property(again.status == outcome.status, "a response written anew has the same status");
    };
    if (outcome.status == 204 || outcome.status == 304) return;
    survives(http_response(outcome.status, body));
    survives(chunked_response(outcome.status, body, 1 + random.below(20)));
}

slb::endpoint const target{"slb.aliyuncs.com"};

/// What an exchange came to, and whether its connection can be used again.
std::string exchanged(std::string_view bytes, std::vector<std::size_t> const& cuts, ending end,
                      slb::http_limits limits) {
    static slb::signer<> const signer{slb::credentials("testid", "testsecret")};
    static unsigned char const randomness[16] = {};
    slb::exchange<> ex{target, {.http_limits = limits}};
    slb::response<operation> out;
    ex.start(operation{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-1"}, out, signer, 1795543533,
             slb::nonce{randomness});
    ex.sent(ex.output().size());
    in_pieces(bytes, cuts, [&](std::string_view piece) {
        while (!piece.empty() && !ex.done()) {
            std::span<char> const room = ex.input();
            property(!room.empty(), "there is room for a byte");
            std::size_t const size = std::min(room.size(), piece.size());
            std::memcpy(room.data(), piece.data(), size);
            ex.received(size);
            piece.remove_prefix(size);
        }
    });
    if (end == ending::clean) ex.closed();
    if (!ex.done()) return "not done";
    return outcome_of(out) + (ex.reusable() ? ", reusable" : "");
}
/// What an HTTP client of somebody else's would get from it.
std::string received(framing const& outcome) {
    slb::http_call<> const call{target};
    slb::response<operation> out;
    call.receive(outcome.status, outcome.header_lines, outcome.body, out);
    return outcome_of(out) + (outcome.kept ? ", reusable" : "");
}

void check(std::string_view bytes, ending end, slb::http_limits limits, generator& random) {
    framing const whole = framed_in(bytes, {}, end, limits);
    property_equal(framed_in(bytes, every_cut(bytes.size()), end, limits), whole, "byte by byte is as whole");
    for (int i = 0; i != 3; ++i)
        property_equal(framed_in(bytes, some_cuts(bytes.size(), random), end, limits), whole,
                       "cut anywhere is as whole");

    // A surplus is for the framer to notice; an exchange that is done reads no more.
    framing outcome;
    std::size_t const used = consumed(bytes, limits, outcome);
    std::string_view const own = bytes.substr(0, used);
    if (outcome.reached != state::need_more && used != 0) {
        property_equal(framed_in(own, {}, ending::open, limits), outcome, "it ends at one place");
        property(framed_in(own.substr(0, used - 1), {}, ending::open, limits).reached == state::need_more,
                 "it does not end before that");
    }
    if (outcome.reached == state::complete) {
        framing without_surplus = whole;
        without_surplus.kept = outcome.kept;
        property_equal(without_surplus, outcome, "a surplus changes nothing but the use of the connection");
        property(whole.kept == (outcome.kept && used == bytes.size()), "a surplus spoils the connection");
        check_with_decoder(own, outcome);
        check_rewritten(outcome, random);
    } else if (outcome.reached == state::need_more && end == ending::clean) {
        outcome = whole;
    }
    std::string const at_once = exchanged(own, {}, end, limits);
    property_equal(exchanged(own, every_cut(used), end, limits), at_once,
                   "an exchange is the same byte by byte");
    property_equal(exchanged(own, some_cuts(used, random), end, limits), at_once,
                   "an exchange is the same cut anywhere");
    if (outcome.reached == state::complete)
        property_equal(at_once, received(outcome), "an exchange is as http_call with another client");
    property((at_once == "not done") == (outcome.reached == state::need_more), "an exchange is done in time");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const bytes = text_of(data, size);
    generator random(seed_of(bytes));
    check(bytes, ending::open, {}, random);
    check(bytes, ending::clean, {}, random);
    check(bytes, random.one_in(2) ? ending::open : ending::clean,
          {.head = random.below(200), .body = random.below(60)}, random);
    return 0;
}

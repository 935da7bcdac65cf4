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
        exact_bytes grown(buffer_.view().size() + piece.size());
        std::copy(piece.begin(), piece.end(),
                  std::copy(buffer_.view().begin(), buffer_.view().end(), grown.data()));
        std::size_t size = grown.view().size();
        reached_ = framer_.consume(grown.data(), size);
        property(size <= grown.view().size(), "framing only leaves the buffer");
        buffer_ = size == grown.view().size() ? std::move(grown) : exact_bytes(grown.view().substr(0, size));
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

/// What it comes to while the connection is open, and after its clean end.
struct outcomes {
    framing open{};
    framing ended{};

    friend bool operator==(outcomes const&, outcomes const&) = default;
    friend std::ostream& operator<<(std::ostream& out, outcomes const& shown) {
        return out << shown.open << "\n  and then\n" << shown.ended;
    }
};
outcomes outcomes_of(framed& line) {
    outcomes made{line.outcome()};
    line.end();
    made.ended = line.outcome();
    return made;
}
outcomes framed_in(std::string_view bytes, std::vector<std::size_t> const& cuts, slb::http_limits limits) {
    framed line(limits);
    in_pieces(bytes, cuts, [&](std::string_view piece) { line.feed(piece); });
    return outcomes_of(line);
}
/// Byte by byte. Says, too, how many of the bytes are the response's: up to where it is complete or refused.
outcomes framed_by_byte(std::string_view bytes, slb::http_limits limits, std::size_t& used, framing& own) {
    framed line(limits);
    used = bytes.size();
    for (std::size_t at = 0; at != bytes.size(); ++at) {
        bool const goes_on = line.feed(bytes.substr(at, 1)) == state::need_more;
        // Head, body, and the one line of a trailer or chunk that is being read.
        if (goes_on)
            property(line.buffered() <= 2 * limits.head + limits.body + 300, "a peer cannot fill the memory");
        if (goes_on || used != bytes.size()) continue;
        used = at + 1;
        own = line.outcome();
    }
    if (own.reached == state::need_more) own = line.outcome();
    return outcomes_of(line);
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
        framing const again = framed_in(bytes, some_cuts(bytes.size(), random), {}).open;
        property(again.reached == state::complete && again.kept, "a response written anew is complete");
        property_equal(again.body, body, "a response written anew has the same body");
        property(again.status == outcome.status, "a response written anew has the same status");
    };
    if (outcome.status == 204 || outcome.status == 304) return;
    survives(http_answer(outcome.status, body));
    survives(chunked_response(outcome.status, body, 1 + random.below(20)));
}

enum class ending : bool { open, clean };

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

void check(std::string_view bytes, slb::http_limits limits, generator& random) {
    outcomes const whole = framed_in(bytes, {}, limits);
    framing own;
    std::size_t used = 0;
    property_equal(framed_by_byte(bytes, limits, used, own), whole, "byte by byte is as whole");
    for (int i = 0; i != 2; ++i)
        property_equal(framed_in(bytes, some_cuts(bytes.size(), random), limits), whole,
                       "cut anywhere is as whole");

    // A surplus is for the framer to notice; an exchange that is done reads no more.
    std::string_view const own_bytes = bytes.substr(0, used);
    if (own.reached != state::need_more && used != 0) {
        property_equal(framed_in(own_bytes, {}, limits).open, own, "it ends at one place");
        property(framed_in(own_bytes.substr(0, used - 1), {}, limits).open.reached == state::need_more,
                 "it does not end before that");
    }
    if (own.reached == state::complete) {
        framing without_surplus = whole.open;
        without_surplus.kept = own.kept;
        property_equal(without_surplus, own, "a surplus changes nothing but the use of the connection");
        property(whole.open.kept == (own.kept && used == bytes.size()), "a surplus spoils the connection");
        check_with_decoder(own_bytes, own);
        check_rewritten(own, random);
    }
    ending const end = random.one_in(2) ? ending::open : ending::clean;
    std::string const at_once = exchanged(own_bytes, {}, end, limits);
    property_equal(exchanged(own_bytes, every_cut(used), end, limits), at_once,
                   "an exchange is the same byte by byte");
    property_equal(exchanged(own_bytes, some_cuts(used, random), end, limits), at_once,
                   "an exchange is the same cut anywhere");
    framing const& outcome = own.reached == state::need_more && end == ending::clean ? whole.ended : own;
    if (outcome.reached == state::complete)
        property_equal(at_once, received(outcome), "an exchange is as http_call with another client");
    property((at_once == "not done") == (outcome.reached == state::need_more), "an exchange is done in time");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const bytes = text_of(data, size);
    generator random(seed_of(bytes));
    check(bytes, {}, random);
    check(bytes, {.head = random.below(200), .body = random.below(60)}, random);
    return 0;
}

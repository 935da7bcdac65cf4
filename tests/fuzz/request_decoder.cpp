// What the emulator decodes: any bytes, in whatever pieces, and requests of our own making, which must come
// out as they were put in, and never as something else after one byte was changed on the way.
#include "../support/emulator_testing.hpp"
#include "pieces.hpp"
#include "property.hpp"

#include <slb/http_call.hpp>

#include <algorithm>
#include <deque>
#include <optional>

namespace {

using slb_test::every_cut;
using slb_test::generator;
using slb_test::in_pieces;
using slb_test::property;
using slb_test::property_equal;
using slb_test::some_cuts;
using server_list = slb::decoded_list<slb::backend_server>;

// Bytes.

/// A request written in one fixed way.
std::string written(slb::http_request const& request) {
    std::string text = request.method + " " + request.target + " HTTP/1.1\r\n";
    for (auto const& [name, value] : request.headers)
        if (name != "content-length" && name != "transfer-encoding") text += name + ": " + value + "\r\n";
    return text + "content-length: " + std::to_string(request.body.size()) + "\r\n\r\n" + request.body;
}
/// Every request that comes out, and how it ends.
std::string decoded(std::string_view bytes, std::vector<std::size_t> const& cuts) {
    slb::http_request_decoder decoder;
    std::string seen;
    in_pieces(bytes, cuts, [&](std::string_view piece) {
        decoder.received(piece);
        for (; decoder.complete(); decoder.next()) {
            seen += written(decoder.request()) + (decoder.request().keep_alive ? " kept\n" : " closed\n");
            property(decoder.request().target.size() <= slb::http_request_decoder::max_target &&
                         decoder.request().body.size() <= slb::http_request_decoder::max_body,
                     "limits hold");
        }
    });
    return seen + "refused " + std::to_string(decoder.refusal());
}
/// What the emulator sends back. Whether it says to continue depends on what has arrived, so that is left
/// out.
std::string answered(std::string_view bytes, std::vector<std::size_t> const& cuts) {
    slb::emulator served;
    property(!served.groups().load(emulator_testing::default_group), "the group is well-formed");
    slb::emulator::connection line(served);
    std::string sent;
    in_pieces(bytes, cuts, [&](std::string_view piece) {
        line.received(piece);
        sent += emulator_testing::drained(line);
    });
    constexpr std::string_view interim = "HTTP/1.1 100 Continue\r\n\r\n";
    for (std::size_t at; (at = sent.find(interim)) != std::string::npos;) sent.erase(at, interim.size());
    return sent + "then " + std::to_string(static_cast<int>(line.next()));
}
void check_bytes(std::string_view bytes, generator& random) {
    std::string const whole = decoded(bytes, {});
    property_equal(decoded(bytes, every_cut(bytes.size())), whole, "decoded byte by byte as whole");
    property_equal(decoded(bytes, some_cuts(bytes.size(), random)), whole, "decoded the same cut anywhere");
    // As long as no request has come and none is refused, there is no answer.
    if (whole == "refused 0") return;
    std::string const answers = answered(bytes, {});
    property_equal(answered(bytes, every_cut(bytes.size())), answers, "answered byte by byte as whole");
    property_equal(answered(bytes, some_cuts(bytes.size(), random)), answers,
                   "answered the same cut anywhere");

    slb::http_request_decoder first;
    first.received(bytes);
    if (!first.complete()) return;
    std::string const again = written(first.request());
    slb::http_request_decoder second;
    second.received(again);
    property(second.complete(), "a request written anew is complete");
    property_equal(written(second.request()), again, "a request written anew is the same");
    property(second.request().keep_alive == first.request().keep_alive, "and keeps the connection as before");

    // Taken apart, in both schemes; what is asked of it must not matter.
    slb::signed_request const request(first.request());
    property(request.hmac_sha1_string_to_sign().starts_with(first.request().method + "&%2F&"),
             "signature 1.0 signs the method");
    property(request.acs3_canonical_request("hash").starts_with(first.request().method + "\n"),
             "ACS3 signs the method");
}

// Parameters and lists inside of them.

void check_parameters(std::string_view text) {
    std::vector<slb::parameter> parameters;
    if (!slb::detail::decode_parameters(parameters, text)) return;
    std::string encoded;
    for (auto const& [name, value] : parameters) {
        property(slb::detail::is_utf8(name) && slb::detail::is_utf8(value), "parameters are UTF-8");
        encoded += emulator_testing::encoded(name) + "=" + emulator_testing::encoded(value) + "&";
    }
    std::vector<slb::parameter> again;
    property(slb::detail::decode_parameters(again, encoded), "parameters encoded anew can be decoded");
    property(std::equal(parameters.begin(), parameters.end(), again.begin(), again.end(),
                        [](auto const& a, auto const& b) { return a.name == b.name && a.value == b.value; }),
             "parameters encoded anew are the same");
}

bool same(slb::backend_server const& left, slb::backend_server const& right) {
    return left.server_id == right.server_id && left.port == right.port && left.weight == right.weight &&
           left.type == right.type && left.server_ip == right.server_ip &&
           left.description == right.description;
}
bool same(slb::backend_server_key const& left, slb::backend_server_key const& right) {
    return left.server_id == right.server_id && left.port == right.port && left.type == right.type &&
           left.server_ip == right.server_ip;
}
template <class Left, class Right>
bool all_same(Left const& left, Right const& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](auto const& a, auto const& b) { return same(a, b); });
}

using request_of_20 = slb::modify_vserver_group_backend_servers;

void check_list(std::string_view text) {
    auto const loosely = slb::decode_list<slb::backend_server>(text, false);
    auto const strictly = slb::decode_list<slb::backend_server>(text, true);
    auto const* const list = std::get_if<server_list>(&strictly);
    if (list == nullptr) return;
    auto const* const loose = std::get_if<server_list>(&loosely);
    property(loose != nullptr, "what the strict mode takes the loose one takes");
    property(all_same(list->elements, loose->elements), "and reads the same");

    // The library's own encoder writes a list that says the same, if it takes as many.
    request_of_20 request{.region_id = "r", .vserver_group_id = "g"};
    for (auto const& server : list->elements) {
        // It must not replace itself.
        slb::port_number const other_port{slb::runtime(server.port.number() % 65535 + 1)};
        request.replace.push_back({{server.server_id, other_port, server.type, server.server_ip}, server});
    }
    slb::http_call<> call{slb::endpoint("slb.aliyuncs.com")};
    auto const encoded = call.encode(request);
    if (!encoded) {
        property(list->elements.size() > request.replace.capacity() ||
                     encoded.error() == slb::errc::duplicate_server,
                 "the encoder takes every server that the strict mode takes");
        return;
    }
    static slb::signer<> const signer{slb::credentials("testid", "testsecret")};
    unsigned char const randomness[16] = {};
    property(static_cast<bool>(call.sign(signer, emulator_testing::start, slb::nonce{randomness})),
             "it can be signed");
    slb::http_request_decoder decoder;
    decoder.received(call.bytes());
    property(decoder.complete(), "it can be decoded");
    std::string const written_anew = slb::signed_request(decoder.request()).value("NewBackendServers");
    auto const again =
        slb::decode_list<slb::backend_server>(written_anew.empty() ? "[]" : written_anew, true);
    property(again.index() == 0 && all_same(std::get<0>(again).elements, list->elements),
             "a list encoded anew says the same");
}

// Requests of our own.

/// A run-time request and the texts that it views.
struct wish {
    std::deque<std::string> texts{};
    std::string token{};
    request_of_20 request{.region_id = "r", .vserver_group_id = "g"};
    slb::call_options options{};
    unsigned char randomness[16] = {};
};
/// Reads choices from the input itself, and zeros behind its end: every byte of it counts.
class choices {
  public:
    explicit choices(std::string_view input) : input_(input) {}

    std::size_t below(std::size_t bound) {
        std::size_t value = next();
        if (bound > 256) value = value << 8 | next();
        return value % bound;
    }
    bool one_in(std::size_t n) { return below(n) == n - 1; }
    std::string id() {
        std::string made;
        for (std::size_t size = 1 + below(one_in(8) ? 128 : 20); made.size() != size;) {
            char const c = static_cast<char>('!' + below('~' - '!' + 1));
            made += c == '"' || c == '\'' || c == '\\' ? '-' : c;
        }
        return made;
    }
    std::string description() {
        static constexpr std::string_view letters = "aZ09-/._";
        std::string made;
        for (std::size_t size = 1 + below(one_in(8) ? 80 : 10); made.size() != size;)
            made += letters[below(letters.size())];
        return made;
    }
    std::string address() {
        static constexpr std::string_view addresses[] = {"192.0.2.11", "0.0.0.0", "::", "2001:db8::1",
                                                         "::ffff:192.0.2.1"};
        if (one_in(2)) return std::string(addresses[below(std::size(addresses))]);
        std::string made;
        for (int part = 0; part != 4; ++part) made += (part == 0 ? "" : ".") + std::to_string(below(256));
        return made;
    }

  private:
    std::size_t next() {
        if (input_.empty()) return 0;
        auto const byte = static_cast<unsigned char>(input_[0]);
        input_.remove_prefix(1);
        return byte;
    }
    std::string_view input_;
};

slb::backend_server_key make_key(choices& chosen, std::deque<std::string>& texts) {
    auto const kept = [&](std::string text) -> std::string const& {
        return texts.emplace_back(std::move(text));
    };
    // The number makes the servers of a list different ones.
    std::string const id = std::to_string(texts.size()) + "-" + chosen.id();
    slb::backend_server_key key{slb::runtime(kept(id.substr(0, 128))), slb::runtime(1 + chosen.below(65535))};
    static constexpr std::string_view types[] = {"ecs", "eni", "eci"};
    std::size_t const type = chosen.below(4);
    if (type != 3) key.type = slb::server_type(slb::runtime(types[type]));
    if (type == 1 || type == 2 || chosen.one_in(3))
        key.server_ip = slb::server_address(slb::runtime(kept(chosen.address())));
    return key;
}
void make_request(choices& chosen, wish& out) {
    auto const kept = [&](std::string text) -> std::string const& {
        return out.texts.emplace_back(std::move(text));
    };
    out.options.scheme =
        chosen.one_in(2) ? slb::signature_scheme::hmac_sha1 : slb::signature_scheme::acs3_hmac_sha256;
    out.options.placement = static_cast<slb::parameter_placement>(chosen.below(3));
    out.options.format = chosen.one_in(2) ? slb::response_format::xml : slb::response_format::json;
    for (auto& byte : out.randomness) byte = static_cast<unsigned char>(chosen.below(256));
    out.request.region_id = slb::runtime(kept(chosen.id()));
    out.request.vserver_group_id = slb::runtime(kept(chosen.id()));
    for (std::size_t count = chosen.below(chosen.one_in(4) ? 21 : 4); count != 0; --count) {
        slb::backend_server_key const from = make_key(chosen, out.texts);
        slb::backend_server_key const key = make_key(chosen, out.texts);
        slb::backend_server to{key.server_id, key.port, {}, key.type, key.server_ip};
        if (chosen.one_in(2)) to.weight = slb::server_weight(slb::runtime(chosen.below(101)));
        if (chosen.one_in(2))
            to.description = slb::server_description(slb::runtime(kept(chosen.description())));
        out.request.replace.push_back({from, to});
    }
    if (chosen.one_in(3)) {
        out.token = chosen.id();
        std::replace(out.token.begin(), out.token.end(), ',', ';');
    }
}

/// The call that reaches the operation, if any does, and the emulator's answer.
struct passage {
    std::optional<slb::emulator_call> call{};
    emulator_testing::reply answer{};
};
passage through_emulator(wish const& wished, std::string_view wire,
                         std::vector<std::size_t> const& cuts = {}) {
    slb::emulator served({.keys = {{.id = "testid", .secret = "testsecret", .token = wished.token}}});
    passage made;
    served.handle(emulator_testing::modify, [&](slb::emulator_call const& call) -> slb::emulator_answer {
        made.call = call;
        auto const list = call.list<slb::backend_server>("NewBackendServers");
        auto const* const servers = std::get_if<server_list>(&list);
        if (servers == nullptr) return slb::refusal{400, "InvalidParameter", "no list"};
        std::vector<slb::backend_server_view> views;
        auto const text = [](auto const& value) {
            return value ? slb::maybe<std::string_view>(value->text()) : slb::maybe<std::string_view>();
        };
        for (auto const& server : servers->elements) {
            auto& view = views.emplace_back();
            view.server_id = server.server_id.text();
            view.port = static_cast<std::int32_t>(server.port.number());
            if (server.weight) view.weight = static_cast<std::int32_t>(server.weight->number());
            view.type = text(server.type);
            view.server_ip = text(server.server_ip);
            view.description = text(server.description);
        }
        return slb::changed_vserver_group{
            call.request_id, call.value("VServerGroupId"), {views.data(), views.size()}};
    });
    slb::emulator::connection line(served);
    std::string bytes;
    in_pieces(wire, cuts, [&](std::string_view piece) {
        line.received(piece);
        bytes += emulator_testing::drained(line);
    });
    made.answer = emulator_testing::take_reply(bytes);
    return made;
}
bool same(slb::emulator_call const& left, slb::emulator_call const& right) {
    return left.action == right.action &&
           std::equal(left.parameters.begin(), left.parameters.end(), right.parameters.begin(),
                      right.parameters.end(),
                      [](auto const& a, auto const& b) { return a.name == b.name && a.value == b.value; });
}

void check_request(std::string_view input, generator& random) {
    choices chosen(input);
    wish wished;
    make_request(chosen, wished);
    auto const& request = wished.request;
    slb::http_call<> call{slb::endpoint("slb.aliyuncs.com"), wished.options};
    slb::signer<> const signer{slb::credentials("testid", "testsecret", wished.token)};
    auto const encoded = call.encode(request);
    if (!encoded) std::cerr << encoded.error() << '\n';
    property(static_cast<bool>(encoded), "a valid request can be encoded");
    property(static_cast<bool>(call.sign(signer, emulator_testing::start, slb::nonce{wished.randomness})),
             "a valid request can be signed");
    std::string const wire(call.bytes());

    slb::http_request_decoder decoder;
    decoder.received(std::string_view(wire).substr(0, wire.size() - 1));
    property(!decoder.complete(), "a request is not complete before its last byte");
    decoder.received(std::string_view(wire).substr(wire.size() - 1));
    property(decoder.complete(), "a request is complete with its last byte");
    auto const& http = decoder.request();
    property(http.method == call.method() && http.target == call.target() && http.body == call.body(),
             "a request is decoded as it was encoded");
    std::size_t headers = 0;
    call.for_each_header([&](std::string_view name, std::string_view value) {
        property(headers < http.headers.size() && http.headers[headers].name == name &&
                     http.headers[headers].value == value,
                 "headers are decoded as they were encoded");
        ++headers;
    });
    property(headers == http.headers.size(), "no header is made up");

    passage const passed = through_emulator(wished, wire, some_cuts(wire.size(), random));
    if (!passed.call) std::cerr << passed.answer.body << '\n';
    property(passed.call.has_value(), "a signed request passes");
    auto const& got = *passed.call;
    property(got.value("RegionId") == request.region_id.text() &&
                 got.value("VServerGroupId") == request.vserver_group_id.text(),
             "ids arrive as they were given");
    std::vector<slb::backend_server> to;
    std::vector<slb::backend_server_key> from;
    for (auto const& pair : request.replace) {
        to.push_back(pair.to);
        from.push_back(pair.from);
    }
    auto const new_servers = got.list<slb::backend_server>("NewBackendServers");
    auto const old_servers = got.list<slb::backend_server_key>("OldBackendServers");
    property(new_servers.index() == 0 && all_same(std::get<0>(new_servers).elements, to),
             "new servers arrive as they were given");
    property(old_servers.index() == 0 && all_same(std::get<0>(old_servers).elements, from),
             "old servers arrive as they were given");

    slb::response<request_of_20> response;
    call.receive(passed.answer.status, {}, passed.answer.body, response);
    property(static_cast<bool>(response), "the answer can be read");
    property(response->backend_servers.size() == to.size(), "and lists the servers");
    for (std::size_t i = 0; i != to.size(); ++i)
        property(response->backend_servers[i].server_id == to[i].server_id.text() &&
                     response->backend_servers[i].port == to[i].port.number() &&
                     response->backend_servers[i].description.has_value() == to[i].description.has_value(),
                 "which are those that were given");

    // Only what is not signed can be changed, and that changes nothing of the call.
    for (int i = 0; i != 2; ++i) {
        std::string changed = wire;
        char& byte = changed[random.below(changed.size())];
        byte = static_cast<char>(byte + 1 + static_cast<char>(random.below(255)));
        passage const other = through_emulator(wished, changed);
        if (other.call && !same(*other.call, got)) std::cerr << wire << "\n  became\n" << changed << '\n';
        property(!other.call || same(*other.call, got), "a changed request is refused, or means the same");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const input = slb_test::text_of(data, size);
    generator random(slb_test::seed_of(input));
    check_bytes(input, random);
    check_parameters(input);
    check_list(input);
    check_request(input, random);
    return 0;
}

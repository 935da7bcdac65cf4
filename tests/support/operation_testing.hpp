#ifndef SLB_TESTS_SUPPORT_OPERATION_TESTING_HPP
#define SLB_TESTS_SUPPORT_OPERATION_TESTING_HPP

#include "allocation_count.hpp"
#include "boost_shapes.hpp"
#include "exact_bytes.hpp"
#include "expat_shapes.hpp"
#include "generated_shapes.hpp"
#include "print.hpp"
#include "quiet_transport.hpp"

#include <slb/client.hpp>
#include <slb/openssl.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <initializer_list>
#include <span>

// What is checked of every operation; what is special about one stands in its own file.
namespace slb_test {

/// What a request becomes: its parameters as a query, and what each way to sign and send them adds. Key
/// testid with the secret testsecret, at 2026-11-24T18:05:33Z, with the nonce
/// 00112233445566778899aabbccddeeff. None of it was made by the library: it was computed independently
/// (Python's hmac, hashlib and urllib.parse.quote) from the documented algorithms of both signatures.
struct golden_request {
    std::string_view query;
    std::string_view acs3_query_signature;
    /// SHA-256 of the query, which is the body then.
    std::string_view form_hash;
    std::string_view acs3_form_signature;
    /// Query and form are signed as one set: one signature, percent-encoded, for both.
    std::string_view v1_signature;
};

inline std::string replaced(std::string text, std::string_view hole, std::string_view with) {
    std::size_t const at = text.find(hole);
    BOOST_REQUIRE_MESSAGE(at != text.npos, hole << " does not stand in " << text);
    return text.replace(at, hole.size(), with);
}

inline std::string acs3_query_message(std::string_view name, golden_request const& golden) {
    std::string const text =
        "POST /?{query} HTTP/1.1\r\n"
        "host: slb.aliyuncs.com\r\n"
        "x-acs-action: {action}\r\n"
        "x-acs-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\r\n"
        "x-acs-date: 2026-11-24T18:05:33Z\r\n"
        "x-acs-signature-nonce: 00112233445566778899aabbccddeeff\r\n"
        "x-acs-version: 2014-05-15\r\n"
        "authorization: ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=host;x-acs-action;"
        "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature={signature}\r\n"
        "accept: application/json\r\n"
        "accept-encoding: identity\r\n"
        "user-agent: slb/0.1.0\r\n"
        "content-length: 0\r\n"
        "\r\n";
    return replaced(
        replaced(replaced(text, "{query}", golden.query), "{signature}", golden.acs3_query_signature),
        "{action}", name);
}
inline std::string acs3_form_message(std::string_view name, golden_request const& golden) {
    std::string const text =
        "POST / HTTP/1.1\r\n"
        "content-type: application/x-www-form-urlencoded\r\n"
        "host: slb.aliyuncs.com\r\n"
        "x-acs-action: {action}\r\n"
        "x-acs-content-sha256: {hash}\r\n"
        "x-acs-date: 2026-11-24T18:05:33Z\r\n"
        "x-acs-signature-nonce: 00112233445566778899aabbccddeeff\r\n"
        "x-acs-version: 2014-05-15\r\n"
        "authorization: ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=content-type;host;x-acs-action;"
        "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature={signature}\r\n"
        "accept: application/json\r\n"
        "accept-encoding: identity\r\n"
        "user-agent: slb/0.1.0\r\n"
        "content-length: {size}\r\n"
        "\r\n";
    return replaced(replaced(replaced(replaced(text, "{hash}", golden.form_hash), "{signature}",
                                      golden.acs3_form_signature),
                             "{action}", name),
                    "{size}", std::to_string(golden.query.size())) +
           std::string(golden.query);
}
inline std::string v1_query_message(std::string_view name, golden_request const& golden) {
    std::string const text =
        "POST /?{query}&AccessKeyId=testid&Action={action}&Format=JSON&SignatureMethod=HMAC-SHA1"
        "&SignatureNonce=00112233445566778899aabbccddeeff&SignatureVersion=1.0"
        "&Timestamp=2026-11-24T18%3A05%3A33Z&Version=2014-05-15&Signature={signature} HTTP/1.1\r\n"
        "host: slb.aliyuncs.com\r\n"
        "accept-encoding: identity\r\n"
        "user-agent: slb/0.1.0\r\n"
        "content-length: 0\r\n"
        "\r\n";
    return replaced(replaced(replaced(text, "{query}", golden.query), "{signature}", golden.v1_signature),
                    "{action}", name);
}
inline std::string v1_form_message(std::string_view name, golden_request const& golden) {
    std::string const text =
        "POST /?AccessKeyId=testid&Action={action}&Format=JSON&SignatureMethod=HMAC-SHA1"
        "&SignatureNonce=00112233445566778899aabbccddeeff&SignatureVersion=1.0"
        "&Timestamp=2026-11-24T18%3A05%3A33Z&Version=2014-05-15&Signature={signature} HTTP/1.1\r\n"
        "host: slb.aliyuncs.com\r\n"
        "content-type: application/x-www-form-urlencoded\r\n"
        "accept-encoding: identity\r\n"
        "user-agent: slb/0.1.0\r\n"
        "content-length: {size}\r\n"
        "\r\n";
    return replaced(replaced(replaced(text, "{signature}", golden.v1_signature), "{action}", name), "{size}",
                    std::to_string(golden.query.size())) +
           std::string(golden.query);
}

/// The bytes of the signed message, or the error that kept it from being made.
template <class Operation>
std::string message_of(Operation const& request, slb::signature_scheme scheme,
                       slb::parameter_placement placement) {
    static constexpr unsigned char random_bytes[16] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                                       0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
    slb::signer<slb::openssl_crypto> const key(slb::credentials("testid", "testsecret"));
    slb::http_call<> call(slb::endpoint("slb.aliyuncs.com"), {.scheme = scheme, .placement = placement});
    if (auto const encoded = call.encode(request); !encoded) return text_of(encoded.error());
    if (auto const made = call.sign(key, 1795543533, slb::nonce(random_bytes)); !made)
        return text_of(made.error());
    return std::string(call.bytes());
}

/// Checks the whole message under both signatures in both places.
template <class Operation>
void check_request(Operation const& request, golden_request const& golden) {
    using enum slb::signature_scheme;
    using enum slb::parameter_placement;
    constexpr std::string_view name = slb::action_of<Operation>;
    BOOST_TEST(message_of(request, acs3_hmac_sha256, query) == acs3_query_message(name, golden));
    BOOST_TEST(message_of(request, acs3_hmac_sha256, form) == acs3_form_message(name, golden));
    BOOST_TEST(message_of(request, hmac_sha1, query) == v1_query_message(name, golden));
    BOOST_TEST(message_of(request, hmac_sha1, form) == v1_form_message(name, golden));
}
/// What becomes of a request that breaks a rule, "not sent: ..." without the first words.
template <class Operation>
std::string problem_with(Operation const& request) {
    return problem_of(slb::validate(request));
}

/// Lets `check` see what a documented reply says, from JSON and XML, wrapped or not, with quoted numbers,
/// received as a client receives it.
template <class Operation, class Check>
void check_documented(std::string_view json, std::string_view xml, Check check) {
    std::string const name(slb::action_of<Operation>);
    std::string quoted;
    for (std::size_t i = 0; i != json.size(); ++i) {
        bool const digit = json[i] >= '0' && json[i] <= '9';
        // In the examples each number stands right behind its name.
        std::size_t const end = json.find_first_not_of("0123456789", i);
        if (digit && json.substr(i - 2, 2) == "\":") {
            quoted += '"' + std::string(json.substr(i, end - i)) + '"';
            i = end - 1;
        } else {
            quoted += json[i];
        }
    }
    for (auto const& [what, body] :
         {std::pair{"JSON", std::string(json)},
          {"JSON in a wrapper", "{\"" + name + "\":" + std::string(json) + "}"},
          {"JSON in a wrapper named Response", "{\"" + name + "Response\":" + std::string(json) + "}"},
          {"JSON with quoted numbers", quoted},
          {"XML", std::string(xml)},
          {"XML with the root of the earlier pages",
           replaced(replaced(std::string(xml), "<" + name + "Response>", "<" + name + ">"),
                    "</" + name + "Response>", "</" + name + ">")},
          {"XML with a declaration", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + std::string(xml)}})
        BOOST_TEST_CONTEXT(what) {
            slb::http_call<> const call(slb::endpoint("slb.aliyuncs.com"));
            slb::response<Operation> answer;
            call.receive(200, {}, body, answer);
            BOOST_TEST_REQUIRE(problem_of(answer.error()) == "");
            check(*answer);
        }
}
/// A member that a struct shows, or "absent".
inline std::string shown(slb::maybe<std::string_view> const& text) {
    return text ? std::string(*text) : "absent";
}
template <class Integer>
std::string shown(slb::maybe<Integer> const& number) {
    return number ? std::to_string(*number) : "absent";
}

/// What a parser made of a body in exact memory: the reply as a tree, or the problem.
struct outcome {
    slb::error error{};
    json_object said{};

    [[nodiscard]] std::string text() const {
        return error == slb::errc::none ? boost::json::serialize(said) : problem_of(error);
    }
};

/// The properties of the replies of one operation, checked on generated ones in JSON and XML against
/// Boost.JSON and Expat, which know the shape of the reply from reply_shapes.hpp.
template <class Operation>
class reply_properties {
  public:
    explicit reply_properties(shapes const& members) : members_(members) {}

    void check_all() const {
        generated_replies_are_read_as_they_were_meant();
        members_left_out_are_missed_where_they_are_required();
        any_memory_gives_the_whole_reply_or_out_of_memory();
        limits_are_exact();
        cut_and_changed_replies_are_read_as_the_oracles_read_them();
    }

  private:
    using view = slb::response_of<Operation>;
    static constexpr std::string_view action = slb::action_of<Operation>;

    static outcome parse(std::string_view text, bool xml, std::size_t memory_size,
                         slb::parse_limits limits = {}) {
        exact_bytes const body(text);
        exact_bytes memory(memory_size);
        view shown{};
        outcome made;
        made.error = xml ? slb::parse_xml(body.view(), shown, memory.span(), limits)
                         : slb::parse_json(body.view(), shown, memory.span(), action, limits);
        if (made.error == slb::errc::none) made.said = tree_of(shown);
        return made;
    }
    static outcome parse(std::string_view text, bool xml, slb::parse_limits limits = {}) {
        return parse(text, xml, slb::parse_memory<view>(text.size(), limits), limits);
    }
    [[nodiscard]] std::string written(shaped_generator& random, json_object const& said, bool xml) const {
        return xml ? random.xml(said, members_, action) : random.json(said, members_, action);
    }
    /// Calls f(text, meant, is_xml) for so many replies in each format.
    template <class F>
    void for_generated(std::uint32_t seed, int count, F f) const {
        shaped_generator random(seed);
        for (int i = 0; i != count; ++i) {
            json_object const meant = random.make(members_);
            for (bool const xml : {false, true}) f(written(random, meant, xml), meant, xml);
        }
    }

    void generated_replies_are_read_as_they_were_meant() const {
        for_generated(20140515, 300, [&](std::string const& text, json_object const& meant, bool xml) {
            std::string const expected = boost::json::serialize(meant);
            auto const judged = xml ? expat_shapes::read(text, members_).shown
                                    : boost_shapes::read(text, action, members_).said;
            outcome const ours = parse(text, xml);
            if (ours.said == meant && judged && *judged == meant) return;
            BOOST_TEST_CONTEXT(text) {
                BOOST_TEST(ours.text() == expected);
                BOOST_TEST((judged ? boost::json::serialize(*judged) : "refused") == expected);
            }
        });
    }

    /// Calls f(reply without one member, the member's shape, its place) for each member that is there.
    template <class F>
    static void for_each_left_out(json_object const& whole, json_value& part, shapes const& members,
                                  std::string const& place, F f) {
        for (shape const& of : members) {
            json_value* const found = part.get_object().if_contains(json_text(of.name));
            if (found == nullptr) continue;
            json_value const kept = *found;
            part.get_object().erase(json_text(of.name));
            f(of, place + std::string(of.name));
            part.get_object()[json_text(of.name)] = kept;
            json_value& again = part.get_object()[json_text(of.name)];
            if (of.what == shape::kind::object) for_each_left_out(whole, again, of.members, place, f);
            if (of.what != shape::kind::list || of.element != shape::kind::object) continue;
            auto& elements = again.get_object()[json_text(of.item)].get_array();
            for (std::size_t i = 0; i != elements.size(); ++i)
                for_each_left_out(whole, elements[i], of.members,
                                  std::string(of.name) + '[' + std::to_string(i) + "].", f);
        }
    }
    void members_left_out_are_missed_where_they_are_required() const {
        shaped_generator random(404);
        std::size_t left_out = 0;
        for (int i = 0; i != 20; ++i) {
            json_object const meant = random.make(members_);
            json_value lacking = meant;
            for_each_left_out(meant, lacking, members_, "", [&](shape const& of, std::string const& place) {
                ++left_out;
                for (bool const xml : {false, true}) {
                    std::string const text = written(random, lacking.get_object(), xml);
                    auto const judged = xml ? expat_shapes::read(text, members_).shown
                                            : boost_shapes::read(text, action, members_).said;
                    std::string const expected = of.required
                                                     ? place + " is missing from the response"
                                                     : boost::json::serialize(judged.value_or(json_object{}));
                    outcome const ours = parse(text, xml);
                    bool const good =
                        of.required ? ours.text() == expected : judged.has_value() && ours.said == *judged;
                    if (!good) BOOST_TEST_CONTEXT(text) {
                            BOOST_TEST(ours.text() == expected);
                        }
                }
            });
        }
        BOOST_TEST(left_out >= 20U);
    }

    void any_memory_gives_the_whole_reply_or_out_of_memory() const {
        for_generated(7, 6, [&](std::string const& text, json_object const& meant, bool xml) {
            std::size_t const enough = slb::parse_memory<view>(text.size());
            bool was_enough = false;
            std::size_t wrong = 0;
            // For short replies every size up to the first that is enough; the last is what it asks for.
            std::size_t const step = 1 + text.size() / 400;
            for (std::size_t size = 0; size <= enough;) {
                outcome const ours = parse(text, xml, size);
                bool const whole = ours.error == slb::errc::none && ours.said == meant;
                wrong += whole || (ours.error == slb::errc::out_of_memory && !was_enough) ? 0U : 1U;
                was_enough = whole;
                size = size == enough ? enough + 1 : std::min(enough, size + (was_enough ? 499U : step));
            }
            BOOST_TEST_CONTEXT(text) {
                BOOST_TEST(wrong == 0U);
                BOOST_TEST(was_enough);
            }
        });
    }

    /// How deeply a JSON text nests: brackets outside of strings.
    static std::size_t json_depth(std::string_view text) {
        std::size_t depth = 0;
        std::size_t deepest = 0;
        bool inside = false;
        for (std::size_t i = 0; i != text.size(); ++i) {
            if (text[i] == '"') inside = !inside;
            if (inside && text[i] == '\\') ++i;
            if (inside) continue;
            if (text[i] == '{' || text[i] == '[') deepest = std::max(deepest, ++depth);
            if (text[i] == '}' || text[i] == ']') --depth;
        }
        return deepest;
    }
    void limits_are_exact() const {
        for_generated(99, 60, [&](std::string const& text, json_object const& meant, bool xml) {
            BOOST_TEST_CONTEXT(text) {
                std::size_t const elements = element_count(meant);
                BOOST_TEST((parse(text, xml, {.elements = elements}).said == meant));
                if (elements != 0)
                    BOOST_TEST(parse(text, xml, {.elements = elements - 1}).error.code() ==
                               slb::errc::too_many_elements);
                std::size_t const depth = xml ? expat_shapes::read(text, members_).depth : json_depth(text);
                BOOST_TEST((parse(text, xml, {.depth = depth}).said == meant));
                // In XML an element that is closed at once does not count as a level.
                if (!xml || text.find("/>") == text.npos)
                    BOOST_TEST(parse(text, xml, {.depth = depth - 1}).error.code() == slb::errc::too_deep);
            }
        });
    }

    void cut_and_changed_replies_are_read_as_the_oracles_read_them() const {
        shaped_generator random(1);
        std::size_t accepted = 0;
        std::size_t refused = 0;
        for_generated(11, 30, [&](std::string const& text, json_object const&, bool xml) {
            for (std::size_t size = 0; size < text.size(); size += 1 + random.below(6)) {
                std::string const cut = text.substr(0, size);
                // What is behind the root of a document may be cut off.
                bool const whole = xml && expat_shapes::read(cut, members_).well_formed();
                if ((parse(cut, xml).error == slb::errc::none) != whole)
                    BOOST_TEST(parse(cut, xml).text() == "refused", cut);
            }
            for (int mutation = 0; mutation != 25; ++mutation) {
                std::string const changed = random.mutated(text);
                outcome const ours = parse(changed, xml);
                ++(ours.error == slb::errc::none ? accepted : refused);
                if (xml) continue; // What Expat and the parser do not share is told in fuzz/xml_response.cpp.
                auto const judged = boost_shapes::read(changed, action, members_);
                bool const agreed = ours.error == slb::errc::none
                                        ? judged.said && *judged.said == ours.said
                                        : !judged.said || ours.error == slb::errc::member_repeated;
                if (!agreed) BOOST_TEST_CONTEXT(changed) {
                        BOOST_TEST(ours.text() ==
                                   (judged.said ? boost::json::serialize(*judged.said) : "refused"));
                    }
            }
        });
        BOOST_TEST(accepted > 100U);
        BOOST_TEST(refused > 100U);
    }

    shapes const& members_;
};
template <class Operation>
void check_replies(shapes const& members) {
    reply_properties<Operation>(members).check_all();
}

/// A refusal of the service, and what it means to the caller.
struct refusal_row {
    int http_status;
    std::string_view code;
    bool retryable;
    slb::delivery reached = slb::delivery::rejected;
};
using refusal_rows = std::span<refusal_row const>;

// Which operation may be refused with which code. Source: the common error codes of the API, as far as they
// fit the operation; which of them it really sends is not documented.
inline constexpr refusal_row refusals_of_all[] = {
    {400, "Throttling", true},
    {400, "Throttling.User", true},
    {400, "Throttling.Api", true},
    // Whether these may be repeated is not known, so they are not.
    {503, "ServiceUnavailable", false, slb::delivery::maybe_applied},
    {500, "InternalError", false, slb::delivery::maybe_applied},
    {403, "Forbidden", false},
    {403, "Forbbiden.SubUser", false},
};
inline constexpr refusal_row refusals_of_changes[] = {
    {400, "VServerGroupProcessing", true},    {400, "ServiceIsConfiguring", true},
    {409, "BackendServer.configuring", true}, {400, "OperationBusy", true},
    {409, "ServiceIsStopping", true},         {449, "SystemBusy", true},
};
inline constexpr refusal_row refusals_of_servers[] = {
    {400, "TooManyBackendServers", false},
    {400, "BackendServersMalformed", false},
    {400, "InvalidParameter", false},
    {400, "InvalidWeight.Malformed", false},
    {400, "InvalidServerId.NotFound", false},
    {404, "InvalidServerId.NotFound", false},
    {400, "ObtainIpFail", false},
    {400, "InvalidBackendServers.Inconsistent", false},
    {400, "NetworkConflict", false},
};
inline constexpr refusal_row no_such_group[] = {{404, "InvalidParameter", false}};
inline constexpr refusal_row no_such_load_balancer[] = {{404, "InvalidLoadBalancerId.NotFound", false}};

/// Checks that each refusal, in JSON and in XML, keeps all it says and is judged as its row says.
template <class Operation>
void check_refusals(std::initializer_list<refusal_rows> all) {
    for (refusal_rows const rows : all)
        for (auto const& [http_status, code, retryable, reached] : rows)
            for (std::string const format : {"json", "xml"})
                BOOST_TEST_CONTEXT(http_status << ' ' << code << " in " << format) {
                    std::string const json =
                        R"({"RequestId":"R-1","Message":"No \"a\" & b.","HostId":"slb.aliyuncs.com",)"
                        R"("Recommend":"see x","Code":")" +
                        std::string(code) + "\"}";
                    std::string const xml =
                        "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>R-1</RequestId>"
                        "<HostId>slb.aliyuncs.com</HostId><Code>" +
                        std::string(code) +
                        "</Code><Message><![CDATA[No \"a\" & b.]]></Message><Recommend>see x</Recommend>"
                        "</Error>";
                    slb::http_call<> const call(slb::endpoint("slb.aliyuncs.com"));
                    slb::response<Operation> answer;
                    call.receive(http_status, {}, format == "json" ? json : xml, answer);
                    BOOST_TEST(!answer);
                    slb::error const& why = answer.error();
                    BOOST_TEST_REQUIRE(why.service() != nullptr);
                    BOOST_TEST(why.service()->code == code);
                    BOOST_TEST(why.service()->message == "No \"a\" & b.");
                    BOOST_TEST(why.service()->request_id == "R-1");
                    BOOST_TEST(why.service()->host_id == "slb.aliyuncs.com");
                    BOOST_TEST(why.service()->recommendation == "see x");
                    BOOST_TEST(why.service()->http_status == http_status);
                    BOOST_TEST(why.http_status() == http_status);
                    BOOST_TEST(why.delivery() == reached);
                    bool const again = retryable || (slb::only_reads(slb::action_of<Operation>) &&
                                                     reached == slb::delivery::maybe_applied);
                    BOOST_TEST(why.retryable() == again);
                    BOOST_TEST(why.retry_after() == (again ? slb::error::default_retry_after : 0));
                }
}

/// Checks that calls into a kept response allocate nothing once the largest answers were met.
template <class Operation>
void check_allocations(Operation const& request, shapes const& members) {
    shaped_generator random(5);
    std::vector<std::string> answers;
    for (int i = 0; i != 32; ++i) {
        json_object const said = random.make(members);
        std::string const body = i % 2 == 0 ? random.json(said, members, slb::action_of<Operation>)
                                            : random.xml(said, members, slb::action_of<Operation>);
        answers.push_back("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                          body);
    }
    quiet_transport line(answers);
    slb::client client{line, slb::credentials{"testid", "testsecret"}};
    slb::response<Operation> out;
    std::size_t good = 0;
    auto const allocations_of_all = [&] {
        std::size_t const before = process_allocations;
        for (std::size_t i = 0; i != answers.size(); ++i) good += client.invoke(request, out) ? 1U : 0U;
        return process_allocations - before;
    };
    bool const counting = counts_malloc();
    BOOST_TEST((allocations_of_all() > 0U) == counting);
    BOOST_TEST(allocations_of_all() == 0U);
    BOOST_TEST(good == 2 * answers.size());
}

} // namespace slb_test

#endif

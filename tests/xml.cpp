#include <slb/xml.hpp>
// The header under test comes first: it stands alone.
#include "support/exact_bytes.hpp"
#include "support/generated_replies.hpp"
#include "support/print.hpp"

#include <slb/json.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <iostream>

BOOST_AUTO_TEST_SUITE(xml)

namespace {

using namespace slb_test;

/// A parse of a document in exact memory: everything that it gave is copied out.
struct parsed {
    slb::error error{};
    reply said{};

    bool accepted() const { return error == slb::errc::none; }
    std::string problem() const { return problem_of(error); }
};
parsed parse_in(std::size_t memory_size, std::string_view text, slb::parse_limits limits = {}) {
    exact_bytes const body(text);
    exact_bytes memory(memory_size);
    reply_view view;
    parsed result;
    result.error = slb::parse_xml(body.view(), view, memory.span(), limits);
    if (result.accepted()) result.said = copy_of(view);
    return result;
}
parsed parse(std::string_view text, slb::parse_limits limits = {}) {
    return parse_in(slb::parse_memory<reply_view>(text.size(), limits), text, limits);
}

std::string_view constexpr ids = "<RequestId>R</RequestId><VServerGroupId>g</VServerGroupId>";
/// A reply with this beside the ids.
std::string with(std::string_view content) {
    return "<Reply>" + std::string(ids) + std::string(content) + "</Reply>";
}
std::string with_servers(std::string_view content) {
    return with("<BackendServers>" + std::string(content) + "</BackendServers>");
}
/// A reply whose one server has a description, which is written like this.
std::string with_description(std::string_view content) {
    return with_servers("<BackendServer><ServerId>i</ServerId><Port>80</Port><Description>" +
                        std::string(content) + "</Description></BackendServer>");
}
reply const no_server{"R", "g", {}};
reply const one_server{"R", "g", {{.server_id = "i", .port = 80}}};

struct accepted_text {
    char const* what;
    std::string text;
    reply said;
};
std::vector<accepted_text> const& accepted_texts() {
    std::string const server = "<BackendServer><ServerId>i</ServerId><Port>80</Port></BackendServer>";
    static std::vector<accepted_text> const texts{
        {"the documented example", std::string(documented_xml), documented_reply()},
        {"compact, the root of the service", std::string(compact_xml), compact_reply()},
        {"a declaration", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + std::string(compact_xml),
         compact_reply()},
        {"a declaration in single quotes",
         "<?xml version='1.0' encoding='utf-8' standalone = 'yes' ?>" + std::string(compact_xml),
         compact_reply()},
        {"a declaration that stands alone", "<?xml version='1.0' standalone='no'?>" + with(""), no_server},
        {"a declaration without encoding", "<?xml version=\"1.1\"?>" + with(""), no_server},
        {"a byte order mark", "\xef\xbb\xbf<?xml version=\"1.0\"?>" + with(""), no_server},
        {"a byte order mark alone", "\xef\xbb\xbf" + with(""), no_server},
        {"any root", "<a-root.of_any:name>" + std::string(ids) + "</a-root.of_any:name>", no_server},
        {"a root with Chinese letters", "<\xe4\xb8\xad>" + std::string(ids) + "</\xe4\xb8\xad>", no_server},
        {"comments and instructions everywhere",
         "<!-- a --><?a?><Reply><!----><?b c?>" + std::string(ids) + "<BackendServers><?c ?><!-- -->" +
             server + "<!-- <&>\" --></BackendServers><?d?></Reply><!-- b - -->",
         one_server},
        {"space everywhere",
         " \r\n\t<Reply \n> " + std::string(ids) + " \r\n<BackendServers\t>\n " + server +
             " </BackendServers \r\n></Reply\n>",
         one_server},
        {"attributes",
         "<Reply xmlns='http://x/?a=1&amp;b=2' a = \"'&#x4e2d;>\"><RequestId a=''>R</RequestId>"
         "<VServerGroupId b=\"\">g</VServerGroupId></Reply>",
         no_server},
        {"no list", with(""), no_server},
        {"an empty list", with("<BackendServers></BackendServers>"), no_server},
        {"a self-closed list", with("<BackendServers/>"), no_server},
        {"a self-closed list with a space", with("<BackendServers />"), no_server},
        {"other elements in a list", with_servers("<Total>1</Total>" + server + "<BackendServerX/>"),
         one_server},
        {"unknown elements", with("<X/><Y>text<Z a='b'><Z>&lt;</Z>]]</Z><!-- - --><![CDATA[</Y>]]></Y>"),
         no_server},
        {"known names where they mean nothing",
         with("<X><RequestId>S</RequestId><RequestId/><BackendServers>0</BackendServers></X>"), no_server},
        {"prefixed names are other names", with("<x:RequestId>S</x:RequestId><VServerGroupId:x/>"),
         no_server},
        {"names in other letters are other names", with("<requestid>S</requestid>"), no_server},
        {"an empty number is absent",
         with_servers("<BackendServer><ServerId>i</ServerId><Port>80</Port><Weight/></BackendServer>"),
         one_server},
        {"an empty text is there", "<a><RequestId/><VServerGroupId></VServerGroupId></a>", {"", "", {}}},
        {"a port from a character reference",
         with_servers("<BackendServer><ServerId>i</ServerId><Port>&#56;0</Port></BackendServer>"),
         one_server},
        {"a port from CDATA",
         with_servers(
             "<BackendServer><ServerId><![CDATA[i]]></ServerId><Port>8<![CDATA[0]]></Port></BackendServer>"),
         one_server},
    };
    return texts;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_shape_of_a_reply_is_read) {
    for (auto const& [what, text, said] : accepted_texts()) BOOST_TEST_CONTEXT(what) {
            parsed const result = parse(text);
            BOOST_TEST(result.problem() == "");
            BOOST_TEST(result.said == said);
        }
}

BOOST_AUTO_TEST_CASE(the_workloads_say_the_same_in_xml_and_in_json) {
    for (std::string const size : {"1", "2", "20"}) BOOST_TEST_CONTEXT(size) {
            std::string const json = workload("reply-" + size + ".json");
            exact_bytes memory(slb::parse_memory<reply_view>(json.size()));
            reply_view of_json;
            BOOST_TEST(problem_of(slb::parse_json(json, of_json, memory.span(), action)) == "");
            parsed const of_xml = parse(workload("reply-" + size + ".xml"));
            BOOST_TEST(of_xml.problem() == "");
            BOOST_TEST(std::to_string(of_xml.said.servers.size()) == size);
            BOOST_TEST(of_xml.said == copy_of(of_json));
        }
}

BOOST_AUTO_TEST_CASE(elements_may_stand_in_any_order) {
    std::vector<std::string> elements{"<ServerId>i</ServerId>",   "<Port>80</Port>",
                                      "<Weight>5</Weight>",       "<Type>eni</Type>",
                                      "<ServerIp>::1</ServerIp>", "<Description>&#100;</Description>"};
    std::sort(elements.begin(), elements.end());
    reply const said{
        "R",
        "g",
        {{.server_id = "i", .port = 80, .weight = 5, .type = "eni", .server_ip = "::1", .description = "d"}}};
    std::size_t orders = 0;
    std::size_t misread = 0;
    do {
        std::string server;
        for (auto const& element : elements) server += element;
        std::string const list =
            "<BackendServers><BackendServer>" + server + "</BackendServer></BackendServers>";
        for (std::string const& text : {with(list), "<a>" + list + std::string(ids) + "</a>"}) {
            parsed const result = parse(text);
            misread += result.accepted() && result.said == said ? 0U : 1U;
            ++orders;
        }
    } while (std::next_permutation(elements.begin(), elements.end()));
    BOOST_TEST(orders == 1440U);
    BOOST_TEST(misread == 0U);
}

BOOST_AUTO_TEST_CASE(text_is_decoded) {
    struct {
        char const* what;
        std::string_view written;
        std::string_view meant;
    } const cases[] = {
        {"nothing", "", ""},
        {"plain", "web-a", "web-a"},
        {"spaces stay", " \n\ta  b ", " \n\ta  b "},
        {"the five entities", "&lt;&gt;&amp;&quot;&apos;", "<>&\"'"},
        {"an entity only once", "&amp;lt;", "&lt;"},
        {"quotes as they are", "\"'", "\"'"},
        {"a greater-than sign as it is", "a>b", "a>b"},
        {"brackets", "]]&gt;]>]]", "]]>]>]]"},
        {"decimal references", "&#65;&#0000065;&#233;&#20013;&#127918;",
         "AA\xc3\xa9\xe4\xb8\xad\xf0\x9f\x8e\xae"},
        {"hexadecimal references", "&#x41;&#xe9;&#x4E2D;&#x1f3ae;", "A\xc3\xa9\xe4\xb8\xad\xf0\x9f\x8e\xae"},
        {"references at the edges of UTF-8",
         "&#x7f;&#x80;&#x7ff;&#x800;&#xd7ff;&#xe000;&#xfffd;&#x10000;&#x10ffff;",
         "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbd\xf0\x90\x80\x80\xf4\x8f\xbf"
         "\xbf"},
        {"references to controls that are characters", "&#9;&#10;&#13;", "\t\n\r"},
        {"CDATA", "<![CDATA[<a>&amp;]]>", "<a>&amp;"},
        {"empty CDATA", "<![CDATA[]]>", ""},
        {"CDATA with brackets", "<![CDATA[]]]]>", "]]"},
        {"CDATA that ends CDATA", "<![CDATA[]]]]><![CDATA[>]]>", "]]>"},
        {"CDATA within CDATA", "<![CDATA[<![CDATA[]]>", "<![CDATA["},
        {"CDATA between text", "a<![CDATA[ & ]]>b<![CDATA[c]]>", "a & bc"},
        {"a comment between text", "a<!-- &nope; ]]> -->b", "ab"},
        {"an instruction between text", "a<?php echo '<x>'; ?>b", "ab"},
        {"line ends", "a\r\nb\rc\nd\r\r\ne\r", "a\nb\nc\nd\n\ne\n"},
        {"line ends in CDATA", "<![CDATA[a\r\nb\rc\r]]>", "a\nb\nc\n"},
        {"line ends by reference stay", "a&#13;\nb", "a\r\nb"},
        {"Chinese, emoji, C1 controls, noncharacters of other planes",
         "\xe4\xb8\xad\xf0\x9f\x8e\xae\xc2\x85\x7f\xf0\x9f\xbf\xbf",
         "\xe4\xb8\xad\xf0\x9f\x8e\xae\xc2\x85\x7f\xf0\x9f\xbf\xbf"},
    };
    for (auto const& [what, written, meant] : cases) BOOST_TEST_CONTEXT(what) {
            parsed const result = parse(with_description(written));
            BOOST_TEST(result.problem() == "");
            BOOST_TEST_REQUIRE(result.said.servers.size() == 1U);
            BOOST_TEST(result.said.servers[0].description.value() == meant);
            // What nobody asked for is checked by the same rules.
            BOOST_TEST(parse(with("<X>" + std::string(written) + "</X>")).problem() == "");
        }
}

BOOST_AUTO_TEST_CASE(text_that_is_not_xml_is_refused_where_it_is_read_and_where_it_is_skipped) {
    struct {
        char const* what;
        std::string_view written;
        slb::errc code;
    } const cases[] = {
        {"the end of CDATA", "a]]>b", slb::errc::text_malformed},
        {"CDATA without end", "<![CDATA[a", slb::errc::text_malformed},
        {"two dashes in a comment", "<!-- a -- b -->", slb::errc::text_malformed},
        {"three dashes at its end", "<!-- a --->", slb::errc::text_malformed},
        {"too short a comment", "<!-->", slb::errc::text_malformed},
        {"too short a comment by one", "<!--->", slb::errc::text_malformed},
        {"a comment without end", "<!-- a", slb::errc::text_malformed},
        {"an instruction without a target", "<? a?>", slb::errc::text_malformed},
        {"an instruction without end", "<?a >", slb::errc::text_malformed},
        {"no space behind a target", "<?a[b?>", slb::errc::text_malformed},
        {"a declaration inside", "<?xml version='1.0'?>", slb::errc::text_malformed},
        {"a declaration in capitals", "<?XML a?>", slb::errc::text_malformed},
        {"a document type inside", "<!DOCTYPE a>", slb::errc::doctype_refused},
        {"an ampersand", "a & b", slb::errc::entity_refused},
        {"an ampersand at the end", "&", slb::errc::entity_refused},
        {"an entity without end", "&lt", slb::errc::entity_refused},
        {"an entity in capitals", "&LT;", slb::errc::entity_refused},
        {"an entity of HTML", "&nbsp;", slb::errc::entity_refused},
        {"a made-up entity", "&a1;", slb::errc::entity_refused},
        {"no digits", "&#;", slb::errc::text_malformed},
        {"no hexadecimal digits", "&#x;", slb::errc::text_malformed},
        {"a capital X", "&#X41;", slb::errc::text_malformed},
        {"a letter among digits", "&#6a;", slb::errc::text_malformed},
        {"a sign", "&#-65;", slb::errc::text_malformed},
        {"a space", "&# 65;", slb::errc::text_malformed},
        {"a reference without end", "&#65", slb::errc::text_malformed},
        {"a reference to NUL", "&#0;", slb::errc::text_malformed},
        {"a reference to a control", "&#x1f;", slb::errc::text_malformed},
        {"a reference to a surrogate", "&#xd83c;", slb::errc::text_malformed},
        {"a reference to the last surrogate", "&#xdfff;", slb::errc::text_malformed},
        {"a reference to U+FFFE", "&#xfffe;", slb::errc::text_malformed},
        {"a reference to U+FFFF", "&#65535;", slb::errc::text_malformed},
        {"a reference above U+10FFFF", "&#x110000;", slb::errc::text_malformed},
        {"a reference that would overflow", "&#x100000041;", slb::errc::text_malformed},
        {"a reference that would overflow twice", "&#18446744073709551681;", slb::errc::text_malformed},
        {"NUL", std::string_view("a\0b", 3), slb::errc::text_malformed},
        {"a control", "\x01", slb::errc::text_malformed},
        {"a form feed", "\f", slb::errc::text_malformed},
        {"an escape", "\x1b", slb::errc::text_malformed},
        {"a control in CDATA", "<![CDATA[\x02]]>", slb::errc::text_malformed},
        {"a control in a comment", "<!--\x02-->", slb::errc::text_malformed},
        {"a control in an instruction", "<?a \x02?>", slb::errc::text_malformed},
        {"U+FFFE", "\xef\xbf\xbe", slb::errc::text_malformed},
        {"U+FFFF", "\xef\xbf\xbf", slb::errc::text_malformed},
        {"a lone continuation", "\x80", slb::errc::utf8_invalid},
        {"an overlong slash", "\xc0\xaf", slb::errc::utf8_invalid},
        {"an overlong NUL of three bytes", "\xe0\x80\x80", slb::errc::utf8_invalid},
        {"an overlong one of four bytes", "\xf0\x8f\xbf\xbf", slb::errc::utf8_invalid},
        {"a surrogate", "\xed\xa0\x80", slb::errc::utf8_invalid},
        {"above U+10FFFF", "\xf4\x90\x80\x80", slb::errc::utf8_invalid},
        {"five bytes", "\xf8\x88\x80\x80\x80", slb::errc::utf8_invalid},
        {"a cut character", "\xe4\xb8", slb::errc::utf8_invalid},
        {"latin-1", "caf\xe9 ", slb::errc::utf8_invalid},
        {"bad UTF-8 in CDATA", "<![CDATA[\xff]]>", slb::errc::utf8_invalid},
        {"bad UTF-8 in a comment", "<!--\xff-->", slb::errc::utf8_invalid},
        {"bad UTF-8 in an instruction", "<?a \xff?>", slb::errc::utf8_invalid},
    };
    for (auto const& [what, written, code] : cases) BOOST_TEST_CONTEXT(what) {
            BOOST_TEST(parse(with_description(written)).error.code() == code);
            BOOST_TEST(parse(with("<X>" + std::string(written) + "</X>")).error.code() == code);
            BOOST_TEST(parse(with("<X><Y/>a<Z>" + std::string(written) + "</Z></X>")).error.code() == code);
        }
}

BOOST_AUTO_TEST_CASE(what_is_not_well_formed_is_refused) {
    std::string const valid(compact_xml);
    std::vector<std::string> const texts{"",
                                         " ",
                                         "a",
                                         "<",
                                         "<a",
                                         "<a>",
                                         "</a>",
                                         "<>",
                                         "< a/>",
                                         "<a",
                                         "<a /",
                                         "<1/>",
                                         "<-a/>",
                                         "<.a/>",
                                         "<a\x01/>",
                                         "<a b/>",
                                         "<a b=/>",
                                         "<a b=c/>",
                                         "<a b='c/>",
                                         "<a b='c\"/>",
                                         "<a b='<'/>",
                                         "<a b='\x01'/>",
                                         "<a b='c'd='e'/>",
                                         "<a =''/>",
                                         "<a/ >",
                                         "<a//>",
                                         "<a><b></a></b>",
                                         "<a></a",
                                         "<a></ a>",
                                         "<a></A>",
                                         "<a></ab>",
                                         "<ab></a>",
                                         "<a></a b='c'>",
                                         "<a b='&#;'/>",
                                         "<!-- a -->",
                                         "<?a?>",
                                         "<?xml version='1.0'?>",
                                         "<?xml version='1.0'>" + valid,
                                         "<?xml version=1.0?>" + valid,
                                         "<?xml ?>" + valid,
                                         "<?xml encoding='UTF-8'?>" + valid,
                                         "<?xml encoding='UTF-8' version='1.0'?>" + valid,
                                         "<?xml version='1.0' version='1.0'?>" + valid,
                                         "<?xml version=''?>" + valid,
                                         "<?xml version='1.'?>" + valid,
                                         "<?xml version='1.^0'?>" + valid,
                                         "<?xml version='2.0'?>" + valid,
                                         "<?xml version='1.0' standalone=''?>" + valid,
                                         "<?xml version='1.0' standalone='Yes'?>" + valid,
                                         "<?xml version='1.0' Encoding='UTF-8'?>" + valid,
                                         "<?xml version='1.0' standalone='no' encoding='UTF-8'?>" + valid,
                                         "<?xml version='1.0'encoding='UTF-8'?>" + valid,
                                         "<?xml version='1.0' standalone='no' standalone='no'?>" + valid,
                                         " <?xml version='1.0'?>" + valid,
                                         "<!-- --><?xml version='1.0'?>" + valid,
                                         "<?xml version='1.0'?><?xml version='1.0'?>" + valid,
                                         "\xef\xbb\xbf\xef\xbb\xbf" + valid,
                                         valid + "x",
                                         valid + valid,
                                         valid + "</a>",
                                         valid + "<!-- ",
                                         valid + "&#32;",
                                         valid + '\0',
                                         "x" + valid,
                                         "&#32;" + valid,
                                         "<![CDATA[ ]]>" + valid,
                                         valid + "<![CDATA[]]>",
                                         "<!ELEMENT a>" + valid,
                                         "<!doctype a>" + valid,
                                         with("<X><Y></X></Y>"),
                                         with("<X><Y></Y>"),
                                         with("<X>"),
                                         with("<X></Y>"),
                                         with("<X></X x>"),
                                         with("<X><></X>"),
                                         with("<X a='b' a/>"),
                                         with("</X>"),
                                         with("<X/"),
                                         with_servers("<BackendServer>"),
                                         with_servers("</BackendServer>"),
                                         "{}",
                                         std::string(documented_xml).substr(1)};
    for (auto const& text : texts)
        BOOST_TEST_CONTEXT(text) BOOST_TEST(parse(text).error.code() == slb::errc::text_malformed);
    BOOST_TEST(parse(with("<X><![cdata[a]]></X>")).error.code() == slb::errc::text_malformed);
    BOOST_TEST(parse(with_description("<![cdata[a]]>")).error.code() == slb::errc::text_malformed);
    BOOST_TEST(parse("<\xff/>").error.code() == slb::errc::utf8_invalid);
    BOOST_TEST(parse("<a\xe4\xb8/>").error.code() == slb::errc::utf8_invalid);
    BOOST_TEST(parse("<a b='\xff'/>").error.code() == slb::errc::utf8_invalid);
    BOOST_TEST(parse("<a b='&c;'/>").error.code() == slb::errc::entity_refused);
}

BOOST_AUTO_TEST_CASE(text_where_only_elements_may_stand_is_named) {
    std::string const root = "root element has the wrong type or range in the response";
    std::string const list = "BackendServers has the wrong type or range in the response";
    std::string const server = "BackendServers[1] has the wrong type or range in the response";
    std::string const malformed = "the body of the response is not well-formed";
    auto const with_second = [](std::string const& content) {
        return with_servers("<BackendServer><ServerId/><Port>0</Port></BackendServer>" + content);
    };
    for (std::string const text : {"text", "<![CDATA[ ]]>", "&#32;", "a<X>b</X>&amp;", "]] >"})
        BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(parse(with(text)).problem() == root);
            BOOST_TEST(parse("<Reply>" + text + std::string(ids) + "</Reply>").problem() == root);
            BOOST_TEST(parse(with_servers(text)).problem() == list);
            BOOST_TEST(parse(with_second(text)).problem() == list);
            BOOST_TEST(parse(with_second("<BackendServer>" + text + "</BackendServer>")).problem() == server);
            BOOST_TEST(
                parse(with_second("<BackendServer><ServerId/>" + text + "</BackendServer>")).problem() ==
                server);
        }
    // What is around the text must be well-formed all the same.
    for (std::string const text : {"a]]>", "a<X>", "a</X>", "a<X></Y>", "a<", "a\x01", "a&#0;", "a<![CDATA["})
        BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(parse(with(text)).problem() == malformed);
            BOOST_TEST(parse(with_servers(text)).problem() == malformed);
            BOOST_TEST(parse(with_second("<BackendServer>" + text + "</BackendServer>")).problem() ==
                       malformed);
        }
    BOOST_TEST(parse(with("a&b;")).error.code() == slb::errc::entity_refused);
    BOOST_TEST(parse(with("a\xff")).error.code() == slb::errc::utf8_invalid);
}

BOOST_AUTO_TEST_CASE(nothing_at_all_is_no_document) {
    slb::changed_vserver_group reply;
    BOOST_TEST((slb::parse_xml(std::string_view(), reply, {}) == slb::errc::text_malformed));
    BOOST_TEST((slb::parse_xml("", reply, {}) == slb::errc::text_malformed));
    BOOST_TEST(text_of(slb::parse_xml("", reply, {})) == "the body of the response is not well-formed");
}

BOOST_AUTO_TEST_CASE(other_encodings_are_refused) {
    BOOST_TEST(parse("<?xml version='1.0' encoding='GBK'?>" + with("")).error.code() ==
               slb::errc::utf8_invalid);
    BOOST_TEST(parse("<?xml version='1.0' encoding='UTF-16'?>" + with("")).error.code() ==
               slb::errc::utf8_invalid);
    BOOST_TEST(parse(std::string("\xff\xfe<\0a\0/\0>\0", 10)).error.code() == slb::errc::text_malformed);
}

BOOST_AUTO_TEST_CASE(document_types_are_refused_before_they_can_do_anything) {
    std::string laughs = "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [\n <!ENTITY lol \"lol\">\n";
    for (int i = 1; i != 10; ++i) {
        std::string const of = i == 1 ? "&lol;" : "&lol" + std::to_string(i - 1) + ";";
        laughs += " <!ENTITY lol" + std::to_string(i) + " \"" + of + of + of + of + of + of + of + of + of +
                  of + "\">\n";
    }
    laughs += "]>\n<lolz>&lol9;</lolz>";
    BOOST_TEST(parse(laughs).error.code() == slb::errc::doctype_refused);
    BOOST_TEST(parse("<!DOCTYPE Reply SYSTEM \"file:///etc/passwd\">" + with("")).error.code() ==
               slb::errc::doctype_refused);
    BOOST_TEST(parse("<!-- --><?a?> <!DOCTYPE Reply>" + with("")).error.code() == slb::errc::doctype_refused);
    BOOST_TEST(parse(with("") + "<!DOCTYPE Reply>").error.code() == slb::errc::doctype_refused);
    BOOST_TEST(parse("<!DOCTYPE").error.code() == slb::errc::doctype_refused);
}

BOOST_AUTO_TEST_CASE(a_refusal_says_which_member_of_which_server) {
    std::string const good = "<BackendServer><ServerId>i</ServerId><Port>1</Port></BackendServer>";
    struct {
        char const* what;
        std::string text;
        char const* problem;
    } const cases[] = {
        {"nothing", "<a/>", "RequestId is missing from the response"},
        {"nothing in two tags", "<a></a>", "RequestId is missing from the response"},
        {"no group", "<a><RequestId>R</RequestId></a>", "VServerGroupId is missing from the response"},
        {"one level too deep", "<a>" + with("") + "</a>", "RequestId is missing from the response"},
        {"the fourth server has no port",
         with_servers(good + good + good + "<BackendServer><ServerId/></BackendServer>"),
         "BackendServers[3].Port is missing from the response"},
        {"the second port is empty",
         with_servers(good + "<BackendServer><ServerId>i</ServerId><Port></Port></BackendServer>"),
         "BackendServers[1].Port is missing from the response"},
        {"an empty server", with_servers(good + good + "<BackendServer/>"),
         "BackendServers[2].ServerId is missing from the response"},
        {"a port that is a word", with_servers(good + "<BackendServer><Port>http</Port></BackendServer>"),
         "BackendServers[1].Port has the wrong type or range in the response"},
        {"a port in spaces", with_servers("<BackendServer><Port> 80 </Port></BackendServer>"),
         "BackendServers[0].Port has the wrong type or range in the response"},
        {"a port with a zero before", with_servers("<BackendServer><Port>080</Port></BackendServer>"),
         "BackendServers[0].Port has the wrong type or range in the response"},
        {"a port with a fraction", with_servers("<BackendServer><Port>80.0</Port></BackendServer>"),
         "BackendServers[0].Port has the wrong type or range in the response"},
        {"a port of more than 32 bits",
         with_servers("<BackendServer><Port>2147483648</Port></BackendServer>"),
         "BackendServers[0].Port has the wrong type or range in the response"},
        {"an element where a text belongs", "<a><RequestId><b/></RequestId></a>",
         "RequestId has the wrong type or range in the response"},
        {"an element where a number belongs",
         with_servers(good + "<BackendServer><Port>8<b>0</b></Port></BackendServer>"),
         "BackendServers[1].Port has the wrong type or range in the response"},
        {"an id twice", with("<RequestId>R</RequestId>"), "RequestId stands twice in the response"},
        {"an id twice, once empty", with("<RequestId/>"), "RequestId stands twice in the response"},
        {"two lists", with("<BackendServers/><BackendServers/>"),
         "BackendServers stands twice in the response"},
        {"a port twice", with_servers(good + "<BackendServer><Port>1</Port><Port>1</Port></BackendServer>"),
         "BackendServers[1].Port stands twice in the response"},
        {"a type twice", with_servers("<BackendServer><Type>ecs</Type><Type>eni</Type></BackendServer>"),
         "BackendServers[0].Type stands twice in the response"},
    };
    for (auto const& [what, text, problem] : cases)
        BOOST_TEST_CONTEXT(what) BOOST_TEST(parse(text).problem() == problem);
}

BOOST_AUTO_TEST_CASE(numbers_fit_32_bits) {
    auto const port = [](char const* text) {
        parsed const result = parse(
            with_servers("<BackendServer><ServerId/><Port>" + std::string(text) + "</Port></BackendServer>"));
        BOOST_TEST(result.problem() == "");
        return result.said.servers.at(0).port;
    };
    BOOST_TEST(port("0") == 0);
    BOOST_TEST(port("65535") == 65535);
    BOOST_TEST(port("2147483647") == INT32_MAX);
    BOOST_TEST(port("-2147483648") == INT32_MIN);
}

BOOST_AUTO_TEST_CASE(nesting_has_a_limit_everywhere) {
    auto const nested = [](std::size_t count) {
        std::string text;
        for (std::size_t i = 0; i != count; ++i) text += "<X>";
        for (std::size_t i = 0; i != count; ++i) text += "</X>";
        return text;
    };
    // The root is one level.
    BOOST_TEST(parse(with(nested(63))).problem() == "");
    BOOST_TEST(parse(with(nested(64))).error.code() == slb::errc::too_deep);
    BOOST_TEST(parse(with(nested(50'000))).error.code() == slb::errc::too_deep);
    BOOST_TEST(parse(nested(50'000)).error.code() == slb::errc::too_deep);
    // In an element of a list: root, list, element.
    std::string const begin = "<BackendServer><ServerId/><Port>1</Port>";
    BOOST_TEST(parse(with_servers(begin + nested(61) + "</BackendServer>")).problem() == "");
    BOOST_TEST(parse(with_servers(begin + nested(62) + "</BackendServer>")).error.code() ==
               slb::errc::too_deep);
    // Side by side is not nested.
    std::string many;
    for (int i = 0; i != 1000; ++i) many += "<X><Y/></X>";
    BOOST_TEST(parse(with(many)).problem() == "");
    // A caller may ask for less, not for more.
    BOOST_TEST(parse(compact_xml, {.depth = 4}).problem() == "");
    BOOST_TEST(parse(compact_xml, {.depth = 3}).error.code() == slb::errc::too_deep);
    BOOST_TEST(parse(compact_xml, {.depth = 0}).error.code() == slb::errc::too_deep);
    BOOST_TEST(parse(with(nested(63)), {.depth = 1000}).problem() == "");
    BOOST_TEST(parse(with(nested(64)), {.depth = 1000}).error.code() == slb::errc::too_deep);
}

BOOST_AUTO_TEST_CASE(elements_have_a_limit) {
    auto const servers = [](std::size_t count) {
        std::string list;
        for (; count != 0; --count) list += "<BackendServer><ServerId/><Port>0</Port></BackendServer>";
        return with_servers(list);
    };
    BOOST_TEST(parse(servers(4096)).said.servers.size() == 4096U);
    BOOST_TEST(parse(servers(4097)).error.code() == slb::errc::too_many_elements);
    BOOST_TEST(parse(servers(3), {.elements = 3}).problem() == "");
    BOOST_TEST(parse(servers(3), {.elements = 2}).error.code() == slb::errc::too_many_elements);
    BOOST_TEST(parse(servers(1), {.elements = 0}).error.code() == slb::errc::too_many_elements);
}

BOOST_AUTO_TEST_CASE(every_proper_prefix_is_refused) {
    std::size_t prefixes = 0;
    for (auto const& [what, text, said] : accepted_texts()) BOOST_TEST_CONTEXT(what) {
            // A comment behind the root may be cut off; the document ends before it.
            std::size_t const end =
                text.rfind("</") == text.npos ? text.size() : text.find('>', text.rfind("</")) + 1;
            for (std::size_t size = 0; size != end; ++size, ++prefixes) {
                slb::errc const code = parse(text.substr(0, size)).error.code();
                bool const told = code == slb::errc::text_malformed || code == slb::errc::utf8_invalid ||
                                  code == slb::errc::entity_refused || code == slb::errc::member_malformed;
                if (!told) BOOST_TEST(code == slb::errc::text_malformed, "cut at " << size << ": " << code);
            }
        }
    BOOST_TEST(prefixes > 3000U);
    std::cout << "xml: " << prefixes << " prefixes of " << accepted_texts().size() << " replies refused\n";
}

BOOST_AUTO_TEST_CASE(plain_texts_are_views_of_the_body) {
    exact_bytes const body(compact_xml);
    exact_bytes memory(slb::parse_memory<reply_view>(compact_xml.size()));
    reply_view view;
    BOOST_TEST(problem_of(slb::parse_xml(body.view(), view, memory.span())) == "");
    BOOST_TEST(body.holds(view.request_id));
    BOOST_TEST(body.holds(view.vserver_group_id));
    BOOST_TEST_REQUIRE(view.backend_servers.size() == 2U);
    auto const& server = view.backend_servers[1];
    for (std::string_view const text :
         {server.server_id, *server.type, *server.server_ip, *server.description})
        BOOST_TEST(body.holds(text));
    auto const* const first = reinterpret_cast<char const*>(view.backend_servers.begin());
    BOOST_TEST(memory.holds({first, 2 * sizeof server}));
}

BOOST_AUTO_TEST_CASE(decoded_texts_lie_in_the_memory_handed_in) {
    for (std::string const written : {"a&#98;", "a<![CDATA[b]]>", "a<!-- -->b", "a<?x?>b"})
        BOOST_TEST_CONTEXT(written) {
            exact_bytes const body("<r><RequestId>" + written +
                                   "</RequestId><VServerGroupId>g</VServerGroupId></r>");
            exact_bytes memory(slb::parse_memory<reply_view>(body.view().size()));
            reply_view view;
            BOOST_TEST(problem_of(slb::parse_xml(body.view(), view, memory.span())) == "");
            BOOST_TEST(view.request_id == "ab");
            BOOST_TEST(memory.holds(view.request_id));
            BOOST_TEST(body.holds(view.vserver_group_id));
        }
}

BOOST_AUTO_TEST_CASE(any_amount_of_memory_gives_the_whole_result_or_out_of_memory) {
    std::vector<accepted_text> texts = accepted_texts();
    texts.push_back({"decoded",
                     with_description("&#x1f3ae;a<![CDATA[b\r\n]]>c<!-- -->"),
                     {"R",
                      "g",
                      {{.server_id = "i",
                        .port = 80,
                        .description = "\xf0\x9f\x8e\xae"
                                       "ab\nc"}}}});
    std::size_t sizes = 0;
    for (auto const& [what, text, said] : texts) BOOST_TEST_CONTEXT(what) {
            std::size_t const enough = slb::parse_memory<reply_view>(text.size());
            bool was_enough = false;
            for (std::size_t size = 0; size <= enough; ++size, ++sizes) {
                parsed const result = parse_in(size, text);
                bool const good = result.accepted() ? result.said == said
                                                    : result.error == slb::errc::out_of_memory && !was_enough;
                if (!good) BOOST_TEST(good, "with " << size << " bytes: " << result.problem());
                was_enough = result.accepted();
            }
            BOOST_TEST(was_enough);
        }
    std::cout << "xml: " << sizes << " sizes of memory tried\n";
}

BOOST_AUTO_TEST_CASE(generated_replies_are_the_same_structs_in_xml_and_in_json) {
    generator random(7);
    std::size_t servers = 0;
    for (int i = 0; i != 5000; ++i) {
        reply const meant = random.make_reply();
        std::string const xml = random.xml(meant);
        std::string const json = random.json(meant);
        exact_bytes xml_memory(slb::parse_memory<reply_view>(xml.size()));
        exact_bytes json_memory(slb::parse_memory<reply_view>(json.size()));
        reply_view of_xml;
        reply_view of_json;
        slb::error const xml_error = slb::parse_xml(xml, of_xml, xml_memory.span());
        slb::error const json_error = slb::parse_json(json, of_json, json_memory.span(), action);
        if (!(of_xml == of_json) || !(copy_of(of_xml) == meant)) BOOST_TEST_CONTEXT(xml << '\n' << json) {
                BOOST_TEST(problem_of(xml_error) == "");
                BOOST_TEST(problem_of(json_error) == "");
                BOOST_TEST(copy_of(of_xml) == meant);
                BOOST_TEST(copy_of(of_json) == meant);
            }
        servers += meant.servers.size();
    }
    BOOST_TEST(servers > 5000U);
    std::cout << "xml: 5000 generated replies with " << servers << " servers are what they are in JSON\n";
}

BOOST_AUTO_TEST_CASE(mutated_documents_have_one_outcome_and_the_mutations_that_change_nothing_are_accepted) {
    generator random(2);
    std::size_t accepted = 0;
    std::size_t unchanged = 0;
    std::size_t refused = 0;
    std::size_t differing = 0;
    for (int i = 0; i != 1000; ++i) {
        reply const meant = random.make_reply();
        std::string const original = random.xml(meant);
        for (int mutation = 0; mutation != 50; ++mutation) {
            std::string const text = random.mutated(original);
            parsed const first = parse(text);
            // With other bytes around it and other memory, the outcome is the same.
            parsed const second = parse_in(slb::parse_memory<reply_view>(text.size()) + 1000, text);
            bool const same = first.problem() == second.problem() && first.said == second.said;
            differing += same ? 0U : 1U;
            BOOST_TEST_REQUIRE(first.error.code() != slb::errc::out_of_memory);
            ++(first.accepted() ? accepted : refused);
            unchanged += first.accepted() && first.said == meant ? 1U : 0U;
        }
    }
    BOOST_TEST(differing == 0U);
    BOOST_TEST(unchanged > 1000U);
    BOOST_TEST(accepted > unchanged);
    BOOST_TEST(refused > accepted);
    std::cout << "xml: 50000 mutated documents: " << accepted << " accepted, " << refused << " refused\n";
}

BOOST_AUTO_TEST_CASE(a_hundred_generated_documents_are_refused_cut_anywhere) {
    generator random(100);
    std::size_t prefixes = 0;
    for (int i = 0; i != 100; ++i) {
        std::string const text = random.xml(random.make_reply());
        for (std::size_t size = 0; size != text.size(); ++size, ++prefixes)
            if (parse(text.substr(0, size)).accepted()) BOOST_TEST(text.substr(0, size) == "refused");
    }
    BOOST_TEST(prefixes > 20'000U);
    std::cout << "xml: " << prefixes << " prefixes of 100 generated documents refused\n";
}

BOOST_AUTO_TEST_SUITE_END()

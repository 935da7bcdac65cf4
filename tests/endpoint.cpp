#include <slb/endpoint.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(endpoint)

namespace {

using slb::errc;
using slb::runtime;
using namespace std::string_view_literals;

struct good_row {
    std::string_view given;
    std::int64_t port;
    std::string_view host;
    std::string_view header;
};
constexpr std::string_view label_63 = "abcdefghijklmnopqrstuvwxyz0123456789-abcdefghijklmnopqrstuvwxyz";
static_assert(label_63.size() == 63);

constexpr good_row good[] = {
    {"slb.aliyuncs.com", 443, "slb.aliyuncs.com", "slb.aliyuncs.com"},
    {"SLB.Aliyuncs.COM", 443, "slb.aliyuncs.com", "slb.aliyuncs.com"},
    {"localhost", 8443, "localhost", "localhost:8443"},
    {"localhost", 1, "localhost", "localhost:1"},
    {"localhost", 80, "localhost", "localhost:80"},
    {"localhost", 65535, "localhost", "localhost:65535"},
    {"localhost", 10000, "localhost", "localhost:10000"},
    {"a", 443, "a", "a"},
    {"a-b.c--d.e1", 443, "a-b.c--d.e1", "a-b.c--d.e1"},
    {"1password.com", 443, "1password.com", "1password.com"},
    {"1.2.3.4.example", 443, "1.2.3.4.example", "1.2.3.4.example"},
    {"123.example", 443, "123.example", "123.example"},
    {"xn--fiqs8s.example", 443, "xn--fiqs8s.example", "xn--fiqs8s.example"},
    {label_63, 443, label_63, label_63},
    {"192.0.2.1", 443, "192.0.2.1", "192.0.2.1"},
    {"192.0.2.1", 444, "192.0.2.1", "192.0.2.1:444"},
    {"::1", 443, "::1", "[::1]"},
    {"2001:DB8::A", 9443, "2001:db8::a", "[2001:db8::a]:9443"},
    {"::ffff:192.0.2.1", 65535, "::ffff:192.0.2.1", "[::ffff:192.0.2.1]:65535"},
    {"1111:2222:3333:4444:5555:6666:255.255.255.255", 65535, "1111:2222:3333:4444:5555:6666:255.255.255.255",
     "[1111:2222:3333:4444:5555:6666:255.255.255.255]:65535"},
};

struct bad_row {
    std::string_view host;
    std::int64_t port = 443;
};
constexpr bad_row bad[] = {
    {""},
    {"."},
    {"a."},
    {".a"},
    {"a..b"},
    {"slb.aliyuncs.com."},
    {"-a"},
    {"a-"},
    {"a.-b"},
    {"a-.b"},
    {"abcdefghijklmnopqrstuvwxyz0123456789-abcdefghijklmnopqrstuvwxyz0"},
    {"under_score.example"},
    // User info, paths and the rest of a URL.
    {"user@slb.aliyuncs.com"},
    {"user:secret@slb.aliyuncs.com"},
    {"slb.aliyuncs.com@evil.example"},
    {"https://slb.aliyuncs.com"},
    {"slb.aliyuncs.com/"},
    {"slb.aliyuncs.com/path"},
    {"slb.aliyuncs.com?x"},
    {"slb.aliyuncs.com#x"},
    {"slb.aliyuncs.com\\evil.example"},
    {"slb.aliyuncs.com:443"},
    {"%73lb.aliyuncs.com"},
    // White space and control characters.
    {" slb.aliyuncs.com"},
    {"slb.aliyuncs.com "},
    {"slb.aliyuncs.com\t"},
    {"slb.aliyuncs.com\n"},
    {"slb.aliyuncs.com\r\nX-Evil: 1"},
    {"slb.aliyuncs.com\0"sv},
    {"slb\0.evil.example"sv},
    {"\x7f"},
    // Names that are not ASCII: a Cyrillic s, a full-width dot, an ideographic full stop, a soft hyphen.
    {"\xd1\x95lb.aliyuncs.com"},
    {"slb\xef\xbc\x8e"
     "aliyuncs.com"},
    {"slb\xe3\x80\x82"
     "aliyuncs.com"},
    {"slb\xc2\xad.aliyuncs.com"},
    {"\xff"},
    // Numbers that only some readers take for addresses.
    {"127.1"},
    {"2130706433"},
    {"0"},
    {"1.2.3"},
    {"1.2.3.4.5"},
    {"256.0.0.1"},
    {"192.0.2.01"},
    {"0177.0.0.1"},
    {"0x7f.0.0.1"},
    {"0x7f000001"},
    {"0X7F000001"},
    {"1.2.3.0x4"},
    {"example.0x"},
    {"example.1"},
    // Brackets and zones do not belong to an address.
    {"[::1]"},
    {"[::1"},
    {"::1%lo"},
    {":::"},
    {"1:2"},
    {"::1/64"},
    // Ports.
    {"slb.aliyuncs.com", 0},
    {"slb.aliyuncs.com", -1},
    {"slb.aliyuncs.com", 65536},
    {"slb.aliyuncs.com", 65536 + 443},
    {"slb.aliyuncs.com", INT64_MAX},
    {"slb.aliyuncs.com", INT64_MIN},
    {"::1", 0},
};

constexpr bool all_good() {
    for (auto const& [given, port, host, header] : good) {
        slb::endpoint const target(given, port);
        if (target.status() != errc::none || target.host() != host || target.host_header() != header ||
            target.port() != port)
            return false;
    }
    return true;
}
constexpr bool all_bad() {
    for (auto const& [host, port] : bad)
        if (slb::endpoint(host, port).status() != errc::endpoint_malformed) return false;
    return true;
}
static_assert(all_good());
static_assert(all_bad());

struct region_row {
    std::string_view region;
    std::string_view host;
};
// The vendor's table first (aliyun/alibabacloud-cpp-sdk, slb-20140515/src/Client.cpp), then its rule (aliyun/
// darabonba-openapi, getEndpointRules) for regions that the documentation or older SDKs list, and for others.
constexpr region_row regions[] = {
    {"ap-northeast-1", "slb.ap-northeast-1.aliyuncs.com"},
    {"ap-northeast-2-pop", "slb.aliyuncs.com"},
    {"ap-south-1", "slb.ap-south-1.aliyuncs.com"},
    {"ap-southeast-1", "slb.aliyuncs.com"},
    {"ap-southeast-2", "slb.ap-southeast-2.aliyuncs.com"},
    {"ap-southeast-3", "slb.ap-southeast-3.aliyuncs.com"},
    {"ap-southeast-5", "slb.ap-southeast-5.aliyuncs.com"},
    {"cn-beijing", "slb.aliyuncs.com"},
    {"cn-beijing-finance-pop", "slb.aliyuncs.com"},
    {"cn-beijing-gov-1", "slb.aliyuncs.com"},
    {"cn-beijing-nu16-b01", "slb.aliyuncs.com"},
    {"cn-chengdu", "slb.cn-chengdu.aliyuncs.com"},
    {"cn-edge-1", "slb.aliyuncs.com"},
    {"cn-fujian", "slb.aliyuncs.com"},
    {"cn-haidian-cm12-c01", "slb.aliyuncs.com"},
    {"cn-hangzhou", "slb.aliyuncs.com"},
    {"cn-hangzhou-bj-b01", "slb.aliyuncs.com"},
    {"cn-hangzhou-finance", "slb.aliyuncs.com"},
    {"cn-hangzhou-internal-prod-1", "slb.aliyuncs.com"},
    {"cn-hangzhou-internal-test-1", "slb.aliyuncs.com"},
    {"cn-hangzhou-internal-test-2", "slb.aliyuncs.com"},
    {"cn-hangzhou-internal-test-3", "slb.aliyuncs.com"},
    {"cn-hangzhou-test-306", "slb.aliyuncs.com"},
    {"cn-hongkong", "slb.aliyuncs.com"},
    {"cn-hongkong-finance-pop", "slb.aliyuncs.com"},
    {"cn-huhehaote", "slb.cn-huhehaote.aliyuncs.com"},
    {"cn-huhehaote-nebula-1", "slb-api.cn-qingdao-nebula.aliyuncs.com"},
    {"cn-north-2-gov-1", "slb.aliyuncs.com"},
    {"cn-qingdao", "slb.aliyuncs.com"},
    {"cn-shanghai", "slb.aliyuncs.com"},
    {"cn-shanghai-et15-b01", "slb.aliyuncs.com"},
    {"cn-shanghai-et2-b01", "slb.aliyuncs.com"},
    {"cn-shanghai-finance-1", "slb.aliyuncs.com"},
    {"cn-shanghai-inner", "slb.aliyuncs.com"},
    {"cn-shanghai-internal-test-1", "slb.aliyuncs.com"},
    {"cn-shenzhen", "slb.aliyuncs.com"},
    {"cn-shenzhen-finance-1", "slb.aliyuncs.com"},
    {"cn-shenzhen-inner", "slb.aliyuncs.com"},
    {"cn-shenzhen-st4-d01", "slb.aliyuncs.com"},
    {"cn-shenzhen-su18-b01", "slb.aliyuncs.com"},
    {"cn-wuhan", "slb.aliyuncs.com"},
    {"cn-yushanfang", "slb.aliyuncs.com"},
    {"cn-zhangbei", "slb.aliyuncs.com"},
    {"cn-zhangbei-na61-b01", "slb.aliyuncs.com"},
    {"cn-zhangjiakou", "slb.cn-zhangjiakou.aliyuncs.com"},
    {"cn-zhangjiakou-na62-a01", "slb.aliyuncs.com"},
    {"cn-zhengzhou-nebula-1", "slb.aliyuncs.com"},
    {"eu-central-1", "slb.eu-central-1.aliyuncs.com"},
    {"eu-west-1", "slb.eu-west-1.aliyuncs.com"},
    {"eu-west-1-oxs", "slb.aliyuncs.com"},
    {"me-east-1", "slb.me-east-1.aliyuncs.com"},
    {"rus-west-1-pop", "slb.aliyuncs.com"},
    {"us-east-1", "slb.aliyuncs.com"},
    {"us-west-1", "slb.aliyuncs.com"},
    {"a-region-of-tomorrow-9", "slb.a-region-of-tomorrow-9.aliyuncs.com"},
    {"EU-Central-1", "slb.eu-central-1.aliyuncs.com"},
};

std::string lower(std::string_view text) {
    std::string small(text);
    for (char& c : small) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return small;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_host_and_port_become_a_host_header) {
    for (auto const& [given, port, host, header] : good) {
        BOOST_TEST_CONTEXT("host " << given) {
            slb::endpoint const target(given, port);
            BOOST_TEST((target.status() == errc::none));
            BOOST_TEST(target.host() == host);
            BOOST_TEST(target.host_header() == header);
            BOOST_TEST(target.port() == port);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_host_is_refused_and_leaves_no_name_to_resolve) {
    for (auto const& [host, port] : bad) {
        BOOST_TEST_CONTEXT("host " << host << " port " << port) {
            slb::endpoint const target(host, port);
            BOOST_TEST((target.status() == errc::endpoint_malformed));
            BOOST_TEST(target.host().empty());
            BOOST_TEST(target.host_header().empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(every_byte_is_in_the_alphabet_of_host_names_or_not) {
    for (int byte = 0; byte != 256; ++byte) {
        std::string host = "a?b";
        host[1] = static_cast<char>(byte);
        bool const good_byte = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                               (byte >= '0' && byte <= '9') || byte == '-' || byte == '.';
        BOOST_TEST_CONTEXT("byte " << byte) {
            BOOST_TEST((slb::endpoint(host).status() == errc::none) == good_byte);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_name_of_253_characters_is_the_longest) {
    std::string longest;
    for (int label = 0; label != 3; ++label) longest.append(62, 'a').append(".");
    longest.append(63, 'b').append(".");
    BOOST_TEST_REQUIRE(longest.size() == 253U);
    longest.back() = 'b';
    longest[longest.size() - 2] = '.';
    slb::endpoint const target(longest, 65535);
    BOOST_TEST((target.status() == errc::none));
    BOOST_TEST(target.host() == longest);
    BOOST_TEST(target.host_header() == longest + ":65535");
    BOOST_TEST((slb::endpoint("a" + longest).status() == errc::endpoint_malformed));
    BOOST_TEST((slb::endpoint(std::string(100000, 'a')).status() == errc::endpoint_malformed));
}

BOOST_AUTO_TEST_CASE(the_port_is_443_when_none_is_given) {
    constexpr slb::endpoint target("slb.aliyuncs.com");
    static_assert(target.port() == 443 && slb::endpoint::https_port == 443);
    BOOST_TEST(target.host_header() == "slb.aliyuncs.com");
}

BOOST_AUTO_TEST_CASE(an_endpoint_keeps_its_own_copy_of_the_name) {
    std::string name = "slb.aliyuncs.com";
    slb::endpoint const target(name);
    slb::endpoint const copy = target;
    name.assign(name.size(), 'x');
    BOOST_TEST(target.host() == "slb.aliyuncs.com");
    BOOST_TEST(copy.host_header() == "slb.aliyuncs.com");
    BOOST_TEST((copy.host().data() != target.host().data()));
}

BOOST_AUTO_TEST_CASE(a_region_has_its_public_endpoint) {
    static_assert(slb::endpoint::for_region("cn-hangzhou").host() == "slb.aliyuncs.com");
    static_assert(slb::endpoint::for_region("eu-central-1").host() == "slb.eu-central-1.aliyuncs.com");
    for (auto const& [region, host] : regions) {
        auto const target = slb::endpoint::for_region(runtime(region));
        BOOST_TEST_CONTEXT("region " << region) {
            BOOST_TEST((target.status() == errc::none));
            BOOST_TEST(target.host() == host);
            BOOST_TEST(target.port() == 443);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_region_of_the_table_has_one_host_for_all_networks_and_any_other_one_for_each) {
    static_assert(slb::endpoint::for_region("cn-hangzhou", "vpc").host() == "slb.aliyuncs.com");
    static_assert(slb::endpoint::for_region("eu-central-1", "vpc").host() ==
                  "slb-vpc.eu-central-1.aliyuncs.com");
    for (auto const& [region, host] : regions) {
        bool const by_rule = host.substr(4, host.find(".aliyuncs") - 4) == lower(region);
        for (std::string_view network : {"vpc"sv, "VPC"sv, "share"sv, "a-b-9"sv}) {
            auto const target = slb::endpoint::for_region(runtime(region), network);
            BOOST_TEST_CONTEXT("region " << region << " network " << network) {
                BOOST_TEST((target.status() == errc::none));
                BOOST_TEST(target.host() == (by_rule ? "slb-" + lower(network) + std::string(host.substr(3))
                                                     : std::string(host)));
                BOOST_TEST(target.host_header() == target.host());
                BOOST_TEST(target.port() == 443);
            }
        }
        BOOST_TEST(slb::endpoint::for_region(runtime(region), "public").host() == host);
    }
}

BOOST_AUTO_TEST_CASE(every_endpoint_of_a_region_can_be_given_by_hand_too) {
    for (auto const& [region, host] : regions) {
        slb::endpoint const given(host);
        BOOST_TEST((given.status() == errc::none), host);
        BOOST_TEST(given.host() == slb::endpoint::for_region(runtime(region)).host());
        BOOST_TEST(given.port() == slb::endpoint::for_region(runtime(region)).port());
    }
}

BOOST_AUTO_TEST_CASE(a_network_is_one_label_of_a_host_name) {
    std::string const label_59(59, 'a');
    std::string const label_60(60, 'a');
    std::string const long_network(300, 'a');
    for (std::string_view region : {"cn-hangzhou"sv, "eu-central-1"sv})
        for (std::string_view network : {""sv, "vpc.evil"sv, "."sv, "x.evil.example"sv}) {
            BOOST_TEST_CONTEXT("region " << region << " network " << network) {
                BOOST_TEST((slb::endpoint::for_region(runtime(region), network).status() ==
                            errc::endpoint_malformed));
            }
        }
    for (std::string_view network :
         {"-"sv, "vpc-"sv, "v p"sv, "vpc/"sv, "@evil"sv, "vpc:80"sv, "vpc\r\n"sv, "\0"sv, "\xe6\x9d\xad"sv,
          "evil.example/"sv, std::string_view(label_60), std::string_view(long_network)}) {
        BOOST_TEST_CONTEXT("network " << network) {
            BOOST_TEST(
                (slb::endpoint::for_region("eu-central-1", network).status() == errc::endpoint_malformed));
        }
    }
    BOOST_TEST((slb::endpoint::for_region("eu-central-1", label_59).status() == errc::none));
}

BOOST_AUTO_TEST_CASE(a_region_cannot_lead_to_somebody_else_s_host) {
    std::string const long_region(300, 'a');
    std::string const region_64(64, 'a');
    for (std::string_view region : {""sv, "evil.example"sv, "x.evil.example/"sv, "x@evil.example"sv, "a b"sv,
                                    "cn-hangzhou\r\n"sv, "-"sv, "a/"sv, "a#"sv, "a:80"sv, "\xe6\x9d\xad"sv,
                                    "."sv, std::string_view(long_region), std::string_view(region_64)}) {
        BOOST_TEST_CONTEXT("region " << region) {
            BOOST_TEST((slb::endpoint::for_region(runtime(region)).status() == errc::endpoint_malformed));
        }
    }
    BOOST_TEST(
        (slb::endpoint::for_region(runtime(std::string_view(region_64).substr(1))).status() == errc::none));
}

BOOST_AUTO_TEST_SUITE_END()

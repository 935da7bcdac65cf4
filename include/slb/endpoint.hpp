#ifndef SLB_ENDPOINT_HPP
#define SLB_ENDPOINT_HPP

#include <slb/values.hpp>

namespace slb::inline v0_1 {

namespace detail {

/// Regions that the vendor's SDKs map to the central host, slb.aliyuncs.com.
/// Source: aliyun/alibabacloud-cpp-sdk, slb-20140515/src/Client.cpp.
inline constexpr std::string_view central_regions[] = {
    "ap-northeast-2-pop",
    "ap-southeast-1",
    "cn-beijing",
    "cn-beijing-finance-pop",
    "cn-beijing-gov-1",
    "cn-beijing-nu16-b01",
    "cn-edge-1",
    "cn-fujian",
    "cn-haidian-cm12-c01",
    "cn-hangzhou",
    "cn-hangzhou-bj-b01",
    "cn-hangzhou-finance",
    "cn-hangzhou-internal-prod-1",
    "cn-hangzhou-internal-test-1",
    "cn-hangzhou-internal-test-2",
    "cn-hangzhou-internal-test-3",
    "cn-hangzhou-test-306",
    "cn-hongkong",
    "cn-hongkong-finance-pop",
    "cn-north-2-gov-1",
    "cn-qingdao",
    "cn-shanghai",
    "cn-shanghai-et15-b01",
    "cn-shanghai-et2-b01",
    "cn-shanghai-finance-1",
    "cn-shanghai-inner",
    "cn-shanghai-internal-test-1",
    "cn-shenzhen",
    "cn-shenzhen-finance-1",
    "cn-shenzhen-inner",
    "cn-shenzhen-st4-d01",
    "cn-shenzhen-su18-b01",
    "cn-wuhan",
    "cn-yushanfang",
    "cn-zhangbei",
    "cn-zhangbei-na61-b01",
    "cn-zhangjiakou-na62-a01",
    "cn-zhengzhou-nebula-1",
    "eu-west-1-oxs",
    "rus-west-1-pop",
    "us-east-1",
    "us-west-1",
};

/// A last label that makes some readers take the name for an address, as 0x7f000001 for 127.0.0.1.
/// Source: https://url.spec.whatwg.org/#ends-in-a-number-checker.
constexpr bool is_number_label(std::string_view label) {
    bool const hexadecimal = label.substr(0, 2) == "0x";
    if (hexadecimal) label.remove_prefix(2);
    for (char c : label)
        if (!(hexadecimal ? is_hex(c) : is_digit(c))) return false;
    return true;
}

/// RFC 1123 host names in lower case, and addresses; no user info, no escapes, no trailing dot.
constexpr bool is_host_name(std::string_view host) {
    if (host.empty() || host.size() > 253) return false;
    std::size_t label = 0;
    for (std::size_t i = 0; i <= host.size(); ++i) {
        if (i == host.size() || host[i] == '.') {
            if (label == 0 || label > 63 || host[i - 1] == '-' || host[i - label] == '-') return false;
            label = 0;
        } else if (is_digit(host[i]) || (host[i] >= 'a' && host[i] <= 'z') || host[i] == '-') {
            ++label;
        } else {
            return false;
        }
    }
    return !is_number_label(host.substr(host.rfind('.') + 1)) || is_ipv4(host);
}

} // namespace detail

/// Where the service answers: a host name or address, and a port. It keeps its own copy of the name. A
/// malformed one is not thrown but remembered, and becomes errc::endpoint_malformed when a call is made.
class endpoint {
  public:
    /// The port of those that are given none. It does not appear in the Host header.
    static constexpr std::uint16_t https_port = 443;

    /// `host` is a name of at most 253 characters (RFC 1123, without a trailing dot; upper case is lowered),
    /// an IPv4 address, or an IPv6 address without brackets; `port` is between 1 and 65535.
    constexpr endpoint(std::string_view host, std::int64_t port = https_port) {
        bool const address = detail::is_ipv6(host);
        if (host.size() > max_host || port < 1 || port > 65535) return;
        for (std::size_t i = 0; i != host.size(); ++i) text_[1 + i] = detail::lower(host[i]);
        size_ = static_cast<std::uint8_t>(host.size());
        if (!address && !detail::is_host_name(this->host())) {
            size_ = 0;
            return;
        }
        port_ = static_cast<std::uint16_t>(port);
        header_end_ = static_cast<std::uint16_t>(1 + size_);
        if (address) {
            text_[0] = '[';
            text_[header_end_++] = ']';
            header_begin_ = 0;
        }
        if (port_ != https_port) {
            text_[header_end_++] = ':';
            detail::digits const number(port_);
            for (char c : number.view()) text_[header_end_++] = c;
        }
    }

    /// The endpoint of a region: the vendor's table first, then its rule `slb.REGION.aliyuncs.com`. From
    /// inside a private network, `network` names its kind, as "vpc", and the rule gives
    /// `slb-vpc.REGION.aliyuncs.com`; the table stays first and knows only public hosts. The vendor's SDKs
    /// do the same. A name with a dot in it gives a malformed endpoint. For any other host, name it:
    /// `endpoint("slb-vpc.cn-hangzhou.aliyuncs.com")`.
    /// Source: aliyun/alibabacloud-cpp-sdk and aliyun/darabonba-openapi, getEndpointRules.
    static constexpr endpoint for_region(slb::region_id region, std::string_view network = "public") {
        std::string_view const name = region.text();
        bool const one_label = name.find('.') == name.npos && network.find('.') == network.npos;
        if (!one_label || network.empty()) return endpoint("");
        char host[max_host + 1] = {};
        std::size_t size = 0;
        auto const append = [&](std::string_view part) {
            for (char c : part)
                if (size <= max_host) host[size++] = c;
        };
        append("slb");
        if (network != "public") {
            append("-");
            append(network);
        }
        append(".");
        append(name);
        append(".aliyuncs.com");
        endpoint const ruled(std::string_view(host, size));
        // What is malformed is so in a region of the table, too.
        if (ruled.status() != errc::none) return ruled;
        for (auto const& central : detail::central_regions)
            if (name == central) return endpoint("slb.aliyuncs.com");
        if (name == "cn-huhehaote-nebula-1") return endpoint("slb-api.cn-qingdao-nebula.aliyuncs.com");
        return ruled;
    }

    /// errc::none or errc::endpoint_malformed.
    [[nodiscard]] constexpr errc status() const { return size_ == 0 ? errc::endpoint_malformed : errc::none; }
    /// The name to resolve, to send as SNI and to verify. Lives as long as the endpoint.
    [[nodiscard]] constexpr std::string_view host() const { return {text_ + 1, size_}; }
    /// 0 when the endpoint is malformed.
    [[nodiscard]] constexpr std::uint16_t port() const { return port_; }
    /// The value of the Host header: with brackets around IPv6, with the port unless it is 443.
    [[nodiscard]] constexpr std::string_view host_header() const {
        return {text_ + header_begin_, static_cast<std::size_t>(header_end_ - header_begin_)};
    }

  private:
    static constexpr std::size_t max_host = 253;

    char text_[max_host + 8] = {};
    std::uint8_t size_ = 0;
    std::uint16_t port_ = 0;
    std::uint16_t header_begin_ = 1;
    std::uint16_t header_end_ = 1;
};

} // namespace slb::inline v0_1

#endif

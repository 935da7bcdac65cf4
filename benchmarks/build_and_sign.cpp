// What do building, encoding and signing one call cost, beside the hashing that no signature can go without?
// Ours checks all values, which the floor knows nothing of. Each call has other values, a new nonce and a new
// time.

#include "requests.hpp"

#include <memory>

namespace slb_benchmarks {
namespace {

std::int64_t constexpr start = 1795543533; // 2026-11-24T18:05:33Z

/// One scheme's messages for calls of one size.
class producer {
  public:
    producer(std::string const& file, slb::signature_scheme scheme)
        : scheme_(scheme), calls_(calls_like(file)),
          call_(slb::endpoint::for_region("cn-hangzhou"), {.scheme = scheme}) {}

    std::string_view operator()(std::size_t number) {
        std::uint64_t const words[2] = {random_(), random_()};
        unsigned char bytes[16];
        std::memcpy(bytes, words, sizeof bytes);
        operation const request = build(calls_[number % calls_.size()]);
        if (!call_.encode(request)) return {};
        auto const signed_ =
            call_.sign(signer_, start + static_cast<std::int64_t>(number), slb::nonce(bytes));
        return signed_ ? call_.bytes() : std::string_view();
    }
    /// Checks the message of each call. All cause the same hashing, so that of one stands for all.
    signature_floor checked_floor() {
        signed_message const first((*this)(0), scheme_, calls_[0]);
        for (std::size_t i = 1; i != calls_.size(); ++i) {
            signed_message const other((*this)(i), scheme_, calls_[i]);
            check(other.body.size() == first.body.size() &&
                      other.canonical_request.size() == first.canonical_request.size() &&
                      other.string_to_sign.size() == first.string_to_sign.size(),
                  "messages of one size");
        }
        return {scheme_, first};
    }

  private:
    slb::signature_scheme scheme_;
    std::vector<call_values> calls_;
    slb::http_call<> call_;
    slb::signer<> signer_{slb::credentials(access_key_id, access_key_secret)};
    numbers random_{2};
};

} // namespace

void build_and_sign() {
    for (std::string const size : {"1+1", "2+2", "20+20"}) {
        std::string const file = "request-" + size + ".json";
        auto const old = std::make_shared<producer>(file, slb::signature_scheme::hmac_sha1);
        auto const acs3 = std::make_shared<producer>(file, slb::signature_scheme::acs3_hmac_sha256);
        auto const sha1 = [floor = old->checked_floor()](std::size_t) { return floor(); };
        auto const sha256 = [floor = acs3->checked_floor()](std::size_t) { return floor(); };
        contest("build and sign", size + ", signature 1.0")
            .ours([old](std::size_t call) { return (*old)(call); })
            .against("floor: HMAC-SHA1 of the same text", sha1, 2.4);
        contest("build and sign", size + ", ACS3")
            .ours([acs3](std::size_t call) { return (*acs3)(call); })
            .against("floor: SHA-256 of the same texts", sha256, 2.4);
    }
}

} // namespace slb_benchmarks

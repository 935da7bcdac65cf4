#include <slb/transport.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(transport)

namespace {

using slb::result;

/// The fewest members that a host must have. Nothing of it can be made or copied.
struct host_archetype {
    host_archetype() = delete;
    host_archetype(host_archetype const&) = delete;
    std::int64_t unix_seconds();
    std::int64_t steady_ms();
    bool random(std::span<unsigned char>);
    void wait(std::int64_t);
};

struct endpoints {
    slb::endpoint const& endpoint();
};
struct connects {
    result<void> connect(std::int64_t);
};
struct writes {
    result<std::size_t> write(std::string_view, std::int64_t);
};
struct reads {
    result<std::size_t> read(std::span<char>, std::int64_t);
};
struct closes {
    void close() noexcept;
};
/// The fewest members that a transport must have.
struct transport_archetype : host_archetype, endpoints, connects, writes, reads, closes {};

struct host_of_const_members {
    std::int64_t unix_seconds() const noexcept;
    std::int64_t steady_ms() const noexcept;
    bool random(std::span<unsigned char>) const noexcept;
    int wait(std::int64_t) const noexcept;
};

// Near-misses of a host.
struct without_unix_seconds {
    std::int64_t steady_ms();
    bool random(std::span<unsigned char>);
    void wait(std::int64_t);
};
struct without_steady_ms {
    std::int64_t unix_seconds();
    bool random(std::span<unsigned char>);
    void wait(std::int64_t);
};
struct without_random {
    std::int64_t unix_seconds();
    std::int64_t steady_ms();
    void wait(std::int64_t);
};
struct without_wait {
    std::int64_t unix_seconds();
    std::int64_t steady_ms();
    bool random(std::span<unsigned char>);
};
struct seconds_in_32_bits : without_unix_seconds {
    std::int32_t unix_seconds();
};
struct fractions_of_seconds : without_unix_seconds {
    double unix_seconds();
};
struct unsigned_milliseconds : without_steady_ms {
    std::uint64_t steady_ms();
};
struct random_says_nothing : without_random {
    void random(std::span<unsigned char>);
};
struct random_says_how_many : without_random {
    int random(std::span<unsigned char>);
};
struct random_wants_chars : without_random {
    bool random(std::span<char>);
};
struct wait_wants_nothing : without_wait {
    void wait();
};

// Near-misses of a transport.
struct without_a_host : endpoints, connects, writes, reads, closes {};
struct host_without_random : without_random, endpoints, connects, writes, reads, closes {};
struct without_endpoint : host_archetype, connects, writes, reads, closes {};
struct without_connect : host_archetype, endpoints, writes, reads, closes {};
struct without_write : host_archetype, endpoints, connects, reads, closes {};
struct without_read : host_archetype, endpoints, connects, writes, closes {};
struct without_close : host_archetype, endpoints, connects, writes, reads {};
struct endpoint_is_a_text : without_endpoint {
    char const* endpoint();
};
struct connect_says_bool : without_connect {
    bool connect(std::int64_t);
};
struct connect_without_deadline : without_connect {
    result<void> connect();
};
struct write_says_int : without_write {
    int write(std::string_view, std::int64_t);
};
struct write_says_nothing : without_write {
    result<void> write(std::string_view, std::int64_t);
};
struct write_without_deadline : without_write {
    result<std::size_t> write(std::string_view);
};
struct read_says_int : without_read {
    int read(std::span<char>, std::int64_t);
};
struct read_says_result_of_int : without_read {
    result<int> read(std::span<char>, std::int64_t);
};
struct read_into_constants : without_read {
    result<std::size_t> read(std::string, std::int64_t);
};
struct close_may_throw : without_close {
    void close();
};
struct close_wants_a_reason : without_close {
    void close(int) noexcept;
};

} // namespace

BOOST_AUTO_TEST_CASE(the_concept_of_a_host_takes_the_archetype_and_refuses_near_misses) {
    static_assert(slb::host<host_archetype>);
    static_assert(slb::host<host_of_const_members>);
    static_assert(slb::host<host_of_const_members const>);
    static_assert(!slb::host<host_archetype const>);
    static_assert(!slb::host<without_unix_seconds>);
    static_assert(!slb::host<without_steady_ms>);
    static_assert(!slb::host<without_random>);
    static_assert(!slb::host<without_wait>);
    static_assert(!slb::host<seconds_in_32_bits>);
    static_assert(!slb::host<fractions_of_seconds>);
    static_assert(!slb::host<unsigned_milliseconds>);
    static_assert(!slb::host<random_says_nothing>);
    static_assert(!slb::host<random_says_how_many>);
    static_assert(!slb::host<random_wants_chars>);
    static_assert(!slb::host<wait_wants_nothing>);
    BOOST_TEST(!slb::host<int>);
}

BOOST_AUTO_TEST_CASE(the_concept_of_a_transport_takes_the_archetype_and_refuses_near_misses) {
    static_assert(slb::transport<transport_archetype>);
    static_assert(!slb::transport<transport_archetype const>);
    static_assert(!slb::transport<host_archetype>);
    static_assert(!slb::transport<without_a_host>);
    static_assert(!slb::transport<host_without_random>);
    static_assert(!slb::transport<without_endpoint>);
    static_assert(!slb::transport<without_connect>);
    static_assert(!slb::transport<without_write>);
    static_assert(!slb::transport<without_read>);
    static_assert(!slb::transport<without_close>);
    static_assert(!slb::transport<endpoint_is_a_text>);
    static_assert(!slb::transport<connect_says_bool>);
    static_assert(!slb::transport<connect_without_deadline>);
    static_assert(!slb::transport<write_says_int>);
    static_assert(!slb::transport<write_says_nothing>);
    static_assert(!slb::transport<write_without_deadline>);
    static_assert(!slb::transport<read_says_int>);
    static_assert(!slb::transport<read_says_result_of_int>);
    static_assert(!slb::transport<read_into_constants>);
    static_assert(!slb::transport<close_may_throw>);
    static_assert(!slb::transport<close_wants_a_reason>);
    BOOST_TEST(!slb::transport<int>);
}

BOOST_AUTO_TEST_CASE(no_deadline_lies_behind_every_other) {
    static_assert(slb::no_deadline == INT64_MAX);
    BOOST_TEST(slb::no_deadline == 9223372036854775807);
}

namespace {

struct asynchronous_archetype : transport_archetype {
    using executor_type = int;
};
struct executor_without_transport : host_archetype {
    using executor_type = int;
};

} // namespace

BOOST_AUTO_TEST_CASE(only_a_transport_with_an_executor_is_asynchronous) {
    static_assert(slb::asynchronous_transport<asynchronous_archetype>);
    static_assert(!slb::asynchronous_transport<transport_archetype>);
    static_assert(!slb::asynchronous_transport<executor_without_transport>);
}

BOOST_AUTO_TEST_SUITE_END()

#include <slb/credentials.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

BOOST_AUTO_TEST_SUITE(credentials)

namespace {

using slb::errc;
using namespace std::string_view_literals;

constexpr char const* id_name = "ALIBABA_CLOUD_ACCESS_KEY_ID";
constexpr char const* secret_name = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
constexpr char const* token_name = "ALIBABA_CLOUD_SECURITY_TOKEN";

/// Sets a variable of the environment, or takes it away for null, until the end of the scope.
class variable {
  public:
    variable(char const* name, char const* value) : name_(name) {
        if (char const* const before = std::getenv(name)) {
            was_set_ = true;
            before_ = before;
        }
        set(value);
    }
    variable(variable const&) = delete;
    variable& operator=(variable const&) = delete;
    ~variable() { set(was_set_ ? before_.c_str() : nullptr); }

  private:
    void set(char const* value) const {
        if (value != nullptr)
            ::setenv(name_, value, 1);
        else
            ::unsetenv(name_);
    }
    char const* name_;
    bool was_set_ = false;
    std::string before_{};
};

std::string text(slb::error const& shown) {
    std::string all;
    shown.write([&](std::string_view piece) { all += piece; });
    return all;
}

template <class T>
concept printable = requires(std::ostream& out, T const& shown) {
    out << shown;
};

} // namespace

BOOST_AUTO_TEST_CASE(an_access_key_is_taken_as_it_is) {
    static constexpr slb::credentials key("testid", "testsecret");
    static_assert(key.access_key_id() == "testid" && key.access_key_secret() == "testsecret");
    static_assert(key.security_token().empty() && key.problem() == errc::none);
    std::string const id = "testid";
    std::string const secret = "testsecret";
    std::string const token = "token";
    slb::credentials const temporary(id, secret, token);
    BOOST_TEST(temporary.security_token() == "token");
    BOOST_TEST(text(temporary.problem()) == "no error");
    BOOST_TEST((temporary.access_key_id().data() == id.data()));
}

BOOST_AUTO_TEST_CASE(strings_about_to_die_are_refused) {
    using string = std::string;
    using view = std::string_view;
    static_assert(std::is_constructible_v<slb::credentials, string&, string const&>);
    static_assert(std::is_constructible_v<slb::credentials, view, char const*, view>);
    static_assert(!std::is_constructible_v<slb::credentials, string, string>);
    static_assert(!std::is_constructible_v<slb::credentials, string&, string>);
    static_assert(!std::is_constructible_v<slb::credentials, string, string&>);
    static_assert(!std::is_constructible_v<slb::credentials, string&, string&, string>);
    static_assert(!std::is_constructible_v<slb::credentials, view, view, string>);
    static_assert(!std::is_constructible_v<slb::credentials, string&>);
    BOOST_TEST((std::is_nothrow_copy_constructible_v<slb::credentials>));
}

BOOST_AUTO_TEST_CASE(the_environment_gives_an_access_key) {
    variable const id(id_name, "LTAI-test");
    variable const secret(secret_name, "s3cret");
    variable const token(token_name, nullptr);
    auto const found = slb::credentials::from_environment();
    BOOST_TEST(found.access_key_id() == "LTAI-test");
    BOOST_TEST(found.access_key_secret() == "s3cret");
    BOOST_TEST(found.security_token().empty());
    BOOST_TEST(text(found.problem()) == "no error");
}

BOOST_AUTO_TEST_CASE(the_environment_gives_the_token_of_a_temporary_key) {
    variable const id(id_name, "STS.test");
    variable const secret(secret_name, "s3cret");
    variable const token(token_name, "CAIS+token/with=signs");
    auto const found = slb::credentials::from_environment();
    BOOST_TEST(found.security_token() == "CAIS+token/with=signs");
    BOOST_TEST(text(found.problem()) == "no error");
}

BOOST_AUTO_TEST_CASE(what_the_environment_lacks_is_named) {
    struct row {
        char const* id;
        char const* secret;
        std::string_view expected;
    };
    static constexpr auto both = "not sent: ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET "
                                 "must be given"sv;
    static constexpr auto no_id = "not sent: ALIBABA_CLOUD_ACCESS_KEY_ID must be given"sv;
    static constexpr auto no_secret = "not sent: ALIBABA_CLOUD_ACCESS_KEY_SECRET must be given"sv;
    row const rows[] = {
        {nullptr, nullptr, both}, {"", "", both},   {nullptr, "", both},       {"", nullptr, both},
        {nullptr, "x", no_id},    {"", "x", no_id}, {"x", nullptr, no_secret}, {"x", "", no_secret},
    };
    variable const token(token_name, "token");
    for (auto const& [id_value, secret_value, expected] : rows) {
        variable const id(id_name, id_value);
        variable const secret(secret_name, secret_value);
        slb::error const found = slb::credentials::from_environment().problem();
        BOOST_TEST((found == errc::credentials_missing));
        BOOST_TEST(text(found) == expected);
    }
}

BOOST_AUTO_TEST_CASE(an_empty_token_in_the_environment_counts_as_none) {
    variable const id(id_name, "x");
    variable const secret(secret_name, "y");
    variable const token(token_name, "");
    BOOST_TEST(slb::credentials::from_environment().security_token().empty());
    BOOST_TEST(text(slb::credentials::from_environment().problem()) == "no error");
}

BOOST_AUTO_TEST_CASE(what_is_missing_of_a_key_handed_in_is_named) {
    constexpr auto missing = [](slb::credentials const& key) { return key.problem().path().parameter; };
    static_assert(missing(slb::credentials("", "")) == "access key id and access key secret");
    static_assert(missing(slb::credentials("", "x")) == "access key id");
    static_assert(missing(slb::credentials("x", "")) == "access key secret");
    BOOST_TEST(text(slb::credentials("", "x").problem()) == "not sent: access key id must be given");
}

BOOST_AUTO_TEST_CASE(a_null_pointer_as_getenv_gives_one_counts_as_missing) {
    char const* const none = nullptr;
    BOOST_TEST(text(slb::credentials(none, none).problem()) ==
               "not sent: access key id and access key secret must be given");
    BOOST_TEST(text(slb::credentials("x", none, none).problem()) ==
               "not sent: access key secret must be given");
    BOOST_TEST(text(slb::credentials("x", "y", none).problem()) == "no error");
}

BOOST_AUTO_TEST_CASE(every_byte_may_stand_in_a_key_or_not) {
    for (int byte = 0; byte != 256; ++byte) {
        std::string value = "a?b";
        value[1] = static_cast<char>(byte);
        // Printable ASCII, without the comma that ends a part of the Authorization header.
        bool const good = byte > 0x20 && byte < 0x7f && byte != ',';
        errc const expected = good ? errc::none : errc::credentials_malformed;
        BOOST_TEST_CONTEXT("byte " << byte) {
            BOOST_TEST((slb::credentials(value, "secret").problem() == expected));
            BOOST_TEST((slb::credentials("id", value).problem() == expected));
            BOOST_TEST((slb::credentials("id", "secret", value).problem() == expected));
        }
    }
}

BOOST_AUTO_TEST_CASE(line_ends_are_refused_and_never_shown) {
    struct row {
        slb::credentials key;
        std::string_view expected;
    };
    row const rows[] = {
        {{"id\r\nX-Evil: 1", "secret"},
         "not sent: access key id must be printable ASCII without space or comma; look for a space or a line "
         "break copied along"},
        {{"id\n", "secret"},
         "not sent: access key id must be printable ASCII without space or comma; look for a space or a line "
         "break copied along"},
        {{"id", "secret\n"},
         "not sent: access key secret must be printable ASCII without space or comma; look for a space or a "
         "line break copied along"},
        {{"id", " secret"},
         "not sent: access key secret must be printable ASCII without space or comma; look for a space or a "
         "line break copied along"},
        {{"id", "secret", "token\r\nX-Evil: 1"},
         "not sent: security token must be printable ASCII without space or comma; look for a space or a "
         "line break copied along"},
        {{"id", "secret", "\xe6\x9c\x8d"},
         "not sent: security token must be printable ASCII without space or comma; look for a space or a "
         "line break copied along"},
    };
    for (auto const& [key, expected] : rows) {
        BOOST_TEST((key.problem() == errc::credentials_malformed));
        BOOST_TEST(text(key.problem()) == expected);
    }
}

BOOST_AUTO_TEST_CASE(credentials_do_not_go_into_a_stream) {
    static_assert(printable<slb::error> && printable<std::string>);
    BOOST_TEST(!printable<slb::credentials>);
}

BOOST_AUTO_TEST_SUITE_END()

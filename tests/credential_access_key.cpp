#include <slb/credential_providers/access_key.hpp>
// The header under test comes first: it stands alone.

#include <boost/test/unit_test.hpp>

#include <ostream>
#include <type_traits>

BOOST_AUTO_TEST_SUITE(credential_access_key)

namespace {

template <class T>
concept printable = requires(std::ostream& out, T const& shown) {
    out << shown;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_secret_is_moved_but_neither_copied_nor_printed) {
    static_assert(!std::is_copy_constructible_v<slb::secret_text> &&
                  !std::is_copy_assignable_v<slb::secret_text>);
    static_assert(std::is_nothrow_move_constructible_v<slb::secret_text> &&
                  std::is_nothrow_move_assignable_v<slb::secret_text>);
    static_assert(!std::is_copy_constructible_v<slb::access_key> &&
                  std::is_nothrow_move_constructible_v<slb::access_key>);
    static_assert(!printable<slb::secret_text> && !printable<slb::access_key>);
    slb::secret_text first("secret");
    char const* const where = first.view().data();
    slb::secret_text second(std::move(first));
    BOOST_TEST((second.view().data() == where)); // even a short one stays where it is
    slb::secret_text third("other");
    third = std::move(second);
    BOOST_TEST(third.view() == "secret");
    BOOST_TEST(second.view() == "");
}

BOOST_AUTO_TEST_CASE(a_secret_is_written_piece_by_piece) {
    slb::secret_text text;
    BOOST_TEST(text.empty());
    text.append("a b");
    text.append_encoded("a b/\xff");
    text.append_encoded("");
    BOOST_TEST(text.view() == "a ba%20b%2F%FF");
    text.shrink(3);
    BOOST_TEST(text.view() == "a b");
    char* const more = text.grow(2);
    more[0] = 'c';
    more[1] = 'd';
    BOOST_TEST(text.view() == "a bcd");
    text.assign("x");
    BOOST_TEST(text.view() == "x");
}

BOOST_AUTO_TEST_CASE(what_is_dropped_is_wiped) {
    slb::secret_text text("secret");
    char const* const where = text.view().data();
    text.shrink(2); // the memory stays its own
    BOOST_TEST(std::string_view(where, 6) == std::string_view("se\0\0\0\0", 6));
    text.clear();
    BOOST_TEST(std::string_view(where, 6) == std::string_view("\0\0\0\0\0\0", 6));

    char memory[6] = {'s', 'e', 'c', 'r', 'e', 't'};
    slb::detail::wipe(memory, sizeof memory); // what the allocator does with all that it gets back
    BOOST_TEST(std::string_view(memory, 6) == std::string_view("\0\0\0\0\0\0", 6));
}

BOOST_AUTO_TEST_CASE(a_key_is_seen_as_credentials) {
    slb::access_key key{slb::secret_text("i"), slb::secret_text("s"), slb::secret_text("t"), 7};
    BOOST_TEST(key.view().access_key_id() == "i");
    BOOST_TEST(key.view().access_key_secret() == "s");
    BOOST_TEST(key.view().security_token() == "t");
    key.clear();
    BOOST_TEST(key.view().access_key_id() == "");
    BOOST_TEST(key.view().access_key_secret() == "");
    BOOST_TEST(key.view().security_token() == "");
    BOOST_TEST(key.expires_at == slb::access_key::never);
}

BOOST_AUTO_TEST_SUITE_END()

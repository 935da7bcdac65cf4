#include <slb/memory.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <cstring>
#include <memory>
#include <memory_resource>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(memory)

namespace {

using slb::detail::block;

/// What an arena's allocators did, and what their memory held when it came back.
struct arena {
    int live = 0;
    int allocations = 0;
    std::size_t limit = SIZE_MAX;
    std::vector<std::size_t> freed_sizes{};
    bool came_back_wiped = true;

    std::byte* take(std::size_t size) {
        if (size > limit) return nullptr;
        ++live;
        ++allocations;
        return new std::byte[size];
    }
    void give(std::byte* bytes, std::size_t size) {
        --live;
        freed_sizes.push_back(size);
        for (std::size_t i = 0; i != size; ++i) came_back_wiped = came_back_wiped && bytes[i] == std::byte{};
        delete[] bytes;
    }
};

/// The fewest members that an allocator must have. Stateful: it cannot be made of nothing.
struct archetype {
    using value_type = std::byte;
    explicit archetype(arena& from) : from_(&from) {}
    std::byte* allocate(std::size_t size) {
        std::byte* const bytes = from_->take(size);
        if (bytes == nullptr) throw std::bad_alloc();
        return bytes;
    }
    void deallocate(std::byte* bytes, std::size_t size) { from_->give(bytes, size); }
    arena* from_;
};

struct archetype_that_says_null : archetype {
    using archetype::archetype;
    std::byte* try_allocate(std::size_t size) noexcept { return from_->take(size); }
};

class fancy_pointer {
  public:
    fancy_pointer() = default;
    explicit fancy_pointer(unsigned char* bytes) : distance_(reinterpret_cast<std::uintptr_t>(bytes) ^ key) {}
    unsigned char* operator->() const noexcept { return reinterpret_cast<unsigned char*>(distance_ ^ key); }
    explicit operator bool() const { return distance_ != key; }

  private:
    static constexpr std::uintptr_t key = 0x5a5a;
    std::uintptr_t distance_ = key;
};
struct fancy_allocator {
    using value_type = unsigned char;
    explicit fancy_allocator(arena& from) : from_(&from) {}
    fancy_pointer allocate(std::size_t size) {
        return fancy_pointer(reinterpret_cast<unsigned char*>(from_->take(size)));
    }
    void deallocate(fancy_pointer const& bytes, std::size_t size) {
        from_->give(reinterpret_cast<std::byte*>(bytes.operator->()), size);
    }
    arena* from_;
};

struct of_ints {
    using value_type = int;
    int* allocate(std::size_t);
    void deallocate(int*, std::size_t);
};
struct initialised_byte {
    char value = 1;
};
struct of_objects {
    using value_type = initialised_byte;
    initialised_byte* allocate(std::size_t);
    void deallocate(initialised_byte*, std::size_t);
};
struct without_value_type {
    std::byte* allocate(std::size_t);
    void deallocate(std::byte*, std::size_t);
};
struct without_allocate {
    using value_type = std::byte;
    void deallocate(std::byte*, std::size_t);
};
struct without_deallocate {
    using value_type = std::byte;
    std::byte* allocate(std::size_t);
};
struct gives_void {
    using value_type = std::byte;
    void* allocate(std::size_t);
    void deallocate(void*, std::size_t);
};
struct gives_another_type {
    using value_type = std::byte;
    char* allocate(std::size_t);
    void deallocate(char*, std::size_t);
};
struct frees_without_size {
    using value_type = std::byte;
    std::byte* allocate(std::size_t);
    void deallocate(std::byte*);
};
struct frees_another_type {
    using value_type = std::byte;
    std::byte* allocate(std::size_t);
    void deallocate(char*, std::size_t);
};
struct throws_when_copied {
    using value_type = std::byte;
    throws_when_copied(throws_when_copied const&) noexcept(false);
    std::byte* allocate(std::size_t);
    void deallocate(std::byte*, std::size_t);
};

/// Fills the whole capacity: the sanitizer sees a block that is smaller than it says.
template <class Block>
void fill(Block& target, std::string_view text) {
    BOOST_TEST_REQUIRE(target.reserve(text.size()));
    for (std::size_t i = 0; i != target.capacity(); ++i) target.data()[i] = '#';
    std::memcpy(target.data(), text.data(), text.size());
    target.resize(text.size());
}

} // namespace

BOOST_AUTO_TEST_CASE(the_concept_of_an_allocator_takes_the_archetype_and_refuses_near_misses) {
    static_assert(slb::byte_allocator<archetype>);
    static_assert(slb::byte_allocator<archetype_that_says_null>);
    static_assert(slb::byte_allocator<fancy_allocator>);
    static_assert(slb::byte_allocator<slb::heap_allocator>);
    static_assert(slb::byte_allocator<std::allocator<std::byte>>);
    static_assert(slb::byte_allocator<std::allocator<char>>);
    static_assert(slb::byte_allocator<std::pmr::polymorphic_allocator<std::byte>>);
    static_assert(!slb::byte_allocator<std::allocator<int>>);
    static_assert(!slb::byte_allocator<of_ints>);
    static_assert(!slb::byte_allocator<of_objects>);
    static_assert(!slb::byte_allocator<without_value_type>);
    static_assert(!slb::byte_allocator<without_allocate>);
    static_assert(!slb::byte_allocator<without_deallocate>);
    static_assert(!slb::byte_allocator<gives_void>);
    static_assert(!slb::byte_allocator<gives_another_type>);
    static_assert(!slb::byte_allocator<frees_without_size>);
    static_assert(!slb::byte_allocator<frees_another_type>);
    static_assert(!slb::byte_allocator<throws_when_copied>);
    static_assert(!slb::byte_allocator<int>);
    BOOST_TEST((slb::heap_allocator{} == slb::heap_allocator{}));
}

BOOST_AUTO_TEST_CASE(a_new_block_has_taken_no_memory) {
    arena from;
    {
        block<archetype> const empty{archetype(from)};
        BOOST_TEST(empty.size() == 0U);
        BOOST_TEST(empty.capacity() == 0U);
        BOOST_TEST(empty.view().empty());
        BOOST_TEST(empty.allocator().from_ == &from);
    }
    BOOST_TEST(from.allocations == 0);
    BOOST_TEST(from.freed_sizes.empty());
}

BOOST_AUTO_TEST_CASE(a_block_of_a_stateless_allocator_costs_no_space_for_it) {
    static_assert(sizeof(block<slb::heap_allocator>) == 2 * sizeof(void*) + 2 * sizeof(std::size_t));
    block<slb::heap_allocator> grown;
    fill(grown, "abc");
    BOOST_TEST(grown.view() == "abc");
}

BOOST_AUTO_TEST_CASE(growth_keeps_the_bytes) {
    arena from;
    {
        block<archetype> grown{archetype(from)};
        std::string expected;
        for (std::size_t size = 1; size <= 300; size += 7) {
            BOOST_TEST_REQUIRE(grown.reserve(size));
            BOOST_TEST(grown.capacity() == size);
            BOOST_TEST(grown.view() == expected);
            expected.resize(size, static_cast<char>('a' + size % 26));
            std::memcpy(grown.data(), expected.data(), size);
            grown.resize(size);
        }
        BOOST_TEST(grown.view() == expected);
        BOOST_TEST(from.live == 1);
    }
    BOOST_TEST(from.live == 0);
}

BOOST_AUTO_TEST_CASE(room_that_is_there_is_not_allocated_again) {
    arena from;
    block<archetype> kept{archetype(from)};
    fill(kept, "0123456789");
    char const* const place = kept.data();
    BOOST_TEST(kept.reserve(0));
    BOOST_TEST(kept.reserve(10));
    kept.resize(0);
    BOOST_TEST(kept.reserve(5));
    BOOST_TEST(from.allocations == 1);
    BOOST_TEST(static_cast<void const*>(kept.data()) == static_cast<void const*>(place));
    BOOST_TEST(kept.capacity() == 10U);
}

BOOST_AUTO_TEST_CASE(memory_goes_back_with_the_size_it_was_taken_with) {
    arena from;
    {
        block<archetype> grown{archetype(from)};
        fill(grown, "abc");
        fill(grown, "abcdefgh");
        grown.resize(1);
    }
    BOOST_TEST((from.freed_sizes == std::vector<std::size_t>{3, 8}));
}

BOOST_AUTO_TEST_CASE(a_block_works_with_fancy_pointers) {
    arena from;
    {
        block<fancy_allocator> first{fancy_allocator(from)};
        fill(first, "abc");
        BOOST_TEST_REQUIRE(first.reserve(100));
        BOOST_TEST(first.view() == "abc");
        block<fancy_allocator> const second = std::move(first);
        BOOST_TEST(second.view() == "abc");
        BOOST_TEST(from.live == 1);
    }
    BOOST_TEST(from.live == 0);
    BOOST_TEST((from.freed_sizes == std::vector<std::size_t>{3, 100}));
}

BOOST_AUTO_TEST_CASE(a_fancy_null_pointer_means_out_of_memory) {
    arena from;
    from.limit = 10;
    block<fancy_allocator> small{fancy_allocator(from)};
    fill(small, "abc");
    BOOST_TEST(!small.reserve(11));
    BOOST_TEST(small.view() == "abc");
}

BOOST_AUTO_TEST_CASE(an_allocator_that_throws_leaves_the_block_usable) {
    arena from;
    {
        from.limit = 10;
        block<archetype> small{archetype(from)};
        BOOST_CHECK_THROW(static_cast<void>(small.reserve(11)), std::bad_alloc);
        BOOST_TEST(small.capacity() == 0U);
        fill(small, "0123456789");
        BOOST_CHECK_THROW(static_cast<void>(small.reserve(11)), std::bad_alloc);
        BOOST_TEST(small.view() == "0123456789");
        BOOST_TEST(small.capacity() == 10U);
        from.limit = 11;
        BOOST_TEST(small.reserve(11));
        BOOST_TEST(small.view() == "0123456789");
    }
    BOOST_TEST(from.live == 0);
}

BOOST_AUTO_TEST_CASE(an_allocator_that_offers_null_is_asked_that_way_and_leaves_the_block_usable) {
    arena from;
    {
        from.limit = 10;
        block<archetype_that_says_null> small{archetype_that_says_null(from)};
        BOOST_TEST(!small.reserve(11));
        fill(small, "0123456789");
        BOOST_TEST(!small.reserve(SIZE_MAX));
        BOOST_TEST(small.view() == "0123456789");
        from.limit = 11;
        BOOST_TEST(small.reserve(11));
        BOOST_TEST(small.view() == "0123456789");
    }
    BOOST_TEST(from.live == 0);
}

BOOST_AUTO_TEST_CASE(the_heap_gives_memory_with_and_without_exceptions) {
    slb::heap_allocator const heap;
    std::byte* const first = heap.try_allocate(10);
    BOOST_TEST_REQUIRE(first != nullptr);
    heap.deallocate(first, 10);
    std::byte* const second = heap.allocate(10);
    BOOST_TEST_REQUIRE(second != nullptr);
    heap.deallocate(second, 10);
}

BOOST_AUTO_TEST_CASE(a_secret_is_wiped_before_its_memory_goes_back) {
    arena from;
    {
        block<archetype> secret{archetype(from)};
        fill(secret, "a secret");
        // Growth frees the first piece; what lies behind size() is wiped too.
        BOOST_TEST_REQUIRE(secret.reserve(100));
        BOOST_TEST(secret.view() == "a secret");
        fill(secret, "more of it");
        secret.resize(1);
        BOOST_TEST((from.freed_sizes == std::vector<std::size_t>{8}));
        BOOST_TEST(from.came_back_wiped);
    }
    BOOST_TEST(from.freed_sizes.size() == 2U);
    BOOST_TEST(from.came_back_wiped);
}

BOOST_AUTO_TEST_CASE(a_secret_is_wiped_when_another_block_takes_its_place) {
    arena from;
    block<archetype> secret{archetype(from)};
    fill(secret, "a secret");
    secret = block<archetype>{archetype(from)};
    BOOST_TEST(from.freed_sizes.size() == 1U);
    BOOST_TEST(from.came_back_wiped);
}

BOOST_AUTO_TEST_CASE(memory_that_was_not_wiped_would_be_seen) {
    arena from;
    archetype allocator(from);
    auto* const bytes = allocator.allocate(9);
    std::memcpy(bytes, "no secret", 9);
    allocator.deallocate(bytes, 9);
    BOOST_TEST(!from.came_back_wiped);
}

BOOST_AUTO_TEST_CASE(wiping_leaves_zeros_and_touches_nothing_else) {
    char text[] = "abcdef";
    slb::detail::wipe(text + 1, 3);
    BOOST_TEST(std::string_view(text, 6) == std::string_view("a\0\0\0ef", 6));
    slb::detail::wipe(text, 0);
    BOOST_TEST(text[0] == 'a');
}

BOOST_AUTO_TEST_CASE(views_survive_a_move) {
    arena from;
    block<archetype> first{archetype(from)};
    fill(first, "x");
    std::string_view const view = first.view();
    block<archetype> second = std::move(first);
    BOOST_TEST(static_cast<void const*>(second.view().data()) == static_cast<void const*>(view.data()));
    BOOST_TEST(second.view() == "x");
    BOOST_TEST(first.size() == 0U);
    BOOST_TEST(first.capacity() == 0U);
    // A block that was moved from is an empty one.
    fill(first, "again");
    BOOST_TEST(first.view() == "again");
    BOOST_TEST(from.live == 2);
}

BOOST_AUTO_TEST_CASE(a_move_takes_the_allocator_along) {
    arena one;
    arena other;
    {
        block<archetype> first{archetype(one)};
        block<archetype> second{archetype(other)};
        fill(first, "first");
        fill(second, "second");
        second = std::move(first);
        BOOST_TEST(second.view() == "first");
        BOOST_TEST(second.allocator().from_ == &one);
        BOOST_TEST(other.live == 0);
        fill(second, "grown with the allocator of the first");
        BOOST_TEST(other.allocations == 1);
    }
    BOOST_TEST(one.live == 0);
    BOOST_TEST(other.live == 0);
}

BOOST_AUTO_TEST_CASE(a_block_moved_onto_itself_keeps_its_bytes) {
    arena from;
    block<archetype> self{archetype(from)};
    fill(self, "self");
    auto& alias = self;
    self = std::move(alias);
    BOOST_TEST(self.view() == "self");
    static_assert(!std::is_copy_constructible_v<block<archetype>>);
    static_assert(std::is_nothrow_move_assignable_v<block<archetype>>);
}

BOOST_AUTO_TEST_CASE(a_block_takes_memory_resources) {
    std::byte bytes[256];
    std::pmr::monotonic_buffer_resource pool(bytes, sizeof bytes, std::pmr::null_memory_resource());
    std::pmr::polymorphic_allocator<std::byte> const allocator(&pool);
    block<std::pmr::polymorphic_allocator<std::byte>> pooled(allocator);
    fill(pooled, "abc");
    BOOST_CHECK_THROW(static_cast<void>(pooled.reserve(100000)), std::bad_alloc);
    BOOST_TEST(pooled.view() == "abc");
    BOOST_TEST((pooled.allocator() == allocator));
}

BOOST_AUTO_TEST_SUITE_END()

#ifndef SLB_MEMORY_HPP
#define SLB_MEMORY_HPP

#include <slb/error.hpp>

#include <cstddef>
#include <cstring>

namespace slb::inline v0_1 {

namespace detail {

/// The address of a pointer or a fancy pointer.
template <class T>
constexpr T* address_of(T* pointer) noexcept {
    return pointer;
}
template <class Pointer>
constexpr auto address_of(Pointer const& pointer) noexcept {
    return detail::address_of(pointer.operator->());
}

/// Overwrites a secret in a way that no optimiser drops.
inline void wipe(void* secret, std::size_t size) noexcept {
    for (auto volatile* byte = static_cast<unsigned char*>(secret); size != 0; --size) *byte++ = 0;
}

} // namespace detail

/// Where every byte comes from: an allocator of bytes (a `value_type` of size 1), as
/// `std::allocator<std::byte>` or `std::pmr::polymorphic_allocator<std::byte>`. It may be stateful and may
/// give fancy pointers. It fails by throwing, which passes through and leaves every object usable, or, where
/// it offers `try_allocate(n) noexcept`, by null, which becomes errc::out_of_memory.
template <class A>
concept byte_allocator =
    sizeof(typename A::value_type) == 1 &&
    std::is_trivial_v<typename A::value_type>&& std::is_nothrow_copy_constructible_v<A>&& requires(
        A allocator, std::size_t size) {
    { detail::address_of(allocator.allocate(size)) } -> std::same_as<typename A::value_type*>;
    allocator.deallocate(allocator.allocate(size), size);
};

/// The free store, without exceptions. The default.
struct heap_allocator {
    /// Blocks of bytes are aligned as operator new aligns them.
    using value_type = std::byte;

    /// Null when there is no memory left; what the library calls.
    [[nodiscard]] std::byte* try_allocate(std::size_t size) const noexcept {
        return static_cast<std::byte*>(::operator new(size, std::nothrow));
    }
    /// The same for whoever knows only the standard's requirements: throws std::bad_alloc.
    [[nodiscard]] std::byte* allocate(std::size_t size) const {
        return static_cast<std::byte*>(::operator new(size));
    }
    /// Takes back what either of the two gave; null is allowed.
    void deallocate(std::byte* bytes, std::size_t) const noexcept { ::operator delete(bytes); }

    /// Each can free what another one allocated.
    friend constexpr bool operator==(heap_allocator, heap_allocator) noexcept { return true; }
};

namespace detail {

/// A raw, growing piece of memory. Unlike a string it never keeps bytes inside itself, so views into it
/// survive a move; unlike a vector it never initialises bytes. What it held is wiped before it
/// is freed: a request holds the token, and the service may repeat it in its answer.
template <byte_allocator Allocator>
class block {
    using pointer = decltype(std::declval<Allocator&>().allocate(std::size_t{}));

  public:
    explicit block(Allocator const& allocator = Allocator()) noexcept : allocator_(allocator) {}
    block(block&& other) noexcept
        : allocator_(other.allocator_), pointer_(other.pointer_), data_(std::exchange(other.data_, nullptr)),
          size_(std::exchange(other.size_, 0)), capacity_(std::exchange(other.capacity_, 0)) {}
    /// Takes the bytes and, since they go back where they came from, the allocator.
    block& operator=(block&& other) noexcept {
        if (this != &other) {
            this->~block();
            ::new (static_cast<void*>(this)) block(std::move(other));
        }
        return *this;
    }
    ~block() { release(); }

    [[nodiscard]] char* data() noexcept { return data_; }
    [[nodiscard]] char const* data() const noexcept { return data_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
    [[nodiscard]] std::string_view view() const noexcept { return {data_, size_}; }
    [[nodiscard]] Allocator const& allocator() const noexcept { return allocator_; }

    /// Makes room for `capacity` bytes in all and keeps the content. False: out of memory, nothing changed.
    [[nodiscard]] bool reserve(std::size_t capacity) {
        if (capacity <= capacity_) return true;
        pointer fresh = allocate(capacity);
        if (!fresh) return false;
        char* const bytes = reinterpret_cast<char*>(address_of(fresh));
        if (size_ != 0) std::memcpy(bytes, data_, size_);
        std::size_t const size = size_;
        release();
        pointer_ = fresh;
        data_ = bytes;
        size_ = size;
        capacity_ = capacity;
        return true;
    }
    /// Sets how many bytes count as content: at most capacity().
    void resize(std::size_t size) noexcept { size_ = size; }

  private:
    pointer allocate(std::size_t size) {
        if constexpr (requires { allocator_.try_allocate(size); })
            return allocator_.try_allocate(size);
        else
            return allocator_.allocate(size);
    }
    void release() noexcept {
        if (data_ == nullptr) return;
        wipe(data_, capacity_);
        allocator_.deallocate(pointer_, capacity_);
        data_ = nullptr;
        size_ = capacity_ = 0;
    }

    [[no_unique_address]] Allocator allocator_;
    pointer pointer_{};
    char* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

} // namespace detail
} // namespace slb::inline v0_1

#endif

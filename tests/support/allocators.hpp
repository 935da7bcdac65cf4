#ifndef SLB_TESTS_SUPPORT_ALLOCATORS_HPP
#define SLB_TESTS_SUPPORT_ALLOCATORS_HPP

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <new>
#include <vector>

namespace slb_test {

/// What allocators that share it have given out, and when they refuse. Blocks have exactly their size.
class heap_log {
  public:
    static constexpr std::size_t never = SIZE_MAX;

    /// The allocation of this number, counted from 0, fails; with `persistent`, and all after it.
    std::size_t failing = never;
    bool persistent = false;
    /// How many bytes may be out at once.
    std::size_t budget = never;

    std::size_t allocations = 0;
    std::size_t bytes = 0;
    std::size_t most_bytes = 0;
    /// Blocks given back that were not taken, or with another size.
    std::size_t mistakes = 0;

    heap_log() = default;
    heap_log(heap_log const&) = delete;
    heap_log& operator=(heap_log const&) = delete;
    ~heap_log() {
        for (auto const& [block, size] : blocks_) ::operator delete(block);
    }

    [[nodiscard]] std::size_t blocks() const { return blocks_.size(); }
    /// Null: refused.
    void* take(std::size_t size) {
        std::size_t const number = allocations++;
        if (number == failing || (persistent && number > failing) || size > budget - bytes) return nullptr;
        void* const block = ::operator new(size);
        blocks_[block] = size;
        bytes += size;
        if (bytes > most_bytes) most_bytes = bytes;
        return block;
    }
    void give_back(void* block, std::size_t size) {
        auto const found = blocks_.find(block);
        if (found == blocks_.end() || found->second != size) {
            ++mistakes;
            return;
        }
        bytes -= size;
        blocks_.erase(found);
        ::operator delete(block);
    }

  private:
    std::map<void*, std::size_t> blocks_{};
};

/// Fails by throwing.
class throwing_allocator {
  public:
    using value_type = char;

    explicit throwing_allocator(heap_log& log) noexcept : log_(&log) {}
    [[nodiscard]] char* allocate(std::size_t size) const {
        void* const block = log_->take(size);
        if (block == nullptr) throw std::bad_alloc();
        return static_cast<char*>(block);
    }
    void deallocate(char* block, std::size_t size) const noexcept { log_->give_back(block, size); }

  private:
    heap_log* log_;
};

/// Fails by null.
class null_allocator {
  public:
    using value_type = std::byte;

    explicit null_allocator(heap_log& log) noexcept : log_(&log) {}
    [[nodiscard]] std::byte* try_allocate(std::size_t size) const noexcept {
        return static_cast<std::byte*>(log_->take(size));
    }
    /// Never called by the library, which prefers try_allocate.
    [[nodiscard]] std::byte* allocate(std::size_t) const { throw std::bad_alloc(); }
    void deallocate(std::byte* block, std::size_t size) const noexcept { log_->give_back(block, size); }

  private:
    heap_log* log_;
};

/// A number of a block instead of its address, as a pointer into a pool or another address space might be.
class fancy_pointer {
  public:
    fancy_pointer() = default;
    explicit fancy_pointer(unsigned char* block) : number_(known().size() + 1) { known().push_back(block); }
    explicit operator bool() const { return number_ != 0; }
    unsigned char* operator->() const { return known().at(number_ - 1); }

  private:
    static std::vector<unsigned char*>& known() {
        static std::vector<unsigned char*> blocks;
        return blocks;
    }
    std::size_t number_ = 0;
};

/// Gives fancy pointers and fails by throwing. Neither default-constructible nor assignable.
class fancy_allocator {
  public:
    using value_type = unsigned char;

    explicit fancy_allocator(heap_log& log) noexcept : log_(log) {}
    [[nodiscard]] fancy_pointer allocate(std::size_t size) const {
        void* const block = log_.take(size);
        if (block == nullptr) throw std::bad_alloc();
        return fancy_pointer(static_cast<unsigned char*>(block));
    }
    void deallocate(fancy_pointer block, std::size_t size) const { log_.give_back(block.operator->(), size); }

  private:
    heap_log& log_;
};

} // namespace slb_test

#endif

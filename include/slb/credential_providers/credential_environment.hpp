#ifndef SLB_CREDENTIAL_PROVIDERS_CREDENTIAL_ENVIRONMENT_HPP
#define SLB_CREDENTIAL_PROVIDERS_CREDENTIAL_ENVIRONMENT_HPP

#include <slb/credential_providers/secret_text.hpp>

#include <functional>
#include <string>

#if defined(__unix__) || defined(__APPLE__)
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace slb::inline v0_1 {

/// What became of reading a file.
enum class file_outcome : std::uint8_t { read, missing, unreadable, too_large };

/// A file as it was read.
struct credential_file {
    /// Whether there is a text.
    file_outcome outcome = file_outcome::missing;
    /// All bytes of it.
    secret_text text{};
    /// Whether its mode lets its group or everybody read it, change it or run it. Never so on Windows.
    bool readable_by_others = false;
};

/// What the sources of keys are told of the process they run in. A test hands in its own.
struct credential_environment {
    /// The value of an environment variable; empty: it is not set, or set to nothing, which counts as that.
    /// The view is used before anything else is asked.
    std::function<std::string_view(char const* name)> variable;
    /// Reads the file at a path.
    std::function<credential_file(std::string const& path)> read_file;
    /// The folder in which `.aliyun/config.json` and `.alibabacloud/credentials` lie; empty: not known.
    std::string home{};

    /// No file of keys or tokens is larger, in bytes.
    static constexpr std::size_t largest_file = 1024 * 1024;

    /// The real one: getenv, files of at most largest_file bytes, HOME or, on Windows, USERPROFILE. Only
    /// regular files are read. Whoever sets environment variables meanwhile must not do so from another
    /// thread.
    static credential_environment of_process() {
        auto const variable = [](char const* name) -> std::string_view {
            char const* const value = std::getenv(name);
            return value == nullptr ? std::string_view() : value;
        };
#if defined(_WIN32)
        return {variable, read_file_of_process, std::string(variable("USERPROFILE"))};
#else
        return {variable, read_file_of_process, std::string(variable("HOME"))};
#endif
    }

  private:
    static credential_file read_file_of_process(std::string const& path) {
        credential_file file;
#if defined(__unix__) || defined(__APPLE__)
        // Not to wait for whoever might write into a pipe.
        int const handle = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        if (handle < 0) {
            file.outcome =
                errno == ENOENT || errno == ENOTDIR ? file_outcome::missing : file_outcome::unreadable;
            return file;
        }
        struct ::stat about {};
        bool const regular = ::fstat(handle, &about) == 0 && S_ISREG(about.st_mode);
        file.readable_by_others = regular && (about.st_mode & 077) != 0;
        file.outcome =
            !regular ? file_outcome::unreadable : fill(file.text, [&](char* out, std::size_t size) {
                for (;;) {
                    auto const count = ::read(handle, out, size);
                    if (count >= 0 || errno != EINTR) return static_cast<std::ptrdiff_t>(count);
                }
            });
        ::close(handle);
#else
        std::FILE* const handle = std::fopen(path.c_str(), "rb");
        if (handle == nullptr) return file;
        // Its buffer would keep a copy.
        std::setvbuf(handle, nullptr, _IONBF, 0);
        file.outcome = fill(file.text, [&](char* out, std::size_t size) {
            std::size_t const count = std::fread(out, 1, size, handle);
            return std::ferror(handle) != 0 ? std::ptrdiff_t{-1} : static_cast<std::ptrdiff_t>(count);
        });
        std::fclose(handle);
#endif
        return file;
    }
    template <class Read>
    static file_outcome fill(secret_text& text, Read read) {
        constexpr std::size_t piece = 4096;
        for (std::size_t size = 0;;) {
            std::ptrdiff_t const count = read(text.grow(piece), piece);
            size += count > 0 ? static_cast<std::size_t>(count) : 0;
            text.shrink(count < 0 || size > largest_file ? 0 : size);
            if (count < 0) return file_outcome::unreadable;
            if (size > largest_file) return file_outcome::too_large;
            if (count == 0) return file_outcome::read;
        }
    }
};

} // namespace slb::inline v0_1

#endif

#ifndef SLB_TESTS_SUPPORT_PRIVATE_DIRECTORY_HPP
#define SLB_TESTS_SUPPORT_PRIVATE_DIRECTORY_HPP

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>
#include <unistd.h>

namespace slb_test {

/// A directory that only this user can write to, gone with this object: for the file of a CA, say.
class private_directory {
  public:
    private_directory() {
        std::string name = (std::filesystem::temp_directory_path() / "slb-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error(name + " cannot be made");
        path_ = name;
    }
    private_directory(private_directory const&) = delete;
    private_directory& operator=(private_directory const&) = delete;
    ~private_directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::filesystem::path const& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

} // namespace slb_test

#endif

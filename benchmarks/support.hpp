#ifndef SLB_BENCHMARKS_SUPPORT_HPP
#define SLB_BENCHMARKS_SUPPORT_HPP

#include <slb/emulator/text.hpp>

#include <benchmark/benchmark.h>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slb_benchmarks {

/// Ends the program when a result is wrong: the time of a wrong result means nothing.
inline void check(bool good, std::string_view what) {
    if (good) return;
    std::cerr << "wrong result: " << what << '\n';
    std::exit(1);
}

/// How often the process has asked for memory so far (allocations.cpp).
std::size_t allocations();

/// A file of tests/workloads.
inline std::string workload(std::string const& name) {
    std::ifstream file(SLB_WORKLOADS + name, std::ios::binary);
    check(file.is_open(), "cannot read " + name);
    return {std::istreambuf_iterator<char>(file), {}};
}
inline std::vector<std::string> workload_lines(std::string const& name) {
    std::ifstream file(SLB_WORKLOADS + name, std::ios::binary);
    check(file.is_open(), "cannot read " + name);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
}

/// Different numbers for each call, the same in each run.
struct numbers : slb::detail::splitmix64 {
    using splitmix64::splitmix64;
    /// From `least` to `most`.
    std::int64_t between(std::int64_t least, std::int64_t most) {
        return least + static_cast<std::int64_t>((*this)() % static_cast<std::uint64_t>(most - least + 1));
    }
};

/// One line of the table: ours against one other. A target is a bound on the ratio that the project has set
/// itself at this stage (0: none); missing it is only marked.
struct table_row {
    std::string question;
    std::string workload;
    std::string other;
    double target = 0;
};
inline std::vector<table_row>& table_rows() {
    static std::vector<table_row> rows;
    return rows;
}
inline std::string benchmark_name(table_row const& row, std::string_view contestant) {
    return row.question + '/' + row.workload + '/' + std::string(contestant);
}

/// Ours and what it is measured by, on one workload. A contestant is a function of the number of the call: it
/// does the whole job once and gives something that depends on it.
class contest {
  public:
    contest(std::string question, std::string workload)
        : row_{std::move(question), std::move(workload), {}} {}

    template <class Job>
    contest& ours(Job job) {
        add("slb", std::move(job));
        return *this;
    }
    template <class Job>
    contest& against(std::string other, Job job, double target = 0) {
        add(other, std::move(job));
        row_.other = std::move(other);
        row_.target = target;
        table_rows().push_back(row_);
        return *this;
    }

  private:
    template <class Job>
    void add(std::string_view contestant, Job job) {
        auto const run = [job = std::move(job),
                          is_ours = contestant == "slb"](benchmark::State& state) mutable {
            std::size_t call = 0;
            while (call != 128) benchmark::DoNotOptimize(job(call++));
            std::size_t const before = allocations();
            for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(job(call++));
            std::size_t const made = allocations() - before;
            check(made == 0 || !is_ours, "ours allocates nothing once its memory has grown");
            state.counters["allocations"] =
                static_cast<double>(made) / static_cast<double>(state.iterations());
        };
        benchmark::RegisterBenchmark(benchmark_name(row_, contestant).c_str(), run);
    }

    table_row row_;
};

// The questions, one a file. Each checks all results of all contestants before anything is timed.
void build_and_sign();
void parse_response();
void whole_call();

} // namespace slb_benchmarks

#endif

// Runs the contests and prints one table, a tab between two cells; run.sh lays it out. Options are Google
// Benchmark's and override those below.

#include "support.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

namespace {

using namespace slb_benchmarks;

/// Gathers the repetitions of each contestant, and prints what they come to.
class table : public benchmark::BenchmarkReporter {
  public:
    bool ReportContext(Context const&) override { return true; }
    void ReportRuns(std::vector<Run> const& runs) override {
        for (Run const& run : runs) {
            check(!run.error_occurred, run.error_message);
            if (run.run_type != Run::RT_Iteration) continue;
            auto& seen = results_[run.run_name.function_name];
            seen.nanoseconds.push_back(run.GetAdjustedCPUTime());
            seen.allocations = std::max(seen.allocations, run.counters.at("allocations").value);
        }
    }
    void Finalize() override {
        std::printf("question\tworkload\tours\tallocs\tagainst\tthat\tallocs\tratio\ttarget\n");
        for (table_row const& row : table_rows()) {
            auto const ours = results_.find(benchmark_name(row, "slb"));
            auto const other = results_.find(benchmark_name(row, row.other));
            if (ours == results_.end() || other == results_.end()) continue; // filtered out
            double const ratio = best(ours->second) / best(other->second);
            std::printf("%s\t%s\t%.0f ns\t%.3g\t%s\t%.0f ns\t%.3g\t%.2f\t", row.question.c_str(),
                        row.workload.c_str(), best(ours->second), ours->second.allocations, row.other.c_str(),
                        best(other->second), other->second.allocations, ratio);
            if (row.target > 0) std::printf("<= %.2f %s", row.target, ratio <= row.target ? "met" : "missed");
            std::printf("\n");
        }
    }

  private:
    struct result {
        std::vector<double> nanoseconds;
        double allocations = 0;
    };
    /// The fastest repetition: whatever else the machine does only ever adds.
    static double best(result const& seen) {
        return *std::min_element(seen.nanoseconds.begin(), seen.nanoseconds.end());
    }

    std::map<std::string, result> results_;
};

} // namespace

int main(int argc, char** argv) {
    // Many short repetitions in random order: what disturbs the machine meets all contestants alike.
    std::vector<std::string> options{"--benchmark_enable_random_interleaving=true",
                                     "--benchmark_repetitions=25", "--benchmark_min_time=0.02"};
    std::vector<char*> arguments{argv[0]};
    for (std::string& option : options) arguments.push_back(option.data());
    arguments.insert(arguments.end(), argv + 1, argv + argc);
    int count = static_cast<int>(arguments.size());
    benchmark::Initialize(&count, arguments.data());
    if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;

    slb_benchmarks::build_and_sign();
    slb_benchmarks::parse_response();
    slb_benchmarks::whole_call();
    table printed;
    benchmark::RunSpecifiedBenchmarks(&printed);
    return 0;
}

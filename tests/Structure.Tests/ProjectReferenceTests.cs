using Structure.Tests.Reading;

namespace Structure.Tests;

public sealed class ProjectReferenceTests
{
    /// <summary>Which project may reference which. A project that is not here needs a decision first, then a line.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["JobOrchestrator.Core"] = [],
        ["JobOrchestrator.Shards"] = ["JobOrchestrator.Core"],
        ["JobOrchestrator.Replicas"] = ["JobOrchestrator.Shards", "JobOrchestrator.Core"],
        ["JobOrchestrator"] =
        [
            "JobOrchestrator.Abstractions", "JobOrchestrator.Core", "JobOrchestrator.Shards", "JobOrchestrator.Replicas",
            "JobOrchestrator.Dashboard",
        ],
        ["JobOrchestrator.Abstractions"] = [],
        ["JobOrchestrator.Sdk"] = ["JobOrchestrator.Abstractions"],
        ["JobOrchestrator.Sdk.Testing"] = ["JobOrchestrator.Sdk", "JobOrchestrator.Abstractions"],
        ["JobOrchestrator.Dashboard"] = ["JobOrchestrator.Sdk", "JobOrchestrator.Abstractions"],
        ["JobOrchestrator.Cli"] = ["JobOrchestrator.Sdk", "JobOrchestrator.Abstractions"],
        ["MicroserviceX"] = ["JobOrchestrator.Sdk", "JobOrchestrator.Abstractions"],
        ["LocalSidecar"] = [],
    };

    public static TheoryData<string> Products => [.. Repository.Products.Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(Products))]
    public void References_OfAProject_RunOneWay(string name)
    {
        ProjectFile project = Repository.Project(name);

        string[] allowed = AllowedFor(project);

        Assert.Empty(project.References().Except(allowed));
    }

    /// <summary>What shows or sets up the suite: samples and the load driver use the SDK as anybody does, tools nothing.</summary>
    private static string[] AllowedFor(ProjectFile project) =>
        project.Path.Split('/')[0] switch
        {
            "samples" => ["JobOrchestrator.Sdk", "JobOrchestrator.Abstractions"],
            // What a part and a search cost is measured in this process; all else as anybody sees it.
            "benchmarks" when project.Name == "JobOrchestrator.Benchmarks" => ["JobOrchestrator.Shards", "LocalSidecar"],
            "benchmarks" when project.Name == "find" => ["JobOrchestrator"],
            "benchmarks" when project.Name == "load" => ["JobOrchestrator.Sdk", "TestSupport"],
            "components" or "benchmarks" => [],
            _ => Allowed.TryGetValue(project.Name, out string[]? allowed)
                ? allowed
                : throw new InvalidOperationException($"{project.Path} is not in this test's table: what may it reference?"),
        };
}

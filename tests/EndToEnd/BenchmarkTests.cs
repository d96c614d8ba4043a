using TestSupport;

namespace EndToEnd;

/// <summary>What the benchmark says before it measures anything.</summary>
public sealed class BenchmarkTests
{
    [Fact]
    public async Task Only_AScenarioThatThereIsNot_IsRefusedWithThoseThatThereAre()
    {
        string program = Path.Combine(
            Repository.Root, "benchmarks", "load", "bin", Repository.Configuration, "net10.0", "load.dll");
        await using var load = ChildProcess.Start("dotnet", [program, "--only", "commit,comit"], workingDirectory: Repository.Root);

        Assert.Equal(2, await load.WaitForExitAsync());
        Assert.Equal("There is no scenario comit. There are: life1, life8, life64, million, commit.", load.Lines[0]);
    }
}

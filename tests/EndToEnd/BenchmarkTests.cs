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
        await using var load = ChildProcess.Start("dotnet", [program, "--only", "life,lifes"], workingDirectory: Repository.Root);

        Assert.Equal(2, await load.WaitForExitAsync());
        Assert.Equal(
            "There is no scenario lifes. There are: submit1, submit64, submit256, batch100, life, lifeBatch50, seen, waits10k, million, "
                + "finished500k, fanout, queues64, idle, commit.",
            load.Lines[0]);
    }
}

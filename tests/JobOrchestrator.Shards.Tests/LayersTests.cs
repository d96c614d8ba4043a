namespace JobOrchestrator.Shards.Tests;

public sealed class LayersTests
{
    /// <summary>No HTTP, no host, no options, no sidecar's client.</summary>
    [Fact]
    public void TheShards_BesideTheRuntime_KnowTheCoreAndTheLogAlone()
    {
        IEnumerable<string> known = typeof(Replica).Assembly.GetReferencedAssemblies()
            .Select(assembly => assembly.Name!)
            .Where(name => name.Split('.')[0] != "System");

        Assert.Equal(["JobOrchestrator.Core", "Microsoft.Extensions.Logging.Abstractions"], known.Order());
    }
}

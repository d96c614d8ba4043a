namespace JobOrchestrator.Shards.Tests;

/// <summary>Tests that measure the whole process: nothing else runs in it meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}

namespace JobOrchestrator.Shards;

/// <summary>What one commit deletes because it is past its retention.</summary>
/// <param name="Documents">The operations: deletions, and a page that goes on without some of its jobs.</param>
/// <param name="Removed">Pages of which nothing is left.</param>
/// <param name="Emptied">The page that goes on; null: none.</param>
/// <param name="Places">Its places that are empty then.</param>
internal sealed record Swept(
    IReadOnlyList<StateOperation> Documents, IReadOnlyList<long> Removed, long? Emptied, IReadOnlyList<int> Places)
{
    public static Swept Nothing { get; } = new([], [], null, []);
}

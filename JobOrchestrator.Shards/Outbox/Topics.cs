using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Which topic each kind of event goes to.</summary>
internal sealed class Topics(IReadOnlyDictionary<JobEventKind, string> names)
{
    private const string OwnerPlace = "{owner}";

    /// <summary>The topic, or null when this kind is not published.</summary>
    public string? Of(OutboxEvent item) =>
        names.TryGetValue(item.Kind, out string? name) && name.Length > 0
            ? name.Replace(OwnerPlace, item.Owner ?? "none", StringComparison.Ordinal)
            : null;
}

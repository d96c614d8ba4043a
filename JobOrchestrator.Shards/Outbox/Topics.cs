using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Which topic each kind of event goes to.</summary>
internal sealed class Topics(IReadOnlyDictionary<JobEventKind, string> names)
{
    private const string OwnerPlace = "{owner}";

    /// <summary>What stands there for nobody.</summary>
    private const string Nobody = "none";

    /// <summary>Kinds that have no topic.</summary>
    public static EventKinds Without(IReadOnlyDictionary<JobEventKind, string> names) => EventKindSets.Of(
        Enum.GetValues<JobEventKind>().Where(kind => !names.TryGetValue(kind, out string? name) || name.Length == 0));

    /// <summary>The topic, or null when the event is not published.</summary>
    public string? Of(OutboxEvent item) =>
        item.IsPublished && names.TryGetValue(item.Kind, out string? name) && name.Length > 0
            ? name.Replace(OwnerPlace, NameOf(item.Owner), StringComparison.Ordinal)
            : null;

    /// <summary>An owner who is called as nobody is gets a line in front, and so does who is called like that: no two meet.</summary>
    private static string NameOf(string? owner) =>
        owner is null ? Nobody : owner.TrimStart('_') == Nobody ? $"_{owner}" : owner;
}

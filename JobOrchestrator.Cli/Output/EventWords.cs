using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>Kinds of events as people write and read them.</summary>
internal static class EventWords
{
    /// <summary>All of them, in the order in which they happen.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<JobEventKind>().Select(Of)];

    /// <summary>Some of them.</summary>
    public static string InALine(IReadOnlyList<JobEventKind> kinds) => kinds.Count == 0 ? "none" : string.Join(", ", kinds.Select(Of));

    private static string Of(JobEventKind kind) => kind.ToString().ToLowerInvariant();
}

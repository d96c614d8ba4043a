namespace JobOrchestrator.Dashboard.Finding;

/// <summary>Questions that are asked most, ready to be asked.</summary>
internal static class SavedQueries
{
    public static IReadOnlyList<(string Word, string Query)> All { get; } =
    [
        ("All", ""),
        ("Needs a person", "status:failed,held -retriedas:*"),
        ("Waiting", "status:new"),
        ("Running", "status:inprogress"),
        ("Running long", "status:inprogress run:>10m"),
        ("Waiting long", "status:ready wait:>5m"),
        ("Retrying", "status:retrying"),
        ("Ended, last day", "status:completed,failed,cancelled finished:>1d"),
    ];
}

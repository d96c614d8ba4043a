namespace JobOrchestrator.Dashboard.Words;

/// <summary>An id begins with its time, so jobs of one minute look alike without the end.</summary>
internal static class ShortId
{
    public static string Of(string id) => id.Length > 16 ? $"{id[..8]}…{id[^4..]}" : id;
}

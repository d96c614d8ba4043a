using System.Collections.Concurrent;

namespace JobOrchestrator.Http;

/// <summary>
/// One string for each name that many jobs share (types, queues, owners): a million waiting jobs would otherwise hold three million.
/// </summary>
internal static class NamePool
{
    // Callers name queues as they like; past this many, new names are not shared.
    private const int NamesMax = 4_096;

    private static readonly ConcurrentDictionary<string, string> Names = new();
    private static readonly ConcurrentDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> ByChars =
        Names.GetAlternateLookup<ReadOnlySpan<char>>();
    private static int _count;

    /// <summary>The string with these characters.</summary>
    public static string Get(ReadOnlySpan<char> name)
    {
        if (ByChars.TryGetValue(name, out string? known))
        {
            return known;
        }

        string made = name.ToString();
        if (Volatile.Read(ref _count) < NamesMax && Names.TryAdd(made, made))
        {
            Interlocked.Increment(ref _count);
        }

        return made;
    }
}

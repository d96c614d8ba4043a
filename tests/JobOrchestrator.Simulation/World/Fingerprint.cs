namespace JobOrchestrator.Simulation;

/// <summary>A hash that is the same in every process, unlike that of a string (FNV-1a).</summary>
internal static class Fingerprint
{
    private static readonly Dictionary<Type, ulong> Types = []; // one world a process, on one thread

    /// <summary>Of a text.</summary>
    public static ulong Of(string text)
    {
        ulong hash = 14_695_981_039_346_656_037UL;
        foreach (char letter in text)
        {
            hash = (hash ^ letter) * 1_099_511_628_211UL;
        }

        return hash;
    }

    /// <summary>Of a type, by its name.</summary>
    public static ulong Of(Type type)
    {
        if (!Types.TryGetValue(type, out ulong hash))
        {
            hash = Of(type.ToString());
            Types[type] = hash;
        }

        return hash;
    }
}

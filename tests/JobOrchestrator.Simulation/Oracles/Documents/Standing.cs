namespace JobOrchestrator.Simulation.Oracles;

/// <summary>A job's status, in words of the ledger's own.</summary>
internal enum Standing
{
    New = 1,
    InProgress = 2,
    Completed = 3,
    Failed = 4,
    Cancelled = 5,
}

internal static class Standings
{
    public static bool IsFinal(this Standing standing) => standing is Standing.Completed or Standing.Failed or Standing.Cancelled;

    public static Standing Parse(ReadOnlySpan<byte> word) => word.Length switch
    {
        3 when word.SequenceEqual("New"u8) => Standing.New,
        10 when word.SequenceEqual("InProgress"u8) => Standing.InProgress,
        9 when word.SequenceEqual("Completed"u8) => Standing.Completed,
        6 when word.SequenceEqual("Failed"u8) => Standing.Failed,
        9 when word.SequenceEqual("Cancelled"u8) => Standing.Cancelled,
        _ => throw new FormatException($"A job's status reads '{System.Text.Encoding.UTF8.GetString(word)}'."),
    };
}

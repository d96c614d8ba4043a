namespace JobOrchestrator.Cli;

/// <summary>What commands say that add up what the shards know.</summary>
internal static class Standing
{
    /// <summary>Says which shards are left out, in a pipe too: figures without them are not all.</summary>
    public static void SayMissing(Session session, IReadOnlyList<int> missing)
    {
        if (missing.Count > 0)
        {
            session.Messages.Say(
                $"Left out, for nobody holds {(missing.Count == 1 ? "it" : "them")} at the moment: shard{(missing.Count == 1 ? "" : "s")} "
                + $"{string.Join(", ", missing)}.");
        }
    }
}

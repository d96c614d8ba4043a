namespace JobOrchestrator.Sdk;

/// <summary>A log that cannot be written changes nothing in what is done.</summary>
internal static class Quietly
{
    /// <summary>Writes to a log, if that can be.</summary>
    public static void Do(Action log)
    {
        try
        {
            log();
        }
        catch (Exception)
        {
            // What it was to tell of goes on all the same.
        }
    }
}

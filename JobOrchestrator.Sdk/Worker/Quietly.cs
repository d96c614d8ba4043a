namespace JobOrchestrator.Sdk;

/// <summary>A log that cannot be written changes nothing in what is done.</summary>
internal static class Quietly
{
    /// <summary>Writes it, if it can be.</summary>
    public static void Log(Action write)
    {
        try
        {
            write();
        }
        catch (Exception)
        {
            // What it tells of goes on all the same.
        }
    }
}

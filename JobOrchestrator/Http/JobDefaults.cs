namespace JobOrchestrator.Http;

/// <summary>What counts where a submission says nothing.</summary>
internal static class JobDefaults
{
    /// <summary>The type of a job that names none: the built-in one, so that a first call does something.</summary>
    public const string Type = "simulate";

    public const string Queue = "default";

    public const int MaxRetries = 3;

    public const int LeaseSeconds = 30;
}

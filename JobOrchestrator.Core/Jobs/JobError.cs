namespace JobOrchestrator.Core;

/// <summary>Why a job or an attempt did not succeed, in the terms of RFC 9457.</summary>
/// <param name="Type">A URI reference that names the kind of error.</param>
/// <param name="Title">One line for people.</param>
/// <param name="Detail">Whatever the worker wrote, as exact JSON text.</param>
/// <param name="Status">The HTTP status that fits the error, 400 to 599, if the worker named one.</param>
public sealed record JobError(string Type, string Title, JsonText? Detail = null, int? Status = null)
{
    /// <summary>A worker's own error without a type of its own.</summary>
    public const string WorkerError = "about:blank";

    /// <summary>A worker fell silent for longer than its lease.</summary>
    public const string LeaseLost = "/problems/lease-lost";

    /// <summary>Cancelled by request.</summary>
    public const string Cancelled = "/problems/job-cancelled";

    /// <summary>The state store takes the job in no worker's hands.</summary>
    public const string TooLarge = "/problems/too-large";

    /// <summary>The time limit was reached.</summary>
    public const string TimeLimitReached = "/problems/time-limit-reached";
}

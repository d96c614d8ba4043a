namespace JobOrchestrator.Sdk.Tests.Examples;

// snippet:contract
/// <summary>The input of a job, shared by whoever starts it and whoever works it.</summary>
[JobType("thumbnail", Queue = "pictures", MaxRetries = 5, Backoff = JobBackoffKind.Exponential, LeaseSeconds = 30)]
public sealed record MakeThumbnail(Uri Picture, int Width) : IJob<Thumbnail>;

public sealed record Thumbnail(Uri Address, int Width, int Height);
// end-snippet

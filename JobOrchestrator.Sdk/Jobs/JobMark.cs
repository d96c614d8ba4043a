namespace JobOrchestrator.Sdk;

/// <summary>Something that happened at a time, for whoever looks at plots and asks what changed just before.</summary>
/// <param name="At">When (UTC).</param>
/// <param name="Kind">
/// <c>mark</c>: somebody has set it; <c>pause</c>, <c>resume</c>: a queue was; <c>action</c>: something was done to many jobs;
/// <c>version</c>: a worker came with another version. There may be more.
/// </param>
/// <param name="Text">A line for people.</param>
/// <param name="By">Whose key it was; null: that is not known, or not for this caller.</param>
/// <param name="Queue">The queue that it is about; null: all of it.</param>
public sealed record JobMark(DateTimeOffset At, string Kind, string Text, string? By = null, string? Queue = null);

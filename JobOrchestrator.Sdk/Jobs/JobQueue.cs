namespace JobOrchestrator.Sdk;

/// <summary>A queue in numbers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Paused">Nothing is handed out until it is resumed.</param>
/// <param name="Depth">Jobs that wait: <see cref="Ready"/> and <see cref="Scheduled"/>.</param>
/// <param name="Ready">Jobs that a worker could have now.</param>
/// <param name="Scheduled">Jobs that wait for their time: delayed, or between two attempts.</param>
/// <param name="Leased">Jobs in the hands of workers.</param>
/// <param name="OldestAgeSeconds">For how long the oldest ready job has been waiting; null when none is ready.</param>
public sealed record JobQueue(string Name, bool Paused, int Depth, int Ready, int Scheduled, int Leased, double? OldestAgeSeconds = null);

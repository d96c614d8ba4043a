namespace JobOrchestrator.Cli;

#pragma warning disable CA1032 // Thrown here alone, always with the id.

/// <summary>There is no such job: never was, belongs to someone else, or has been forgotten.</summary>
internal sealed class UnknownJobException(string id) : Exception($"There is no job {id}.");

#pragma warning restore CA1032

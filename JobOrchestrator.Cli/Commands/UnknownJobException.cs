namespace JobOrchestrator.Cli;

#pragma warning disable CA1032 // Thrown here alone, always with the id.

/// <summary>There is no such job: never was, belongs to someone else, or has been forgotten.</summary>
/// <param name="id">What it was named by.</param>
/// <param name="message">What is said of it, where more is known.</param>
internal sealed class UnknownJobException(string id, string? message = null) : Exception(message ?? $"There is no job {id}.");

#pragma warning restore CA1032

namespace JobOrchestrator.Cli;

#pragma warning disable CA1032 // Thrown here alone, always with words.

/// <summary>What was asked for cannot be: said in one line, and the program ends with <see cref="ExitCode.Usage"/>.</summary>
internal sealed class UsageException(string message) : Exception(message);

#pragma warning restore CA1032

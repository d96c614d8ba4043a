using System.Globalization;

namespace JobOrchestrator.Simulation;

/// <summary>One step of a world does not end: what it runs goes round without an await, and no oracle gets to see it.</summary>
/// <param name="seed">The world's seed.</param>
/// <param name="step">The step.</param>
internal sealed class HangException(ulong seed, Step step) : Exception(string.Create(
    CultureInfo.InvariantCulture,
    $"seed {seed} hangs in step {step.Number:N0}, at {new TimeSpan(step.At):hh\\:mm\\:ss\\.fff}, "
        + $"of {step.Lane?.Name ?? "the world"}: {Trace.TextOf(step.Label)}"));

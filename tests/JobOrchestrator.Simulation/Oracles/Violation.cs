namespace JobOrchestrator.Simulation.Oracles;

/// <summary>Something that must never happen, and has.</summary>
/// <param name="Oracle">Which oracle saw it, one of <see cref="OracleNames"/>.</param>
/// <param name="Step">The world's step.</param>
/// <param name="At">The world's time.</param>
/// <param name="Sentence">What is wrong, by which an engineer knows where to look.</param>
/// <param name="About">The jobs and keys it is about.</param>
internal sealed record Violation(string Oracle, long Step, DateTimeOffset At, string Sentence, IReadOnlyList<string> About)
{
    public override string ToString() => $"{Oracle} at step {Step}, {At:HH:mm:ss.fff}: {Sentence}";
}
